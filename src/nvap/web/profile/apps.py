"""The app's name for Django."""

from __future__ import annotations

from django.apps import AppConfig


class ProfileConfig(AppConfig):
    """This app."""

    name = "nvap.web.profile"
    label = "profile"

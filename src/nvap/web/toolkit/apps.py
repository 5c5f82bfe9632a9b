"""The app's name for Django."""

from __future__ import annotations

from django.apps import AppConfig


class ToolkitConfig(AppConfig):
    """This app."""

    name = "nvap.web.toolkit"
    label = "toolkit"

"""The app's name for Django."""

from __future__ import annotations

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """This app."""

    name = "nvap.web.results"
    label = "results"

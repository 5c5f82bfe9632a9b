"""The API as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tokens, and the addresses that they open."""

    name = "nvap.web.api"
    label = "api"

    def ready(self) -> None:
        """Listen to what becomes of people, so that their tokens end with their role."""
        from nvap.web.api import listening  # noqa: F401, PLC0415 - models must be loaded first

"""Accounts as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Forces, people and sign-in."""

    name = "nvap.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to sign-ins, so that each leaves its line."""
        from nvap.web.accounts import listening  # noqa: F401, PLC0415 - models must be loaded first

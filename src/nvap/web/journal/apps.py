"""The journal as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal."""

    name = "nvap.web.journal"
    label = "journal"

"""Make Django ready, for a command, a test or a server. Nothing else in `nvap` calls `django.setup()`."""

from __future__ import annotations

import os


def configure() -> None:
    """Load the settings and the apps; asking again changes nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nvap.web.settings")
    import django  # noqa: PLC0415 - the settings must be named first
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        django.setup()

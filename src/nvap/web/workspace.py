"""The workspace that this web serves."""

from __future__ import annotations

from django.conf import settings

from nvap.records.workspace import Workspace, open_workspace


def current() -> Workspace:
    """The workspace on disk; raises UsageFault where there is none."""
    return open_workspace(settings.NVAP_WORKSPACE)

"""The worker's job: make a problem profile."""

from __future__ import annotations

from django_tasks import task

from nvap.web.profile import work


@task()
def make_profile(force_code: str, run: int) -> None:
    """Make one profile's documents; safe to do again, whole or after it was cut off."""
    work.make(force_code, run)

"""The worker's job: compute what a force's measures say."""

from __future__ import annotations

from django_tasks import task

from nvap.web.results import computing


@task()
def compute_results(force_code: str, computation: int) -> None:
    """Compute every measure of the toolkit for a force; safe to do again, whole or after it was cut off."""
    computing.compute(force_code, computation)

"""The worker's jobs: compute what a force's measures say, and work out what was asked for beside them."""

from __future__ import annotations

from django_tasks import task

from nvap.web.results import computing
from nvap.web.results.breakdowns import work


@task()
def compute_results(force_code: str, computation: int) -> None:
    """Compute every measure of the toolkit for a force; safe to do again, whole or after it was cut off."""
    computing.compute(force_code, computation)


@task()
def work_out_breakdown(force_code: str, breakdown: int) -> None:
    """Work out one breakdown of a measure; safe to do again, whole or after it was cut off."""
    work.work_out(force_code, breakdown)

"""As at which days a picture can be shown: those on which something that it is told from was extracted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results import stored
from nvap.web.results.breakdowns.asked import asked_for, batches_behind
from nvap.web.results.breakdowns.kinds import Kind
from nvap.web.results.choices import Choice


@dataclass(frozen=True)
class Stands:
    """An earlier state: from the day of an extract until the day before the next one came."""

    day: date
    until: date

    @property
    def iso(self) -> str:
        """Its day as addresses write it."""
        return self.day.isoformat()


@dataclass(frozen=True)
class Days:
    """The days as at which a picture can be shown, the newest first."""

    held: tuple[date, ...]

    def stands_for(self, asked: date | None) -> Stands | None:
        """The state that stood on a day; None for the newest one, and for a day before the first."""
        at = next((at for at, day in enumerate(self.held) if asked and day <= asked), 0)
        return Stands(self.held[at], self.held[at - 1] - timedelta(days=1)) if at else None


def days_of(force: Force, kind: Kind, choice: Choice) -> Days:
    """The days of a kind of picture: of stored results those of the runs, else those of the extracts that it reads."""
    if kind.is_stored:
        return Days(tuple(stored.days_held(force, choice.measure.id, choice.rule)))
    here = workspace.current().force(force.code)
    ever = asked_for(kind, replace(choice, as_at=""))
    found = {each.as_at for each in batches_behind(here, ever, choice.measure)}
    return Days(tuple(sorted(found, reverse=True)))

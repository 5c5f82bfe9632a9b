"""Which breakdown is asked for, and which of those worked out answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from nvap.measures.outcome_changes import MEASURES as OUTCOMES
from nvap.packs.measure import Measure
from nvap.records import store
from nvap.records.store import Batch
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web.accounts.models import Force
from nvap.web.results.breakdowns.kinds import BECAME, Kind
from nvap.web.results.choices import Choice
from nvap.web.results.layouts import FIRST_RULE
from nvap.web.results.models import Breakdown, Computation, day_wanted
from nvap.web.results.worked_out import tables_of


@dataclass(frozen=True)
class Asked:
    """A breakdown by its measure, kind, number, counting rule, and what else was asked for: as at which day, say."""

    measure: str
    kind: str
    part: str = ""
    rule: str = ""
    wanted: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Its fields as the database has them."""
        return asdict(self)

    @property
    def wanted_day(self) -> date | None:
        """The day as at which it is asked for; None for what stands now."""
        return day_wanted(self.wanted)


@dataclass(frozen=True)
class Standing:
    """What there is of a breakdown: the newest that was worked out, one in the making, and why the last one failed."""

    done: Breakdown | None
    open: Breakdown | None
    failed: Breakdown | None


def asked_for(kind: Kind, choice: Choice) -> Asked:
    """The breakdown that a choice asks for; a kind of the whole measure asks for none of its numbers."""
    rule = choice.rule if choice.part.uses_rule else ""
    if kind.id == BECAME:
        rule = ""
    return Asked(choice.measure.id, kind.id, "" if kind.of_measure else choice.part.id, rule, choice.as_at)


def standing(force: Force, asked: Asked) -> Standing:
    """What there is of it, in one question to the database."""
    found = list(Breakdown.objects.filter(force=force, **asked.fields).order_by("-requested_at", "-pk")[:10])
    done = next((each for each in found if each.state == Computation.State.DONE), None)
    failed = next((each for each in found if each.state == Computation.State.FAILED), None)
    if failed and done and failed.requested_at < done.requested_at:
        failed = None
    return Standing(done, next((each for each in found if each.is_open), None), failed)


def batches_behind(here: WorkspaceForce, asked: Asked | Breakdown, measure: Measure) -> list[Batch]:
    """The extracts that a breakdown reads: those of its number, or of every number of the measure, as at its day."""
    parts = [measure.part(asked.part)] if asked.part else measure.parts
    tables = {table for part in parts for table in tables_of(measure, part, asked.rule or FIRST_RULE)}
    if asked.kind == BECAME and measure.id in OUTCOMES:
        tables |= {"crimes", "crime_outcome_history"}
    last = asked.wanted_day or date.max
    return [each for each in store.all_batches(here) if each.table in tables and each.as_at <= last]

"""Finding the stored rows that an address asks for: this force's, and no other's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from nvap.errors import InputFault
from nvap.measures.results import HEADER, StoredRun
from nvap.packs.measurable import RULE_COLUMNS
from nvap.packs.measure import Measure
from nvap.packs.model import Pack
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.api.asked import FIRST_LAYOUT, Wanted, is_plain, wanted_runs
from nvap.web.api.problems import Fault, asked_wrongly, not_there
from nvap.web.api.rows import Piece, rows_of
from nvap.web.api.schemas import RunFilters
from nvap.web.results import stored
from nvap.web.results.layouts import LAYOUTS, rules_of
from nvap.web.results.models import StoredResult

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """The rows found, in their stable order, and the runs that they come from."""

    rows: pa.Table
    runs: tuple[StoredRun, ...]

    @property
    def is_made_up(self) -> bool:
        """Whether any of it rests on the made-up force."""
        return any("made-up" in each.provenance["origins"] for each in self.runs)


def rules_held(force: Force, measure: Measure | None = None) -> list[str]:
    """The counting rules of a measure's stored runs (None: of all), a force's own rules among them."""
    stored.catch_up(force)
    lines = StoredResult.objects.filter(force=force, **({"measure": measure.id} if measure else {}))
    return list(lines.exclude(rule="").order_by("rule").values_list("rule", flat=True).distinct())


def of_measure(force: Force, measure: Measure, wanted: Wanted) -> Found:
    """The rows of one measure: of the run that is named, or the newest that stands, or that stood on a day.

    Raises Problem: 404 where none is stored, 400 for a value of a column that is not among the rows.
    """
    entry = _named(force, measure, wanted) if wanted.run else _standing(force, measure, wanted)
    run = run_of(force, entry.run)
    return Found(rows_of([Piece(run, (measure,), entry.by)], wanted), (run,))


def of_all(force: Force, pack: Pack, wanted: Wanted) -> tuple[Found, int]:
    """The newest rows of all measures in one layout, and the last line of the index that was looked at.

    A measure of which nothing is stored has no row. Raises Problem, 400, for a value that no row has.
    """
    seen = wanted.seen
    if seen is None:
        seen = StoredResult.objects.filter(force=force).aggregate(last=Max("pk"))["last"] or 0
    by = wanted.by or FIRST_LAYOUT
    pieces = list(_pieces(force, _newest(force, by, wanted, seen), wanted))
    return Found(rows_of(pieces, wanted), tuple(piece.run for piece in pieces)), seen


def run_of(force: Force, name: str) -> StoredRun:
    """A stored run of this force by its name. Raises Problem, 404, where it is not there or cannot be read."""
    folder = workspace.current().force(force.code).folder / stored.RESULTS
    # Only names that the index knows become paths.
    known = is_plain(name) and StoredResult.objects.filter(force=force, run=name).exists()
    if known and (folder / name / HEADER).exists():
        try:
            return stored.read_run(folder / name)
        except InputFault as fault:
            _log.error("%s", fault)
    raise not_there(_("There is no such run. The stored runs are listed at %(where)s.") % {"where": "/api/v1/runs"})


def runs(force: Force, pack: Pack, asked: RunFilters) -> list[str]:
    """The names of the stored runs that fit, the newest first.

    Raises Problem, 400, for a word that neither the toolkit nor a stored run has.
    """
    stored.catch_up(force)
    lines = StoredResult.objects.filter(force=force)
    known = {"measure": tuple(pack.measures), "by": LAYOUTS, "rule": RULE_COLUMNS}

    def allowed(name: str) -> list[str]:
        held = lines.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()
        return list(dict.fromkeys([*known[name], *held]))

    fitting = lines.filter(**wanted_runs(asked, allowed)).order_by("-computed_at", "run")
    return list(fitting.values_list("run", flat=True).distinct())


def _named(force: Force, measure: Measure, wanted: Wanted) -> StoredResult:
    entry = StoredResult.objects.filter(force=force, run=wanted.run, measure=measure.id).first()
    if entry is None:
        words = _("No run of this name holds %(measure)s. Its runs are listed at %(where)s.")
        raise not_there(words % {"measure": measure.id, "where": f"/api/v1/runs?measure={measure.id}"})
    faults = []
    for name, has in (("by", entry.by), ("rule", entry.rule)):
        asked = getattr(wanted, name)
        if asked and has and asked != has:
            words = _("%(name)s is “%(found)s”, and this run has %(has)s. Name the run alone.")
            faults.append(Fault(name, words % {"name": name, "found": asked, "has": has}))
    if faults:
        raise asked_wrongly(faults)
    return entry


def _standing(force: Force, measure: Measure, wanted: Wanted) -> StoredResult:
    by, rule = wanted.by or FIRST_LAYOUT, wanted.rule or rules_of(measure)[0]
    held = stored.answers(force, [measure.id], rule, as_at=wanted.as_at).get(measure.id, {})
    if by in held:
        return held[by].entry
    words = {"measure": measure.id, "by": by, "held": ", ".join(held) or _("nothing")}
    if wanted.as_at is not None:
        words["day"] = wanted.as_at.isoformat()
        said = _("No result of %(measure)s by %(by)s is stored that stood on %(day)s. Stored as at that day: %(held)s.")
        raise not_there(said % words)
    raise not_there(_("No result of %(measure)s by %(by)s is stored. Stored: %(held)s.") % words)


def _newest(force: Force, by: str, wanted: Wanted, seen: int) -> dict[str, StoredResult]:
    """The newest line of the index for each measure wanted, in the toolkit's order."""
    rules = {each.id: wanted.rule or rules_of(each)[0] for each in wanted.measures}
    entries = StoredResult.objects.filter(force=force, by=by, measure__in=rules, pk__lte=seen)
    if wanted.as_at is not None:
        standing = entries.filter(as_at__lte=wanted.as_at).order_by("as_at", "computed_at", "pk")
    else:
        same = {name: OuterRef(name) for name in ("force", "measure", "by", "rule")}
        later = StoredResult.objects.filter(
            Q(computed_at__gt=OuterRef("computed_at")) | Q(computed_at=OuterRef("computed_at"), pk__gt=OuterRef("pk")),
            as_at_asked=None,
            pk__lte=seen,
            **same,
        )
        standing = entries.filter(as_at_asked=None).filter(~Exists(later)).order_by("computed_at", "pk")
    fitting = {each.measure: each for each in standing if each.rule in ("", rules[each.measure])}
    return {name: fitting[name] for name in rules if name in fitting}


def _pieces(force: Force, entries: dict[str, StoredResult], wanted: Wanted) -> Iterator[Piece]:
    """Each run once, with the measures that it answers for."""
    by_id = {each.id: each for each in wanted.measures}
    folder = workspace.current().force(force.code).folder / stored.RESULTS
    of_run: dict[str, list[StoredResult]] = {}
    for entry in entries.values():
        of_run.setdefault(entry.run, []).append(entry)
    for name, answered in of_run.items():
        try:
            run = stored.read_run(folder / name)
        except InputFault as fault:
            _log.error("%s", fault)
            continue
        yield Piece(run, tuple(by_id[each.measure] for each in answered), answered[0].by)

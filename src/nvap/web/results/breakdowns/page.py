"""A page of pictures put together: what was chosen, what there is of it, and what else can be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from nvap.charts.beside import Beside, beside
from nvap.charts.scale import day_name
from nvap.documents.breakdown_pictures import RATIO_DECIMALS
from nvap.packs.measure import Measure, Part
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results import stored
from nvap.web.results.asked import Wrong, wrong_in
from nvap.web.results.breakdowns.asked import Standing, asked_for, batches_behind, standing
from nvap.web.results.breakdowns.content import Content, content_of, ratios_content
from nvap.web.results.breakdowns.days import Days, Stands, days_of
from nvap.web.results.breakdowns.kinds import AREAS, BECAME, KINDS, MIX, RATIOS, Kind, kinds_of, parts_for
from nvap.web.results.choices import Choice, Option, Select, choose, choose_rule, day_asked, day_select, selects
from nvap.web.results.layouts import AREA, PERIODS
from nvap.web.results.models import Breakdown, day_wanted
from nvap.web.results.numbers import language
from nvap.web.results.offered import rules_for
from nvap.web.results.pictures import OnPage, mix_drawn, multiples_drawn, on_page
from nvap.web.results.stored import Answer, Row
from nvap.web.results.words import LAYOUTS, Words

_LAID_OUT = {AREAS: stored.BY_MONTH_AND_AREA, RATIOS: stored.WHOLE}
FORMS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class Looked:
    """What an address asks for: the kind, the choice, what is stored of it, and what it cannot have."""

    kind: Kind
    choice: Choice
    held: Mapping[str, Answer]
    special: Answer | None
    wrong: tuple[Wrong, ...]
    days: Days
    period: str = ""
    periods: tuple[tuple[str, str], ...] = ()

    @property
    def has_rules(self) -> bool:
        """Whether a counting rule can be chosen, and decides anything."""
        rules = len(self.choice.rules) > 1
        return rules and self.kind.id != BECAME and any(part.uses_rule for part in self._parts)

    @property
    def _parts(self) -> Sequence[Part]:
        return self.choice.measure.parts if self.kind.id == RATIOS else (self.choice.part,)

    def query(self, **changed: str) -> str:
        """The choice as an address's query, with only what this kind asks for."""
        choice = self.choice
        has_series = self.kind.id in (AREAS, MIX)
        chosen = {
            "part": "" if self.kind.of_measure else choice.part.id,
            "group": (choice.series.group or "") if has_series else "",
            "category": (choice.series.category or "") if self.kind.id == AREAS else "",
            "by": choice.by if self.kind.id == MIX else "",
            "period": self.period,
            "rule": choice.rule if self.has_rules else "",
            "as_at": choice.as_at,
        }
        return urlencode({name: value for name, value in (chosen | changed).items() if value})

    def address(self, page: str = "measure-breakdown", *more: str, **changed: str) -> str:
        """A page about the choice, with some of it changed."""
        query = self.query(**changed)
        path = reverse(page, args=[self.choice.measure.id, self.kind.id, *more])
        return f"{path}?{query}" if query else path


@dataclass(frozen=True)
class BreakdownPage:
    """The page of one kind of picture as one reader chose it."""

    looked: Looked
    sentences: tuple[str, ...]
    refused: tuple[str, ...]
    is_partly_there: bool
    table: Beside | None
    table_file: str
    pictures: tuple[OnPage, ...]
    done: Breakdown | None
    open: Breakdown | None
    failed: Breakdown | None
    is_stale: bool
    layouts: list[Option]
    rules: list[Option]
    selects: list[Select]
    others: list[tuple[Words, str]]
    missing: tuple[str, ...]

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.selects or self.rules or self.layouts)

    @property
    def now(self) -> str:
        """The same page as it stands now."""
        return self.looked.address(as_at="")

    @property
    def day(self) -> date | None:
        """The earlier day as at which it is shown; None where what stands now is."""
        return day_wanted(self.looked.choice.as_at)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see yet."""
        return not self.pictures and self.table is None and not self.sentences and not self.refused

    @property
    def can_be_asked(self) -> bool:
        """Whether the worker can be asked for it, now."""
        return not self.looked.kind.is_stored and self.open is None and not self.missing


def look(force: Force, measure: Measure, kind: Kind, asked: Mapping[str, str]) -> Looked:
    """Read an address: a kind of picture that fits the measure, and what of it is asked for."""
    rules = rules_for(force, measure, asked)
    rule = choose_rule(rules, asked)
    fitting = parts_for(measure, kind)
    part = asked.get("part") or (fitting[0].id if fitting else "")
    plain = choose(measure, {**asked, "part": part}, rule, {}, rules=rules)
    days = days_of(force, kind, plain)
    stands = days.stands_for(day_asked(asked))
    held, special = _stored(force, kind, (measure, rule), stands)
    choice = choose(measure, {**asked, "part": part}, rule, held, rules=rules)
    choice = replace(choice, by=AREA if kind.id == AREAS else choice.by, as_at=stands.iso if stands else "")
    periods = _periods(held.get("year"), special) if kind.id == RATIOS else ()
    wrong = [
        *_wrong(measure, kind, choice, asked, held),
        *_wrong_day(measure, asked, days),
        *_wrong_period(kind, asked, periods),
    ]
    known = {key for key, _words in periods}
    period = asked.get("period", "")
    # Another day may hold other periods: what was chosen before and is not there gives way to the first.
    if not period or (choice.as_at and period not in known):
        period = periods[0][0] if periods else ""
    return Looked(kind, choice, held, special, tuple(wrong), days, period, periods)


def _stored(
    force: Force, kind: Kind, what: tuple[Measure, str], stands: Stands | None
) -> tuple[dict[str, Answer], Answer | None]:
    """What stored results hold for a kind of picture: by layout, and the run laid out for it alone."""
    (measure, rule), held = what, dict[str, Answer]()
    within = (stands.day, stands.until) if stands else None
    laid_out = _LAID_OUT.get(kind.id)
    special = stored.newest_by(force, measure.id, rule, laid_out, within=within) if laid_out else None
    if kind.is_stored or kind.id == RATIOS:
        found = stored.answers(force, [measure.id], rule, as_at=stands.until if stands else None).get(measure.id, {})
        held = {by: answer for by, answer in found.items() if by in PERIODS}
        if stands:
            held = {by: answer for by, answer in held.items() if answer.entry.as_at >= stands.day}
    elif special is not None:
        held = {AREA: special}
    return held, special


def _periods(by_year: Answer | None, whole: Answer | None) -> tuple[tuple[str, str], ...]:
    """What the ratios can be shown of: all days together where that is stored, and each year, whole ones first."""
    found = []
    if whole is not None and whole.rows:
        first = whole.entry.first
        words = _("All days since %(day)s, together") % {"day": day_name(first, language())} if first else ""
        found.append((stored.WHOLE, words or _("All days that are held, together")))
    rows = [row for row in by_year.rows if row["period_start"]] if by_year else []
    whole_years: dict[int, bool] = {}
    for row in rows:
        year = row["period_start"].year
        whole_years[year] = whole_years.get(year, False) or row["status"] == "ok"
    years = sorted(whole_years, key=lambda year: (whole_years[year], year), reverse=True)
    found += [
        (str(year), str(year) if whole_years[year] else _("%(year)s, part of the year") % {"year": year})
        for year in years
    ]
    return tuple(found)


def _wrong_period(kind: Kind, asked: Mapping[str, str], periods: Sequence[tuple[str, str]]) -> list[Wrong]:
    allowed = [key for key, _words in periods]
    if kind.id != RATIOS or not asked.get("period") or asked["period"] in allowed or not allowed or asked.get("as_at"):
        return []
    sentence = _("The address says period “%(found)s”. It may be: %(allowed)s.")
    words = {"found": asked["period"][:20], "allowed": ", ".join(allowed)}
    return [Wrong("period", sentence % words, allowed[0])]


def _wrong_day(measure: Measure, asked: Mapping[str, str], days: Days) -> list[Wrong]:
    """What is wrong with the day as at which an address asks."""
    day, words = day_asked(asked), {"found": asked.get("as_at", "")[:20], "id": measure.id}
    if not asked.get("as_at"):
        return []
    if day is None:
        sentence = _("The address says as_at “%(found)s”, which is no day. A day is written as 2025-04-01.")
        return [Wrong("as_at", sentence % words)]
    if not days.held:
        return []  # the page itself says what is missing
    first = days.held[-1]
    if day < first:
        sentence = _("Nothing that %(id)s is told from was held on %(found)s: the first of it stands as at %(first)s.")
        return [Wrong("as_at", sentence % (words | {"first": first.isoformat()}), first.isoformat())]
    return []


def _wrong(
    measure: Measure, kind: Kind, choice: Choice, asked: Mapping[str, str], held: Mapping[str, Answer]
) -> list[Wrong]:
    fitting = parts_for(measure, kind)
    words = {"id": measure.id, "kind": str(kind.title).lower(), "part": choice.part.title}
    if not fitting:
        words["allowed"] = "; ".join(str(each.title).lower() for each in kinds_of(measure))
        if not words["allowed"]:
            return [Wrong("kind", _("%(id)s has no picture “%(kind)s”, and no other beside its chart.") % words)]
        return [Wrong("kind", _("%(id)s has no picture “%(kind)s”. It can have: %(allowed)s.") % words)]
    own = ("as_at", "period") if kind.id == RATIOS else ("as_at",)
    found = wrong_in(measure, {name: value for name, value in asked.items() if name not in own}, held, choice.rules)
    if not found and choice.part.id not in {part.id for part in fitting} and not kind.of_measure:
        words["allowed"] = "; ".join(f"{part.id} ({part.title})" for part in fitting)
        sentence = _("“%(part)s” has no picture “%(kind)s”. Of %(id)s these have it: %(allowed)s.") % words
        found.append(Wrong("part", sentence, fitting[0].id))
    return found


def page_of(force: Force, looked: Looked, missing: tuple[str, ...]) -> BreakdownPage:
    """The page of what was looked up; `missing` says what the measure's number lacks."""
    kind, choice = looked.kind, looked.choice
    there = Standing(None, None, None) if kind.is_stored else standing(force, asked_for(kind, choice))
    content = content_for(looked, there.done)
    pictures = tuple(
        on_page(each, f"{each.name}-{choice.measure.id.lower()}", _files(looked, each.name))
        for each in content.pictures
    )
    shown = None
    if content.table is not None and content.line is not None:
        shown = beside(content.table, replace(content.line.sheet("table"), decimals=RATIO_DECIMALS))
    return BreakdownPage(
        looked=looked,
        sentences=content.sentences,
        refused=content.refused,
        is_partly_there=looked.kind.id == RATIOS and looked.special is None and bool(content.pictures),
        table=shown,
        table_file=looked.address("measure-breakdown-file", "table", "csv") if shown else "",
        pictures=pictures,
        done=there.done,
        open=there.open,
        failed=there.failed,
        is_stale=_is_stale(force, looked, there.done),
        layouts=_layouts(looked),
        rules=_rules(looked),
        selects=_selects(looked),
        others=[
            (each.title, reverse("measure-breakdown", args=[choice.measure.id, each.id]))
            for each in kinds_of(choice.measure)
            if each.id != kind.id
        ],
        missing=() if content.pictures or content.table else missing,
    )


def content_for(looked: Looked, done: Breakdown | None) -> Content:
    """What there is to show: from stored results, or of what the worker found."""
    choice = looked.choice
    if looked.kind.id == MIX:
        drawn = mix_drawn(choice, looked.held[choice.by]) if choice.by in looked.held else None
        return Content((), (drawn,) if drawn else ())
    if looked.kind.id == AREAS:
        drawn = multiples_drawn(choice, looked.special) if looked.special else None
        return Content((), (drawn,) if drawn else ())
    if looked.kind.id == RATIOS:
        answer = looked.special if looked.period == stored.WHOLE else looked.held.get("year")
        return ratios_content(choice.measure, answer, _of_period(answer, looked.period)) if answer else Content()
    return content_of(looked.kind.id, choice, done) if done is not None else Content()


def _of_period(answer: Answer, period: str) -> list[Row]:
    if period == stored.WHOLE:
        return list(answer.rows)
    # A number that cannot be said for any period has one row without a period, which says why.
    return [row for row in answer.rows if row["period_start"] is None or str(row["period_start"].year) == period]


def links(measure: Measure) -> list[tuple[Words, str]]:
    """The pages of further pictures that a measure has, each with its title."""
    return [(each.title, reverse("measure-breakdown", args=[measure.id, each.id])) for each in kinds_of(measure)]


def kind_of(name: str) -> Kind | None:
    """The kind of picture by its name in an address."""
    return KINDS.get(name)


def _files(looked: Looked, name: str) -> tuple[tuple[str, str], ...]:
    return tuple((form.upper(), looked.address("measure-breakdown-file", name, form)) for form in FORMS)


def _is_stale(force: Force, looked: Looked, done: Breakdown | None) -> bool:
    """Whether extracts have come in since, or the toolkit has changed its edition."""
    if done is None:
        return False
    here = workspace.current().force(force.code)
    now = batches_behind(here, done, looked.choice.measure)
    return {each.id for each in now} != set(done.extracts)


def _layouts(looked: Looked) -> list[Option]:
    if looked.kind.id != MIX:
        return []
    return [Option(LAYOUTS[by], looked.address(by=by), by == looked.choice.by) for by in PERIODS if by in looked.held]


def _rules(looked: Looked) -> list[Option]:
    if not looked.has_rules:
        return []
    return [Option(words, looked.address(rule=rule), rule == looked.choice.rule) for rule, words in looked.choice.rules]


def _selects(looked: Looked) -> list[Select]:
    """The boxes with which to choose a number that can have the picture, the line of it, and as at which day."""
    earlier = [(day, day_name(day, language())) for day in looked.days.held[1:]]
    return [*_boxes(looked), *(day_select(looked.choice, earlier, fewest=1))]


def _boxes(looked: Looked) -> list[Select]:
    if len(looked.periods) > 1:
        options = tuple((key, words, key == looked.period) for key, words in looked.periods)
        return [Select("period", _("Period"), options)]
    if looked.kind.of_measure:
        return []
    choice = looked.choice
    names = {AREAS: ("category", "group"), MIX: ("group",)}.get(looked.kind.id, ())
    found = [each for each in selects(choice, looked.held) if each.name in names]
    fitting = parts_for(choice.measure, looked.kind)
    if len(fitting) > 1:
        options = tuple((part.id, part.title, part.id == choice.part.id) for part in fitting)
        found.insert(0, Select("part", _("Number"), options))
    return found

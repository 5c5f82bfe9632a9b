"""What is asked of the measures: which, for what time, by what, under which counting rule."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nvap.errors import UsageFault, nearest
from nvap.packs.measure import Measure, Part
from nvap.records.counting_rule import CountingRule, counted_by, know, rule_of
from nvap.records.derived import COUNTING_RULES

PERIODS = ("month", "quarter", "year")
STANDARDISED = "standardised"
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class By:
    """How rows are laid out: by a period or as a whole, by area or not, by further columns of the measure's table.

    With `standardised`, rates by population stand beside themselves as they would be with the standard's ages. `level`
    is the level that areas are added up to; None leaves them as records name them.
    """

    period: str | None
    area: bool
    breakdowns: tuple[str, ...]
    standardised: bool = False
    level: str | None = None

    @property
    def text(self) -> str:
        """As the command line writes it: `month,area`; `whole` for nothing at all."""
        words = [*([self.period] if self.period else []), *([self._area] if self.area else []), *self.breakdowns]
        words += [STANDARDISED] if self.standardised else []
        return ",".join(words) or "whole"

    @property
    def _area(self) -> str:
        return f"area:{self.level}" if self.level else "area"


def _level_of(words: Sequence[str]) -> tuple[list[str], str | None]:
    """The words with `area` in place of `area:district`, and that level."""
    levels = dict.fromkeys(word.partition(":")[2] for word in words if word.startswith("area:"))
    plain = ["area" if word.startswith("area:") else word for word in words]
    if len(levels) > 1 or (levels and "area" in words):
        raise UsageFault(f"--by may hold areas of one level; found {' and '.join(w for w in words if 'area' in w)}.")
    return plain, next(iter(levels), None)


def read_by(words: str | Sequence[str], measures: Iterable[Measure]) -> By:
    """`month,area` as a By; `whole` (or nothing) is the whole time asked for in one row.

    `area:district` lays out by a level of areas (see `nvap.records.area_levels`).

    Raises UsageFault for an unknown word (with the nearest), two periods, or a breakdown that a measure does not have.
    """
    listed = words.split(",") if isinstance(words, str) else list(words)
    given = [each.strip().lower() for each in listed if each.strip() and each.strip().lower() != "whole"]
    given, level = _level_of(given)
    measures = list(measures)
    offered = {name for measure in measures for name in measure.breakdowns}
    known = [*PERIODS, "area", "whole", *sorted(offered), STANDARDISED]
    for word in given:
        if word not in known:
            raise UsageFault(f"--by may hold {', '.join(known)}; found `{word}`.{nearest(word, known)}")
    periods = [word for word in given if word in PERIODS]
    if len(set(periods)) > 1:
        raise UsageFault(f"--by may hold one period; found {' and '.join(periods)}.")
    breakdowns = tuple(dict.fromkeys(word for word in given if word not in (*PERIODS, "area", STANDARDISED)))
    for word in breakdowns:
        without = [each.id for each in measures if word not in each.breakdowns]
        if without:
            raise UsageFault(f"{', '.join(without)} cannot be broken down by {word}; ask for the others alone.")
    if "area" in given and measures and not any(has_area(part) for each in measures for part in each.parts):
        raise UsageFault(_no_area(measures))
    if STANDARDISED in given:
        _check_standardised(measures, breakdowns)
    return By(periods[0] if periods else None, "area" in given, breakdowns, STANDARDISED in given, level)


def choices(measure: Measure) -> tuple[str, ...]:
    """The words that `by` may hold for a measure: periods, whole, and what its tables can be told apart by."""
    area = ["area"] if any(has_area(part) for part in measure.parts) else []
    ages = [STANDARDISED] if any(may_be_standardised(part) for part in measure.parts) else []
    return (*PERIODS, "whole", *area, *measure.breakdowns, *ages)


def has_area(part: Part) -> bool:
    """Whether a part's rows have an area, of their own or of a record that they lead to."""
    return part.over.area_from is not None


def _no_area(measures: Sequence[Measure]) -> str:
    tables = sorted({part.table for each in measures for part in each.parts})
    shared = [word for word in choices(measures[0]) if all(word in choices(each) for each in measures)]
    named, of = ", ".join(each.id for each in measures), " and ".join(tables)
    verb = "has" if len(tables) == 1 else "have"
    return (
        f"{named} cannot be laid out by area: {of} {verb} no area, and nothing leads from there to one. --by may hold"
        f" {', '.join(shared)}."
    )


def _check_standardised(measures: Sequence[Measure], breakdowns: Sequence[str]) -> None:
    without = [each.id for each in measures if not any(may_be_standardised(part) for part in each.parts)]
    if without:
        raise UsageFault(f"{', '.join(without)} cannot be standardised by age: no rate in it is by population.")
    other = [name for name in breakdowns if name not in ("sex", "ethnicity")]
    if other:
        raise UsageFault(
            f"A rate is standardised by period, area, sex and ethnicity only; found {', '.join(other)} beside"
            f" `{STANDARDISED}`."
        )


def may_be_standardised(part: Part) -> bool:
    """Whether a number is a rate of all people, so that their ages can be made alike."""
    return part.statistic == "rate" and part.uses_population and not part.uses_groups_of_people


def read_rule(text: str, own: Iterable[CountingRule] = ()) -> str:
    """The id of a counting rule by id (`R1`) or by name (`flagged at closure`).

    `R1/event` counts by another unit than the rule's own: log, call, event or episode. `own` are rules of the force; an
    own rule's id ends with the mark of its content. Raises UsageFault with the nearest.
    """
    plain = text.replace("-", " ").replace("_", " ").lower()
    words, _, unit = (" ".join(each.split()) for each in plain.partition("/"))
    known = {**COUNTING_RULES, **{each.id: each.name for each in own}}
    for rule, name in known.items():
        if words in (rule.lower().replace("-", " "), rule.partition("@")[0].lower().replace("-", " "), name.lower()):
            chosen = next((each for each in own if each.id == rule), None)
            return know(chosen).id if chosen and not unit else _by_unit(rule, chosen, unit)
    offered = [rule.partition("@")[0] for rule in known] + list(known.values())
    shown = ", ".join(f"{rule.partition('@')[0]} ({name})" for rule, name in known.items())
    raise UsageFault(f"Unknown counting rule `{text}`; known: {shown}.{nearest(words, offered)}")


def _by_unit(rule: str, own: CountingRule | None, unit: str) -> str:
    found = own or rule_of(rule)
    if not unit:
        return rule
    if found is None:
        raise UsageFault(f"The counting rule {rule} has no unit of counting; found `/{unit}`.")
    return know(counted_by(found, unit)).id


def first_day(text: str) -> datetime.date:
    """`2014`, `2014-01` or `2014-01-15` as the first day meant. Raises UsageFault."""
    return _day(text, "--from", last=False)


def last_day(text: str, option: str = "--to") -> datetime.date:
    """`2014`, `2014-01` or `2014-01-15` as the last day meant (days are inclusive). Raises UsageFault."""
    return _day(text, option, last=True)


def _day(text: str, option: str, *, last: bool) -> datetime.date:
    found = _DAY.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day = found.groups()
        if day:
            return datetime.date(int(year), int(month), int(day))
        start = datetime.date(int(year), int(month or 1), 1)
        if not last:
            return start
        return end_of(start, "month" if month else "year")
    except ValueError:
        raise UsageFault(
            f"{option} is a day, a month or a year, as 2014-01-31, 2014-01 or 2014; found `{text}`."
        ) from None


def start_of(day: datetime.date, period: str) -> datetime.date:
    """The first day of the month, quarter or year that a day lies in."""
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return datetime.date(day.year, month, 1)


def end_of(start: datetime.date, period: str) -> datetime.date:
    """The last day of the month, quarter or year that starts on `start`."""
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    at = start.year * 12 + start.month - 1 + months
    if at // 12 > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(at // 12, at % 12 + 1, 1) - datetime.timedelta(days=1)


def periods_between(
    first: datetime.date, last: datetime.date, period: str
) -> list[tuple[datetime.date, datetime.date]]:
    """Every month, quarter or year that touches the days from first to last, as its first and last day."""
    found = []
    start = start_of(first, period)
    while start <= last:
        end = end_of(start, period)
        found.append((start, end))
        if end >= datetime.date.max - datetime.timedelta(days=1):
            break
        start = end + datetime.timedelta(days=1)
    return found

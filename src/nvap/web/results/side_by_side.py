"""The numbers of one measure beside each other in the same period: its parts, or every line of one part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nvap.packs.measure import Part
from nvap.web.results.choices import Choice, Series, best_layout, series_of
from nvap.web.results.headline import newest, shown_rows
from nvap.web.results.layouts import AREA
from nvap.web.results.numbers import period_words, plain, scale_of
from nvap.web.results.stored import Answer, Row


@dataclass(frozen=True)
class Beside:
    """Another number of the same measure, with its newest value; choosing it is a link."""

    words: str
    address: str
    value: str
    interval: str
    counted: str
    not_known: str
    is_current: bool


@dataclass(frozen=True)
class SideBySide:
    """Numbers of the same measure in the same period: one a row, or a row a category with a column a group."""

    period: str
    groups: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Beside, ...]], ...]

    @property
    def is_matrix(self) -> bool:
        """Whether there are several columns of values."""
        return len(self.groups) > 1


def parts_beside(choice: Choice, held: Mapping[str, Answer]) -> SideBySide | None:
    """The parts that are one number each, side by side; None for fewer than two."""
    single = [part for part in choice.measure.parts if len(series_of(part, held)) == 1]
    by = _period(choice, held)
    if len(single) < 2 or choice.part not in single or by is None:
        return None
    period = period_words(_newest_of(choice.part, held[by]) or {"period_start": None, "period_end": None}, by)
    numbers = [_beside(choice, held[by], part, Series(), words=part.title) for part in single]
    return SideBySide(period, (), tuple((each.words, (each,)) for each in numbers))


def series_beside(choice: Choice, held: Mapping[str, Answer]) -> SideBySide | None:
    """Every line of the part that is shown, in its newest whole period; None for a part of one line."""
    offered, by = series_of(choice.part, held), _period(choice, held)
    if len(offered) < 2 or by is None:
        return None
    row = _newest_of(choice.part, held[by])
    groups = tuple(dict.fromkeys(each.group or "" for each in offered))
    categories = dict.fromkeys((each.category, each.category_label) for each in offered)
    is_matrix = len(categories) > 1 and len(groups) > 1
    numbers = {
        (each.group or "", each.category): _beside(
            choice, held[by], choice.part, each, words=each.label, with_unit=not is_matrix
        )
        for each in offered
    }
    if not is_matrix:
        single: list[tuple[str, tuple[Beside, ...]]] = [(each.words, (each,)) for each in numbers.values()]
        return SideBySide(period_words(row, by) if row else "", (), tuple(single))
    rows = tuple(
        (label, tuple(numbers[group, category] for group in groups if (group, category) in numbers))
        for category, label in categories
    )
    return SideBySide(period_words(row, by) if row else "", groups, rows)


def _period(choice: Choice, held: Mapping[str, Answer]) -> str | None:
    """The period by which numbers stand side by side: the one that is shown; by area the finest that has numbers."""
    if choice.by != AREA:
        return choice.by
    by = best_layout(choice.part, choice.series, held)
    return by if by in held else None


def _newest_of(part: Part, answer: Answer) -> Row | None:
    """A row of the newest whole period in which anything of a part has a number."""
    rows = [row for row in answer.of_part(part.id) if row["numerator"] is not None]
    return newest(sorted(rows, key=lambda row: row["period_start"]))


def _beside(
    choice: Choice, answer: Answer, part: Part, series: Series, *, words: str, with_unit: bool = True
) -> Beside:
    rows = shown_rows(Choice(choice.measure, part, series, answer.entry.by, choice.rule), answer)
    row, whole = newest(rows), _newest_of(part, answer)
    scale = scale_of(part, rows)
    address = choice.address(part=part.id, group=series.group or "", category=series.category or "")
    # An older number must not stand beside newer ones.
    if row is None or whole is None or row["period_start"] != whole["period_start"]:
        said = ("", "", "", "")
    else:
        value = scale.said(row["value"]) if with_unit else scale.bare(row["value"])
        said = (value, scale.interval(row), scale.counted(row), plain(row["unknown"]))
    is_current = part.id == choice.part.id and series.label == choice.series.label
    return Beside(words, address, *said, is_current=is_current)

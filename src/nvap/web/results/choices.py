"""What a reader has chosen to see of a measure: which number, by what, under which counting rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from nvap.measures.values import UNKNOWN_CATEGORY
from nvap.packs.measure import Measure, Part
from nvap.web.results.layouts import LAYOUTS, PERIODS, rules_of
from nvap.web.results.stored import Answer, Row
from nvap.web.results.words import Words, rule_in_words

# At least this share of the whole periods must have a number before a layout is shown unasked.
_ENOUGH = 0.5


Rules = tuple[tuple[str, Words], ...]
"""Counting rules by their ids, each with its name."""


@dataclass(frozen=True)
class Series:
    """One line of numbers within a part: a group, a category, both or neither."""

    group: str | None = None
    category: str | None = None
    category_label: str = ""

    @property
    def label(self) -> str:
        """Its category and group in words; empty for the only line of a part."""
        return ", ".join(each for each in (self.category_label, self.group) if each)

    def holds(self, row: Row) -> bool:
        """Whether a row belongs to it."""
        return bool(row["group"] == self.group and row["category"] == self.category)


@dataclass(frozen=True)
class Choice:
    """What is shown. Every other choice is a link away."""

    measure: Measure
    part: Part
    series: Series
    by: str
    rule: str
    as_at: str = ""
    rules: Rules = ()

    @property
    def rule_words(self) -> Words:
        """The counting rule by its name."""
        return dict(self.rules).get(self.rule) or rule_in_words(self.rule)

    def query(self, **changed: str) -> str:
        """The choice as an address's query, with some of it changed; a group or category of another part is dropped."""
        chosen = {"part": self.part.id, "group": self.series.group or "", "category": self.series.category or ""}
        if changed.get("part", self.part.id) != self.part.id:
            chosen = {"part": self.part.id}
        chosen |= {"by": self.by, "rule": self.rule if len(rules_of(self.measure)) > 1 else "", "as_at": self.as_at}
        return urlencode({name: value for name, value in (chosen | changed).items() if value})

    def address(self, **changed: str) -> str:
        """The page that shows the choice, with some of it changed."""
        return f"{reverse('measure', args=[self.measure.id])}?{self.query(**changed)}"


@dataclass(frozen=True)
class Option:
    """One thing to choose: its words, where it leads, and whether it is shown now."""

    words: Words
    address: str
    is_current: bool


def choose_rule(rules: Rules, asked: Mapping[str, str]) -> str:
    """The counting rule asked for, or the first there is."""
    return asked.get("rule", "") if asked.get("rule") in dict(rules) else rules[0][0]


def choose(
    measure: Measure, asked: Mapping[str, str], rule: str, held: Mapping[str, Answer], *, rules: Rules = ()
) -> Choice:
    """What was asked for; what was not, or does not exist, is filled in with what says most.

    `rules` are the counting rules that the reader may choose another from.
    """
    parts = {part.id: part for part in measure.parts}
    part = parts.get(asked.get("part", ""), measure.parts[0])
    offered = series_of(part, held)
    first = first_series(part, offered, held)
    wanted = (asked.get("group") or first.group, asked.get("category") or first.category)
    series = next((each for each in offered if (each.group, each.category) == wanted), first)
    by = asked.get("by", "")
    if by not in held:
        by = best_layout(part, series, held)
    day = day_asked(asked)
    return Choice(measure, part, series, by, rule, day.isoformat() if day else "", rules)


def day_asked(asked: Mapping[str, str]) -> date | None:
    """The day as at which an address asks; None where it asks for none, or for something that is no day."""
    try:
        return date.fromisoformat(asked.get("as_at", ""))
    except ValueError:
        return None


def series_of(part: Part, held: Mapping[str, Answer]) -> list[Series]:
    """Every line of numbers of a part, groups in the order in which the measure names them."""
    labels = {each.code: each.label for each in part.mix.categories} if part.mix else {}
    found: dict[tuple[str | None, str | None], Series] = {}
    for answer in held.values():
        for row in answer.of_part(part.id):
            key = (row["group"], row["category"])
            if key not in found and row["numerator"] is not None:
                found[key] = Series(*key, category_label=labels.get(row["category"], row["category"] or ""))
    return sorted(found.values(), key=lambda each: _place(part, list(found), each)) or [Series()]


def _place(part: Part, keys: Sequence[tuple[str | None, str | None]], series: Series) -> tuple[int, int, int]:
    """Where a series stands: groups that only differ in their last name in the order of the measure's own names."""
    names = list(part.groups[-1].names.values()) if part.groups else []
    group = series.group or ""
    last = next((at for at, name in enumerate(names) if group.endswith(name)), len(names))
    stem = group.removesuffix(names[last]) if last < len(names) else group
    first = next(at for at, (other, _) in enumerate(keys) if (other or "").startswith(stem))
    return (first if stem else 0, last, keys.index((series.group, series.category)))


def first_series(part: Part, offered: Sequence[Series], held: Mapping[str, Answer]) -> Series:
    """The line shown unasked: the first one; of a mix the most frequent category of the first group.

    Of a ratio it is the first group that is held against another.
    """
    if part.mix is None:
        against = part.groups[0].names.get(part.reference) if part.reference else None
        return next((each for each in offered if against is None or each.group != against), offered[0])
    beside = {*part.mix.apart, UNKNOWN_CATEGORY}
    own = [each for each in offered if each.group == offered[0].group and each.category not in beside]
    counts: dict[str | None, float] = {}
    for answer in held.values():
        for row in answer.of_part(part.id):
            if row["group"] == offered[0].group:
                counts[row["category"]] = counts.get(row["category"], 0.0) + (row["numerator"] or 0.0)
    return max(own, key=lambda each: counts.get(each.category, 0.0), default=offered[0])


def best_layout(part: Part, series: Series, held: Mapping[str, Answer]) -> str:
    """The finest period of which most have a number; the coarsest there is where none has enough."""
    for by in PERIODS:
        if by in held:
            rows = [row for row in held[by].of_part(part.id) if series.holds(row)]
            if rows and sum(row["value"] is not None for row in rows) >= _ENOUGH * len(rows):
                return by
    return next((by for by in reversed(PERIODS) if by in held and _has_value(part, series, held[by])), PERIODS[0])


def _has_value(part: Part, series: Series, answer: Answer) -> bool:
    return any(row["value"] is not None and series.holds(row) for row in answer.of_part(part.id))


def layout_options(choice: Choice, held: Mapping[str, Answer], words: Mapping[str, Words]) -> list[Option]:
    """By what the number can be shown."""
    return [Option(words[by], choice.address(by=by), by == choice.by) for by in LAYOUTS if by in held]


def rule_options(choice: Choice) -> list[Option]:
    """The counting rules to choose from; none where no rule decides, or only one is defined."""
    if len(choice.rules) < 2 or not choice.part.uses_rule:
        return []
    return [Option(words, choice.address(rule=rule), rule == choice.rule) for rule, words in choice.rules]


@dataclass(frozen=True)
class Select:
    """One box of the form that chooses a number: its name, its label, and its options."""

    name: str
    label: Words
    options: tuple[tuple[str, str, bool], ...]


def day_select(choice: Choice, days: Sequence[tuple[date, str]], *, fewest: int = 2) -> list[Select]:
    """The box with which to choose the day as at which to read, each with its words; none where too few are held."""
    if len(days) < fewest and not choice.as_at:
        return []
    listed = [(day.isoformat(), words, day.isoformat() == choice.as_at) for day, words in days]
    return [Select("as_at", _("As at"), (("", str(_("The newest")), not choice.as_at), *listed))]


def selects(choice: Choice, held: Mapping[str, Answer]) -> list[Select]:
    """The boxes with which to choose a number of the measure; none for a measure of one number."""
    offered = series_of(choice.part, held)
    parts = [(each.id, each.title, each.id == choice.part.id) for each in choice.measure.parts]
    categories = {each.category or "": each.category_label for each in offered}
    groups = {each.group or "": each.group or "" for each in offered}
    named = ", ".join(each.title.lower() for each in choice.part.groups)
    found = [
        Select("part", _("Number"), tuple(parts)),
        Select("category", _("Kind"), _options(categories, choice.series.category)),
        Select("group", named[:1].upper() + named[1:] or _("Group"), _options(groups, choice.series.group)),
    ]
    return [each for each in found if len(each.options) > 1]


def _options(words: Mapping[str, str], current: str | None) -> tuple[tuple[str, str, bool], ...]:
    return tuple((key, label[:1].upper() + label[1:], key == (current or "")) for key, label in words.items())

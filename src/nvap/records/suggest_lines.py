"""The lines of a drafted mapping: one contract column as YAML, with where it comes from and what is left to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nvap.records.contract import Column
from nvap.records.learned import Taught, Translated
from nvap.records.likeness import words
from nvap.records.mapping_columns import OPEN, ValueMap
from nvap.records.sample import Seen

_FREQUENT = 5
_SHORT = re.compile("[A-Za-z0-9]{1,3}")
_TIMES = ("instant", "date")
_WHOLE = {"instant": "instant", "date": "day"}


@dataclass(frozen=True)
class Choice:
    """What fills a contract column, and where that comes from; `check` says that it is a guess.

    `seen` is the source column (None: an earlier mapping's expression), `taught` the earlier mapping that says so, and
    `translated` what values became in earlier mappings.
    """

    seen: Seen | None
    origin: str
    check: bool = False
    taught: Taught | None = None
    translated: Mapping[str, Translated] = field(default_factory=dict)

    def note(self, *more: str) -> str:
        """The comment behind it."""
        said = "; ".join(each for each in (self.origin, *more) if each)
        return f"  # {'CHECK: ' if self.check else ''}{said}" if said else ""

    @property
    def expression(self) -> str:
        """What it reads, as YAML."""
        if self.seen is not None:
            return json.dumps(self.seen.name, ensure_ascii=False)
        return json.dumps(self.taught.mapped.text if self.taught else "", ensure_ascii=False)


def column_lines(column: Column, choice: Choice | None) -> Iterator[str]:
    """One contract column's lines; as a comment where nothing fills it."""
    if choice is None:
        yield from _open_lines(column)
        return
    extras, changed = _extras(column, choice)
    noted = Choice(choice.seen, choice.origin, choice.check or bool(changed), choice.taught, choice.translated)
    values = list(_value_lines(column, choice))
    pseudonym = "replaced by a pseudonym while loading" if column.type == "key" else ""
    note = noted.note(changed, pseudonym)
    if values:
        yield f"{column.name}:{note}"
        yield f"  expr: {choice.expression}"
        yield from (f"  {name}: {text}" for name, text in extras.items())
        yield from (f"  {line}" for line in values)
    elif extras:
        inside = ", ".join(f"{name}: {text}" for name, text in extras.items())
        yield f"{column.name}: {{expr: {choice.expression}, {inside}}}{note}"
    else:
        yield f"{column.name}: {choice.expression}{note}"


def _open_lines(column: Column) -> Iterator[str]:
    if column.name == "closure_kind":
        yield "closure_kind: {expr: \"'counted'\"}  # CHECK: no column says it; this counts every row"
    else:
        yield f"# {column.name}:   # {OPEN_COLUMN if column.required else column.description}"


OPEN_COLUMN = "OPEN: required, and no column looks like it"


def _extras(column: Column, choice: Choice) -> tuple[dict[str, str], str]:
    """What stands beside the expression, as YAML by name, and what must be checked of it."""
    found, changed = _time_extras(column, choice) if column.type in _TIMES else ({}, "")
    if choice.taught is not None:
        mapped = choice.taught.mapped
        if mapped.missing:
            found["missing"] = json.dumps(list(mapped.missing), ensure_ascii=False)
        if mapped.decimal != ".":
            found["decimal"] = json.dumps(mapped.decimal)
        if mapped.thousands:
            found["thousands"] = json.dumps(mapped.thousands)
    return found, changed


def _time_extras(column: Column, choice: Choice) -> tuple[dict[str, str], str]:
    """Format and precision: the earlier mapping's where the values still fit, else what the values show."""
    mapped, seen = choice.taught.mapped if choice.taught else None, choice.seen
    known = mapped.format if mapped else None
    if mapped is not None and (seen is None or _still_fits(seen, known)):
        found = {"format": json.dumps(known)} if known else {}
        if mapped.precision not in (None, _WHOLE[column.type]):
            found["precision"] = str(mapped.precision)
        return found, ""
    form = (seen.form if seen else None) or ""
    changed = f"its times are not written as {known or 'ISO'} any more" if mapped is not None else ""
    if not form:
        daily = column.type == "instant" and seen is not None and not any(":" in value for value in seen.values)
        return ({"precision": "day"} if daily else {}), changed
    other = form.replace("%d", "%%").replace("%m", "%d").replace("%%", "%m")
    if "%d" in form and "%m" in form and seen is not None and seen.fits(other):
        changed = "; ".join(filter(None, (changed, "every date also fits with day and month the other way round")))
    return {"format": json.dumps(form)}, changed


def _still_fits(seen: Seen, form: str | None) -> bool:
    """Whether values are written as before; where they fit no format at all, a few bad ones are no reason to change."""
    return not seen.filled or seen.form in (form or "", None) or (form is not None and seen.fits(form))


def _value_lines(column: Column, choice: Choice) -> Iterator[str]:
    """What each value becomes; nothing where the column needs no list."""
    coded = column.type in ("code", "boolean")
    labels = _labels(column)
    seen = choice.seen
    if choice.taught is not None and _is_dated(choice.taught.mapped.maps):
        yield from _dated_lines(column, choice)
    elif choice.translated or (seen and coded and not _needs_no_list(column, seen, labels)):
        yield f"values:{_allowed(labels)}"
        yield from (f"  {line}" for line in _values(column, choice, dict(choice.translated)))


def _needs_no_list(column: Column, seen: Seen, labels: Mapping[str, str]) -> bool:
    return seen.yes_no if column.type == "boolean" else all(value in labels for value in seen.values)


def _values(column: Column, choice: Choice, known: Mapping[str, Translated]) -> Iterator[str]:
    labels, rare = _labels(column), 0
    counted = choice.seen.values.most_common() if choice.seen else []
    for value, count in counted:
        rows = f"{count:,} {'row' if count == 1 else 'rows'}"
        if value in known:
            yield _known_line(column, choice, value, known[value], rows)
        elif count < _FREQUENT and not _SHORT.fullmatch(value):
            rare += 1
        else:
            target = _same_code(value, labels)
            becomes = OPEN if target is None else _becomes(column, target)
            new = "; not in your earlier mappings" if known else ""
            yield f"{json.dumps(value, ensure_ascii=False)}: {becomes}  # {rows}{new}"
    held = {value for value, _ in counted}
    for value, each in known.items():
        if value not in held:
            yield _known_line(column, choice, value, each, "in no row read" if choice.seen else "")
    if rare:
        yield f"# {rare} rarer values are not shown; `nvap check` lists what is left unmapped"


def _known_line(column: Column, choice: Choice, value: str, known: Translated, rows: str) -> str:
    notes = [rows]
    if choice.taught is None or known.earlier != choice.taught.earlier:
        notes.append(f"as in {known.earlier.words}")
    notes += [f"CHECK: {clash}" for clash in known.clashes]
    said = "; ".join(each for each in notes if each)
    line = f"{json.dumps(value, ensure_ascii=False)}: {_becomes(column, known.target)}"
    return f"{line}  # {said}" if said else line


def _dated_lines(column: Column, choice: Choice) -> Iterator[str]:
    """Lists of values with the days on which they hold, as the earlier mapping has them; new values in the last."""
    assert choice.taught is not None  # noqa: S101 - the caller has looked
    maps = choice.taught.mapped.maps
    yield f"values:{_allowed(_labels(column))}"
    named = {value for each in maps for value in each.values}
    new = [value for value in (choice.seen.values if choice.seen else ()) if value not in named]
    for at, each in enumerate(maps):
        days = "".join(f"{word}: {day}, " for word, day in (("from", each.first), ("to", each.last)) if day)
        pairs = [
            f"{json.dumps(value, ensure_ascii=False)}: {_becomes(column, to)}" for value, to in each.values.items()
        ]
        if at == len(maps) - 1:
            pairs += [f"{json.dumps(value, ensure_ascii=False)}: {OPEN}" for value in new if _may_show(choice, value)]
        yield f"  - {{{days}map: {{{', '.join(pairs)}}}}}"
    if new:
        yield f"  # {len(new)} of the values read {'is' if len(new) == 1 else 'are'} not in the earlier mapping"


def _may_show(choice: Choice, value: str) -> bool:
    assert choice.seen is not None  # noqa: S101 - a value was seen
    return choice.seen.values[value] >= _FREQUENT or bool(_SHORT.fullmatch(value))


def _is_dated(maps: tuple[ValueMap, ...]) -> bool:
    return any(each.first or each.last for each in maps)


def _labels(column: Column) -> dict[str, str]:
    if column.code_list:
        return {each.code: each.label for each in column.codes}
    return {"true": "yes", "false": "no"} if column.type == "boolean" else {}


def _allowed(labels: Mapping[str, str]) -> str:
    return f"  # allowed: {', '.join(labels)}; null where it means nothing" if labels else ""


def _becomes(column: Column, target: str | None) -> str:
    if target is None:
        return "null"
    return target if column.type == "boolean" else json.dumps(target, ensure_ascii=False)


def _same_code(value: str, labels: Mapping[str, str]) -> str | None:
    plain = words(value)
    return next((code for code, label in labels.items() if plain in (words(code), words(label))), None)

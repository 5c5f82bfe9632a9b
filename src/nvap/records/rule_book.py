"""A force's own counting rules as they stand, and every version that stood before.

What stands is `<workspace>/<force>/counting-rules.yaml`, which people may also write by hand (see
`nvap.records.counting_rule`). Beside it `counting-rules-history.json` keeps each version that was made, changed or
retired here, with who did so, when and why; a result that was counted under an earlier version can so be read for good.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from nvap.errors import InputFault, Refused, UsageFault, nearest
from nvap.records.counting_rule import (
    FILE,
    CountingRule,
    counted_by,
    faults_of,
    from_json,
    know,
    marked,
    names_taken,
    own_rules,
)
from nvap.records.workspace import write_json, write_text

HISTORY = "counting-rules-history.json"
MOST = 12
"""A rule more is every measure once more; so many stand at a time."""


class Overtaken(Refused):
    """Somebody else has made, changed or retired the rule since it was looked at."""


Did = Literal["made", "changed", "retired", "found"]
_HEAD = f"""\
# The force's own counting rules (docs/derived-columns.md). Who changed what stands in {HISTORY}.
rules: []
"""


@dataclass(frozen=True)
class Version:
    """One wording of a rule: what was done to it, by whom, when and why. `found` was written by hand into the file."""

    rule: CountingRule
    did: Did
    by: str = ""
    when: datetime.datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class Change:
    """Who changes a rule, when, why, and which version they had before their eyes (None: they make a new rule)."""

    by: str
    when: datetime.datetime
    why: str
    seen: CountingRule | None = None


def history(folder: Path) -> tuple[Version, ...]:
    """Every version that was kept, the oldest first. Raises InputFault where the file is damaged."""
    path = folder / HISTORY
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_version(each) for each in held)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputFault(f"{path} is damaged; what stands is in {FILE}. Put the history back from a copy.") from error


def learn(folder: Path) -> tuple[CountingRule, ...]:
    """The rules that stand; from now on every version that was kept is known by its id (see `counting_rule.rule_of`).

    Raises InputFault where the file or the history has faults.
    """
    standing = own_rules(folder)
    for rule in (*(each.rule for each in history(folder)), *standing):
        know(rule)
    return standing


def versions(folder: Path, word: str) -> tuple[Version, ...]:
    """Every version of one rule, by its id without a mark, the oldest first; one that was written by hand too."""
    found = [each for each in history(folder) if each.rule.word == word]
    standing = next((each for each in own_rules(folder) if each.word == word), None)
    if standing is not None and (not found or found[-1].did == "retired" or found[-1].rule != standing):
        found.append(Version(standing, "found"))
    return tuple(found)


def save(folder: Path, rule: CountingRule, change: Change) -> CountingRule:
    """Keep a new rule, or a new version of the one that was seen; returns it with the mark of its content.

    Raises Overtaken where somebody has made, changed or retired it meanwhile, Refused where nothing differs or too many
    stand, and UsageFault with every fault of the rule.
    """
    standing = own_rules(folder)
    was = _as_seen(standing, rule.word, change.seen)
    others = [each for each in standing if each.word != rule.word]
    faults = [each.words for each in faults_of(rule, names_taken(others))]
    if faults:
        raise UsageFault("\n".join(faults))
    if was is None and len(standing) >= MOST:
        raise Refused(f"{len(standing)} rules stand already, and {MOST} may; retire one first.")
    made = marked(replace(rule, base=""))
    if made == was:
        raise Refused("Nothing was changed.")
    _keep(folder, [*_unkept(folder, was), Version(made, "changed" if was else "made", *_told(change))])
    _write(folder, made.word, _options(made))
    return made


def retire(folder: Path, change: Change) -> None:
    """Take the rule that was seen out of what can be asked; its versions and its results stay.

    Raises Overtaken where somebody has changed or retired it meanwhile.
    """
    assert change.seen is not None  # noqa: S101 - nobody can retire what they have not seen
    was = _as_seen(own_rules(folder), change.seen.word, change.seen)
    assert was is not None  # noqa: S101 - it was seen, and stands as it was seen
    _keep(folder, [*_unkept(folder, was), Version(was, "retired", *_told(change))])
    _write(folder, was.word, None)


def find(folder: Path, rule_id: str) -> CountingRule:
    """A force's own rule by its id, with its mark (any version) or without (the one that stands, or the last that did).

    `R-own/event` is that rule counted by event. Raises UsageFault with the nearest where there is none.
    """
    rule_id, _, unit = rule_id.partition("/")
    standing = {each.id: each for each in own_rules(folder)}
    earlier = {each.rule.id: each.rule for each in history(folder)}
    known = {**{each.word: each for each in earlier.values()}, **{each.word: each for each in standing.values()}}
    known |= {**earlier, **standing}
    if rule_id in known:
        return counted_by(known[rule_id], unit) if unit else known[rule_id]
    raise UsageFault(f"No counting rule `{rule_id}`.{nearest(rule_id, known)}")


def _as_seen(standing: Iterable[CountingRule], word: str, seen: CountingRule | None) -> CountingRule | None:
    """The rule as it stands. Raises Overtaken where that is not what was seen."""
    now = next((each for each in standing if each.word.lower() == word.lower()), None)
    if seen is None and now is not None:
        raise Overtaken(f"A rule {now.word} stands already.")
    if seen is not None and now is None:
        raise Overtaken(f"Somebody has retired the rule {word} meanwhile.")
    if seen is not None and now != seen:
        raise Overtaken(f"Somebody has changed the rule {word} meanwhile.")
    return now


def _unkept(folder: Path, was: CountingRule | None) -> list[Version]:
    """The version that is left, where it was written by hand and so is in no history yet."""
    if was is None or any(each.rule == was and each.did != "retired" for each in history(folder)):
        return []
    return [Version(was, "found")]


def _told(change: Change) -> tuple[str, datetime.datetime, str]:
    return change.by, change.when, change.why


def _keep(folder: Path, more: Iterable[Version]) -> None:
    write_json(folder / HISTORY, [_said(each) for each in (*history(folder), *more)])


def _said(version: Version) -> dict[str, Any]:
    when = version.when.isoformat() if version.when else None
    return {"did": version.did, "by": version.by, "when": when, "why": version.why, "rule": asdict(version.rule)}


def _version(held: Mapping[str, Any]) -> Version:
    when = datetime.datetime.fromisoformat(held["when"]) if held["when"] else None
    return Version(from_json(held["rule"]), held["did"], held["by"], when, held["why"])


def _options(rule: CountingRule) -> dict[str, Any]:
    """Its options as the file has them, without those that say what goes without saying."""
    usual = CountingRule(rule.id, rule.name, rule.says)
    given = {name: value for name, value in asdict(rule).items() if value != getattr(usual, name)}
    listed = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    return {"id": rule.word, "name": rule.name, "says": rule.says, **listed}


def _write(folder: Path, word: str, options: Mapping[str, Any] | None) -> None:
    """Write one rule into the file (None: take it out), and leave the others with their comments as they are."""
    path, yaml = folder / FILE, YAML(typ="rt", pure=True)
    yaml.width, yaml.allow_unicode = 110, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    held = yaml.load(path.read_text(encoding="utf-8") if path.is_file() else _HEAD)
    rules: list[Any] = held["rules"]
    at = next((place for place, each in enumerate(rules) if str(each["id"]).strip() == word), len(rules))
    rules[at : at + 1] = [] if options is None else [dict(options)]
    text = io.StringIO()
    yaml.dump(held, text)
    write_text(path, text.getvalue())

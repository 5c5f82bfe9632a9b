"""Counting rules as data: which logs are mental-health-related, and which logs count at all.

The toolkit's own rules stand in counting_rules.yaml. A force writes rules of its own, in the same form, into
`<workspace>/<force>/counting-rules.yaml`; such a rule is known by its id and a mark of its content (`R-own@1a2b3c4d`),
so that a number always says under which wording it was counted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from nvap.declarations import Faults, Node, read
from nvap.engine.connection import literal
from nvap.errors import UsageFault, nearest
from nvap.records import linked_logs, maturity
from nvap.records.same_person import LINK_NEEDS, is_person

FLAG_TIMES = ("closure", "opening", "at_30_days")
LINKED_RECORDS = ("notices_and_markers", "section_136", "person_markers", "vulnerability_flags")
CLOSURE_KINDS = ("duplicate", "cancelled", "test", "administrative")
UNITS = ("log", "call", "event", "episode")
CODE_ROLES = ("core", "possible")
FILE = "counting-rules.yaml"
ON_REVIEW = ("RA", "on review")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,19}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _./-]*\*?")


class RuleFault(NamedTuple):
    """One thing that is wrong with a rule: with which option, of what kind, what was found, and all of it in words.

    `taken`: the id or name is another rule's (`found` is that one); `shape`: it may not look so; `nothing`: nothing
    would count; `idle`: codes that have no effect, since no flag is looked at then (`found` is the time).
    """

    option: str
    why: Literal["taken", "shape", "nothing", "idle"]
    found: str
    words: str


@dataclass(frozen=True)
class CountingRule:
    """One counting rule: what makes a log mental-health-related, and which logs count.

    `flag_at` names the times at which a flag counts, `linked_records` what else counts; any one of them is enough.
    `opening_codes` and `closing_codes` are the force's own codes (`MH*` takes every sub-type); without them the flag is
    the one that the mapping makes. `code_roles` takes the codes that code_map gives such a role. `never_codes` never
    count. `leaves_out` are closure kinds that are no incident. `unit` is what is counted. `minimum_confidence` is how
    likely a link to a person must be where it was made by likeness (None: any link).
    """

    id: str
    name: str
    says: str
    flag_at: tuple[str, ...] = ("closure",)
    linked_records: tuple[str, ...] = ()
    opening_codes: tuple[str, ...] = ()
    closing_codes: tuple[str, ...] = ()
    never_codes: tuple[str, ...] = ()
    code_roles: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = CLOSURE_KINDS
    unit: str = "log"
    minimum_confidence: float | None = None
    base: str = ""

    @property
    def is_own(self) -> bool:
        """Whether a force wrote it."""
        return not self.base

    @property
    def counts_otherwise(self) -> bool:
        """Whether other logs count under it than closed as counted."""
        return self.unit != "log" or set(self.leaves_out) != set(CLOSURE_KINDS)

    def mental_health(self, incidents: str | None = None) -> str:
        """SQL that says whether a log is mental-health-related; `incidents` is the alias of its table."""
        at = f"{incidents}." if incidents else ""
        found = [self._flag(each, at) for each in self.flag_at] + [
            self._linked(each, at) for each in self.linked_records
        ]
        sql = found[0] if len(found) == 1 else f"({' OR '.join(found)})"
        if not self.never_codes:
            return sql
        never = [f"coalesce({_has_code(f'{at}{name}', self.never_codes)}, FALSE)" for name in _CODE_COLUMNS.values()]
        return f"(({sql}) AND NOT ({' OR '.join(never)}))"

    def counted(self, incidents: str | None = None) -> str:
        """SQL that says whether a log counts as one of the rule's units."""
        alias = incidents or '"incidents"'
        closed = self._closed(f"{incidents}." if incidents else "")
        if self.unit in ("log", "call"):
            return closed
        found = [closed, f"({linked_logs.leads_event(alias)})"]
        if self.unit == "episode":
            begins = linked_logs.begins_episode(
                self.mental_health, alias, counts=lambda at: self._closed(f"{at}."),
                minimum_confidence=self.minimum_confidence,
            )  # fmt: skip
            found.append(f"({begins})")
        return f"({' AND '.join(found)})"

    @property
    def mental_health_needs(self) -> frozenset[str]:
        """The columns that `mental_health` reads, as `table.column`."""
        found = {need for each in self.flag_at for need in self._flag_needs(each)}
        found |= {need for each in self.linked_records for need in _LINKED_NEEDS[each]}
        if self.never_codes:
            found |= {f"incidents.{name}" for name in ("opening_code", "closing_code")}
        return frozenset(found)

    @property
    def counted_needs(self) -> frozenset[str]:
        """The columns that `counted` reads, as `table.column`."""
        needs = {"incidents.closure_kind"}
        if self.unit in ("event", "episode"):
            needs |= linked_logs.EVENT_NEEDS
        if self.unit == "episode":
            needs |= linked_logs.EPISODE_NEEDS | self.mental_health_needs
        return frozenset(needs)

    def as_json(self) -> dict[str, object]:
        """Its options, as provenance holds them."""
        return {**asdict(self), "text_search": "never"}

    @property
    def word(self) -> str:
        """Its id without the mark of its content: `R-own` of `R-own@1a2b3c4d`."""
        return self.id.partition("@")[0]

    def _closed(self, at: str) -> str:
        out = [each for each in self.leaves_out if not (self.unit == "call" and each == "duplicate")]
        kept = ["counted", *(each for each in CLOSURE_KINDS if each not in out)]
        if kept == ["counted"]:
            return f"{at}\"closure_kind\" = 'counted'"
        return f'{at}"closure_kind" IN ({", ".join(literal(each) for each in kept)})'

    def _flag(self, time: str, at: str) -> str:
        alias = at.rstrip(".") or '"incidents"'
        if time == "at_30_days":
            return f"({maturity.flag_after_days(alias)})"
        codes = self.closing_codes if time == "closure" else self.opening_codes
        code = f"{at}{_CODE_COLUMNS[time]}"
        if codes:
            return _has_code(code, codes)
        if self.code_roles:
            roles = ", ".join(literal(each) for each in self.code_roles)
            return (
                f'(SELECT bool_or(m."mh_role" IN ({roles})) FROM "code_map" AS m WHERE m."code" = {alias}.'
                f'{_CODE_COLUMNS[time]} AND m."valid_from" <= {alias}."created_date"'
                f' AND coalesce(m."valid_to" >= {alias}."created_date", TRUE))'
            )
        return f'{at}"mh_at_{time}"'

    def _flag_needs(self, time: str) -> frozenset[str]:
        if time == "at_30_days":
            return maturity.NEEDS
        column = _CODE_COLUMNS[time].strip('"')
        if self.closing_codes if time == "closure" else self.opening_codes:
            return frozenset({f"incidents.{column}"})
        if self.code_roles:
            return frozenset(
                {f"incidents.{column}", "incidents.created", "code_map.code", "code_map.mh_role", "code_map.valid_from"}
            )
        return frozenset({f"incidents.mh_at_{time}"})

    def _linked(self, record: str, at: str) -> str:
        alias = at.rstrip(".") or '"incidents"'
        if record == "notices_and_markers":
            return f'{at}"mh_linked"'
        if record == "section_136":
            return (
                f'{at}"incident_ref" IN'
                ' (SELECT "s136"."incident_ref" FROM "s136" WHERE "s136"."incident_ref" IS NOT NULL)'
            )
        if record == "vulnerability_flags":
            return (
                f'EXISTS (SELECT 1 FROM "vulnerability_flags" AS v WHERE v."incident_ref" = {alias}."incident_ref"'
                " AND v.\"strand\" = 'mental_health')"
            )
        return (
            'EXISTS (SELECT 1 FROM "person_links" AS l JOIN "persons" AS p ON p."person_key" = l."person_key"'
            f' WHERE l."incident_ref" = {alias}."incident_ref" AND {is_person("l", self.minimum_confidence)}'
            f' AND p."mh_marker" AND coalesce(p."mh_marker_set" <= {alias}."created", TRUE))'
        )


_CODE_COLUMNS = {"closure": '"closing_code"', "opening": '"opening_code"'}
_LINKED_NEEDS: Mapping[str, frozenset[str]] = {
    "notices_and_markers": frozenset({"incidents.mh_linked"}),
    "section_136": frozenset({"s136.incident_ref"}),
    "person_markers": LINK_NEEDS | {"incidents.incident_ref", "persons.person_key", "persons.mh_marker"},
    "vulnerability_flags": frozenset(
        {"incidents.incident_ref", "vulnerability_flags.incident_ref", "vulnerability_flags.strand"}
    ),
}


def _has_code(column: str, codes: Iterable[str]) -> str:
    """Whether a column of one code, or of several between commas, semicolons or bars, holds one of these."""
    either = "|".join(
        re.escape(each.rstrip("*")) + ("[^,;|]*" if each.endswith("*") else "") for each in sorted(set(codes))
    )
    return f"regexp_matches({column}, {literal(f'(^|[,;|]) *({either}) *($|[,;|])')})"


@cache
def shipped_rules() -> Mapping[str, CountingRule]:
    """The rules that come with the toolkit, by id."""
    faults = Faults()
    found = _rules(Path(__file__).with_name("counting_rules.yaml"), faults, taken={})
    faults.raise_if_any("The toolkit's counting rules have faults.")
    return {each.id: replace(each, base=each.id) for each in found}


def own_rules(folder: Path) -> tuple[CountingRule, ...]:
    """The rules that a force wrote into its folder of the workspace, each with its mark in its id.

    Raises InputFault with every fault of the file, each with its line.
    """
    file = folder / FILE
    return rules_in(file) if file.is_file() else ()


def rules_in(file: Path) -> tuple[CountingRule, ...]:
    """The rules of a file, each with its mark in its id. Raises InputFault with every fault of it."""
    faults = Faults()
    found = _rules(file, faults, taken=_names())
    faults.raise_if_any(f"{file.name} has faults; none of its rules can be used.")
    return tuple(marked(each) for each in found)


def marked(rule: CountingRule) -> CountingRule:
    """The rule with the mark of its content in its id. Its name and its words are no part of what it counts."""
    plain = replace(rule, id=rule.word)
    return replace(plain, id=f"{plain.id}@{_mark(plain)}")


def from_json(held: Mapping[str, Any]) -> CountingRule:
    """A rule from its options, as provenance holds them (the reverse of `as_json`). Raises TypeError for others."""
    given: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in held.items()}
    given.pop("text_search", None)
    return CountingRule(**given)


def faults_of(rule: CountingRule, taken: Mapping[str, str]) -> Iterator[RuleFault]:
    """What is wrong with a rule, option by option.

    `taken` are the ids and names in use, in small letters, each with the rule that has it (see `names_taken`).
    """
    for key, word in (("id", rule.word), ("name", rule.name)):
        if word.lower() in taken:
            has = taken[word.lower()]
            yield RuleFault(key, "taken", has, f"`{word}` is taken by the rule {has}; choose another {key}")
    if rule.id and not _ID.fullmatch(rule.word):
        shape = "`id` is 2 to 20 letters, digits and `-`, starting with a letter"
        yield RuleFault("id", "shape", rule.word, f"{shape}; found `{rule.word}`")
    if not rule.flag_at and not rule.linked_records:
        said = "nothing would count: name at least one of `flag_at` or `linked_records`"
        yield RuleFault("flag_at", "nothing", "", said)
    for key, time in (("opening_codes", "opening"), ("closing_codes", "closure")):
        if getattr(rule, key) and time not in rule.flag_at:
            yield RuleFault(key, "idle", time, f"`{key}` has no effect unless `flag_at` names {time}")
    for key in ("opening_codes", "closing_codes", "never_codes"):
        for each in getattr(rule, key):
            if not _CODE.fullmatch(each):
                shape = "a code is letters, digits, spaces and `_ . / -`, with `*` at its end for every sub-type"
                yield RuleFault(key, "shape", each, f"`{key}` holds `{each}`; {shape}")
    if rule.minimum_confidence is not None and not 0 <= rule.minimum_confidence <= 1:
        found = str(rule.minimum_confidence)
        said = f"`minimum_confidence` is a probability from 0 to 1; found {found}"
        yield RuleFault("minimum_confidence", "shape", found, said)


def names_taken(own: Iterable[CountingRule] = ()) -> dict[str, str]:
    """The ids and names of the toolkit's rules and of these, in small letters, each with the rule that has it."""
    return _names() | {word.lower(): each.word for each in own for word in (each.word, each.name)}


_KNOWN: dict[str, CountingRule] = {}


def know(rule: CountingRule) -> CountingRule:
    """Keep a rule under its id, for those who are handed the id alone.

    One id never counts two ways, since the content's mark is in it; of two names the one that was told last is kept.
    """
    _KNOWN[rule.id] = rule
    return rule


def rule_of(rule_id: str) -> CountingRule | None:
    """The rule of an id: shipped, or kept by `know`; `R1/event` is R1 counted by event. None where nobody knows it."""
    if rule_id in _KNOWN:
        return _KNOWN[rule_id]
    found = shipped_rules().get(rule_id)
    if found is None and "/" in rule_id:
        base, _, unit = rule_id.rpartition("/")
        whole = rule_of(base)
        found = counted_by(whole, unit) if whole and unit in UNITS else None
    return found


def counted_by(rule: CountingRule, unit: str) -> CountingRule:
    """A rule with another unit of counting: `R1/event`. Raises UsageFault for an unknown unit."""
    if unit not in UNITS:
        raise UsageFault(f"A counting rule counts by {', '.join(UNITS)}; found `{unit}`.{nearest(unit, UNITS)}")
    if unit == rule.unit:
        return rule
    words = {"log": "by log", "call": "by call", "event": "by event", "episode": "by episode"}[unit]
    return replace(rule, id=f"{rule.id}/{unit}", name=f"{rule.name}, {words}", unit=unit)


def rule_name(rule_id: str) -> str:
    """A rule's name in words; its id where only the id is left."""
    if rule_id == ON_REVIEW[0]:
        return ON_REVIEW[1]
    found = rule_of(rule_id)
    return found.name if found else rule_id


def _names() -> dict[str, str]:
    shipped = {each.id: each.name for each in shipped_rules().values()} | {ON_REVIEW[0]: ON_REVIEW[1]}
    return {word.lower(): rule for rule, name in shipped.items() for word in (rule, name)}


def _mark(rule: CountingRule) -> str:
    content = {name: value for name, value in asdict(rule).items() if name not in ("name", "says", "base")}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]


def _rules(file: Path, faults: Faults, taken: Mapping[str, str]) -> list[CountingRule]:
    node = read(file, faults)
    if node is None:
        return []
    found: list[CountingRule] = []
    used = dict(taken)
    for each in node.nodes("rules", required=True):
        made = _rule(each)
        for fault in faults_of(made, used):
            each.fault(fault.words, fault.option)
        used |= {made.id.lower(): made.id, made.name.lower(): made.id}
        found.append(made)
    node.done()
    return found


def _rule(node: Node) -> CountingRule:
    made = CountingRule(
        id=node.text("id"),
        name=node.text("name"),
        says=node.text("says"),
        flag_at=_words(node, "flag_at", FLAG_TIMES, ("closure",)),
        linked_records=_words(node, "linked_records", LINKED_RECORDS, ()),
        opening_codes=_codes(node, "opening_codes"),
        closing_codes=_codes(node, "closing_codes"),
        never_codes=_codes(node, "never_codes"),
        code_roles=_words(node, "code_roles", CODE_ROLES, ()),
        leaves_out=_words(node, "leaves_out", CLOSURE_KINDS, CLOSURE_KINDS),
        unit=node.choice("unit", UNITS, default="log"),
        minimum_confidence=_confidence(node),
    )
    node.choice("text_search", ("never",), default="never")
    node.done()
    return made


def _words(node: Node, key: str, allowed: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    if not node.has(key):
        node.texts(key)
        return default
    found = node.texts(key)
    for each in found:
        if each not in allowed:
            node.fault(f"`{key}` holds `{each}`; allowed: {', '.join(allowed)}.{nearest(each, allowed)}", key)
    return tuple(dict.fromkeys(found))


def _codes(node: Node, key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node.texts(key)))


def _confidence(node: Node) -> float | None:
    found = node.number("minimum_confidence")
    return None if found is None else float(found)

"""Counting rules in words: what a rule counts, option by option."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.records.counting_rule import CLOSURE_KINDS, CountingRule
from nvap.web.results.words import Words

TIMES: Mapping[str, Words] = {
    "opening": gettext_lazy("at opening"),
    "closure": gettext_lazy("at closure"),
    "at_30_days": gettext_lazy("30 days after opening, by the log's history"),
}
RECORDS: Mapping[str, Words] = {
    "notices_and_markers": gettext_lazy("a linked notice or marker"),
    "section_136": gettext_lazy("a section 136 detention"),
    "person_markers": gettext_lazy("a marker on a linked person that was set before"),
    "vulnerability_flags": gettext_lazy("a vulnerability flag of mental health"),
}
CLOSED_AS: Mapping[str, Words] = {
    "duplicate": gettext_lazy("duplicate"),
    "cancelled": gettext_lazy("cancelled"),
    "test": gettext_lazy("test"),
    "administrative": gettext_lazy("administrative"),
}
ROLES: Mapping[str, Words] = {
    "core": gettext_lazy("mental health itself (core)"),
    "possible": gettext_lazy("possibly mental health (possible)"),
}
COUNTED_BY: Mapping[str, Words] = {
    "log": gettext_lazy("each log that counts"),
    "call": gettext_lazy("each call: each log that counts, and each duplicate of one"),
    "event": gettext_lazy("each event once, whatever number of logs repeat it"),
    "episode": gettext_lazy("each episode once: contacts about one person, or at one place, within 24 hours"),
}
DID: Mapping[str, Words] = {
    "made": gettext_lazy("Made"),
    "changed": gettext_lazy("Changed"),
    "retired": gettext_lazy("Retired"),
    "found": gettext_lazy("Written into the file by hand"),
}

Fact = tuple[str, str]


def facts(rule: CountingRule) -> Iterator[Fact]:
    """What a rule counts, a label and its words at a time; an option that does nothing is left out."""
    if rule.flag_at:
        yield _("A mental health flag counts"), _listed(words for time, words in TIMES.items() if time in rule.flag_at)
    if rule.opening_codes:
        yield _("Flagged at opening by the codes"), _codes(rule.opening_codes)
    if rule.closing_codes:
        yield _("Flagged at closure by the codes"), _codes(rule.closing_codes)
    if rule.code_roles:
        yield _("Flagged by codes that mean"), _listed(ROLES[each] for each in rule.code_roles)
    if rule.linked_records:
        yield (
            _("Linked records that count"),
            _listed(words for record, words in RECORDS.items() if record in rule.linked_records),
        )
    if rule.minimum_confidence is not None:
        likely = _("only where it is at least %(percent)s%% likely")
        yield (
            _("A link to a person made by likeness counts"),
            likely % {"percent": f"{rule.minimum_confidence:.3%}"[:-1].rstrip("0").rstrip(".")},
        )
    if rule.never_codes:
        yield _("Codes that never count"), _codes(rule.never_codes)
    left_out = [CLOSED_AS[each] for each in CLOSURE_KINDS if each in rule.leaves_out]
    yield _("Logs left out"), _("closed as %(kinds)s") % {"kinds": _listed(left_out)} if left_out else _("none")
    yield _("What is counted"), str(COUNTED_BY[rule.unit])


def differences(one: CountingRule, other: CountingRule) -> list[tuple[str, str, str]]:
    """Where two rules differ in words: the label, the first's words and the other's (empty where it has none)."""
    first, second = dict(_whole(one)), dict(_whole(other))
    labels = dict.fromkeys((*first, *second))
    return [
        (label, first.get(label, ""), second.get(label, ""))
        for label in labels
        if first.get(label) != second.get(label)
    ]


def _whole(rule: CountingRule) -> Iterator[Fact]:
    yield _("Name"), rule.name
    yield _("What it counts"), rule.says
    yield from facts(rule)


def _listed(words: Iterator[Words] | list[Words]) -> str:
    return ", ".join(str(each) for each in words)


def _codes(codes: tuple[str, ...]) -> str:
    return ", ".join(
        _("%(code)s and every sub-type") % {"code": each[:-1]} if each.endswith("*") else each for each in codes
    )

"""Making, changing and retiring a force's own counting rules."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from nvap.records import rule_book
from nvap.records.counting_rule import CountingRule, marked
from nvap.records.rule_book import Change
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.results.actions import request_computation


@transaction.atomic
def save(*, force: Force, rule: CountingRule, seen: CountingRule | None, why: str, by: object) -> CountingRule:
    """Keep a new rule (`seen` is None) or a new version of the one that was seen, and have the measures computed.

    Raises Overtaken where somebody was faster, Refused where nothing differs or too many stand, and UsageFault with
    the faults of the rule. The journal's line comes before the file: it lets one change at a time through, and where
    it cannot be written, nothing changes. The computation comes before both, as everywhere rows come before the
    journal: PostgreSQL would end two who wait for each other.
    """
    made = marked(rule)
    said = f"{made.id} in place of {seen.id}" if seen else f"{made.id} made"
    if seen is None or made.id != seen.id:
        request_computation(force=force, because=f"the counting rule {made.word} has changed", by=by)
    _tell(force, made.word, by, said)
    return rule_book.save(_here(force).folder, rule, _change(by, why, seen))


@transaction.atomic
def retire(*, force: Force, seen: CountingRule, why: str, by: object) -> None:
    """Take a rule out of what can be chosen; results that it counted stay. Raises Overtaken as `save` does."""
    _tell(force, seen.word, by, f"{seen.id} retired")
    rule_book.retire(_here(force).folder, _change(by, why, seen))


def _change(by: object, why: str, seen: CountingRule | None) -> Change:
    return Change(str(by)[:320], timezone.now(), why, seen)


def _here(force: Force) -> WorkspaceForce:
    return workspace.current().force(force.code)


def _tell(force: Force, rule: str, by: object, said: str) -> None:
    journal.write(force=force.code, by=by, act=Act.ALTER, object_type="counting rule", object_id=rule, reason=said)

"""Which counting rules a measure can be shown under: the toolkit's, those of the force's own, and what results hold."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.utils.translation import gettext as _

from nvap.errors import InputFault
from nvap.packs.measure import Measure
from nvap.records import rule_book
from nvap.records.counting_rule import CountingRule
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results.choices import Rules
from nvap.web.results.layouts import LAYOUTS, rules_of
from nvap.web.results.models import StoredResult
from nvap.web.results.stored import Answer, newest_by
from nvap.web.results.words import RULES, Words

_log = logging.getLogger(__name__)


def own_rules_of(here: WorkspaceForce) -> tuple[CountingRule, ...]:
    """The force's own rules that stand; none where their file has faults, which the rules' page and the log tell."""
    try:
        return rule_book.learn(here.folder)
    except InputFault as fault:
        _log.error("%s", fault)
        return ()


def rules_for(force: Force, measure: Measure, asked: Mapping[str, str]) -> Rules:
    """The counting rules to choose from, each with its name.

    A rule that no longer stands can be asked for too, as long as results that were counted under it are stored.
    """
    shipped = rules_of(measure)
    found = [(rule, RULES[rule]) for rule in shipped]
    if len(shipped) < 2:
        return tuple(found)
    found += [(each.id, each.name) for each in own_rules_of(workspace.current().force(force.code))]
    wanted = asked.get("rule", "")
    if wanted and wanted not in dict(found):
        held = StoredResult.objects.filter(force=force, measure=measure.id, rule=wanted, by__in=LAYOUTS)
        layouts = held.values_list("by", flat=True).distinct()
        answer = next(filter(None, (newest_by(force, measure.id, wanted, by) for by in layouts)), None)
        found += [(wanted, _no_longer(answer, dict(found)))] if answer else []
    return tuple(found)


def _no_longer(answer: Answer, standing: Mapping[str, Words]) -> Words:
    """The name of a rule that results hold and that cannot be chosen any more, or is counted by another unit."""
    word, mark, unit = answer.entry.rule.partition("@")
    if not mark or "/" in unit:
        return answer.rule_words
    is_changed = any(rule.partition("@")[0] == word for rule in standing)
    said = _("%(name)s, an earlier version") if is_changed else _("%(name)s, retired")
    return said % {"name": answer.rule_words}

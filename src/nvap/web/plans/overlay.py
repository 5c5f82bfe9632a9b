"""What the plan says about each box of the logic model: where it stands, who owns it, and the newest measure."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from nvap.packs import Pack
from nvap.packs.items import Activity, Impact, LongTermImpact
from nvap.plan.document import Document
from nvap.plan.form import KINDS, PURSUED
from nvap.plan.stages import STAGES
from nvap.web.accounts.models import Force
from nvap.web.plans.impacts import Latest, latest_of
from nvap.web.plans.measured import observed
from nvap.web.toolkit.offers import Mark


def marks_of(force: Force, pack: Pack, document: Document) -> dict[str, Mark]:
    """The marks of every box that the plan says something about."""
    items: list[Impact | LongTermImpact] = [*pack.of(Impact), *pack.of(LongTermImpact)]
    latest = latest_of(force, pack, [measure for each in items for measure in each.measures])
    latest = _with_observations(document, items, latest)
    numbers = {impact.id: Mark(latest=_first(pack, impact.measures, latest)) for impact in items}
    found = marks_without_numbers(pack, document) | numbers
    return {key: mark for key, mark in found.items() if mark.words}


def marks_without_numbers(pack: Pack, document: Document) -> dict[str, Mark]:
    """The same without what was measured, for what leaves the force."""
    found = {each.key: _of_activity(document, each.key) for each in document.of("activity")}
    for activity in pack.of(Activity):
        mark = found.get(activity.id, Mark())
        found |= {output: Mark(status=mark.status) for output in activity.outputs if mark.status}
    for each in document.of("consequence"):
        status = KINDS["consequence"].field("status").words(document.text(each.key, "status"))
        found[each.key] = Mark(_(status) if status else "", _owner(document, each.key))
    return {key: mark for key, mark in found.items() if mark.words}


def _of_activity(document: Document, key: str) -> Mark:
    decision = document.text(key, "decision")
    if decision in PURSUED:
        status = _(dict(STAGES)[document.stage(key).value])
    else:
        status = _(KINDS["activity"].field("decision").words(decision)) if decision else ""
    return Mark(status, _owner(document, key))


def _owner(document: Document, key: str) -> str:
    name = document.person(key, "owner")
    return _("Owner: %(name)s") % {"name": name} if name else ""


def _with_observations(
    document: Document, items: Iterable[Impact | LongTermImpact], latest: dict[str, Latest]
) -> dict[str, Latest]:
    """The stored numbers, and where no data can give one yet the newest observation."""
    found = dict(latest)
    for key in {measure for each in items for measure in each.measures} - set(latest):
        newest = next(iter(observed(document, key)), None)
        if newest:
            found[key] = Latest(newest["value"], newest["period"])
    return found


def _first(pack: Pack, measures: Iterable[str], latest: dict[str, Latest]) -> str:
    key = next((each for each in measures if each in latest), "")
    return f"{key}: {latest[key].value}, {latest[key].period}" if key else ""

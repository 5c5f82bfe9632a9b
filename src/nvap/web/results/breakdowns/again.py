"""What was asked for once is worked out again when the measures are computed from newer extracts."""

from __future__ import annotations

from nvap.packs.model import Pack
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web.accounts.models import Force
from nvap.web.results.breakdowns import actions
from nvap.web.results.breakdowns.asked import Asked, batches_behind
from nvap.web.results.breakdowns.kinds import CHANGES
from nvap.web.results.models import Breakdown, Computation
from nvap.web.results.offered import own_rules_of


def ask_again(*, force: Force, here: WorkspaceForce, pack: Pack, by: object) -> int:
    """Ask for every breakdown that was worked out and rests on other extracts than are held now; how many there are.

    Two runs compared stay as they are: stored runs never change. So does what was counted under a rule of the force's
    own that no longer stands.
    """
    standing = {each.id for each in own_rules_of(here)}
    done = Breakdown.objects.filter(force=force, state=Computation.State.DONE).exclude(kind=CHANGES)
    newest: dict[Asked, Breakdown] = {}
    for each in done.order_by("requested_at", "pk"):
        newest[Asked(each.measure, each.kind, each.part, each.rule, each.wanted)] = each
    stale = [
        asked
        for asked, each in newest.items()
        if asked.measure in pack.measures
        and ("@" not in asked.rule or asked.rule in standing)
        and _is_stale(here, each, pack)
    ]
    for asked in stale:
        actions.request_breakdown(force=force, asked=asked, by=by)
    return len(stale)


def _is_stale(here: WorkspaceForce, done: Breakdown, pack: Pack) -> bool:
    measure = pack.measures[done.measure]
    if done.part and done.part not in {part.id for part in measure.parts}:
        return False  # the number is no longer in the toolkit
    return {each.id for each in batches_behind(here, done, measure)} != set(done.extracts)

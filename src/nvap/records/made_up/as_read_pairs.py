"""What an ideal reader of the made-up files would find to go together: strands on one incident, outcomes in turn.

Worked out in loops over what was written, and not by SQL, as everything that is held against the measures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from itertools import combinations, pairwise
from typing import Any

from nvap.records.made_up.further_flags import STRANDS
from nvap.records.made_up.tallies import Fact

_MENTAL_HEALTH = "mental_health"
Held = dict[str, frozenset[str]]


def strands_together(related: Collection[str], others: Collection[str], flags: Fact) -> dict[str, Any]:
    """Which strands other than mental health stand on incidents, by reference: those related to it, and those not.

    Lifts are counts of both times all, over the product of the counts of each.
    """
    held = _strands_of(flags)
    beside = [held.get(ref, frozenset()) for ref in related]
    carrying = Counter(strand for ref in others for strand in held.get(ref, ()))
    both = Counter(strand for strands in beside for strand in strands)
    pairs = Counter(pair for strands in beside for pair in combinations(sorted(strands), 2))
    every = len(related) + len(others)
    return {
        "another_strand": sum(bool(strands) for strands in beside),
        "of": len(related),
        "incidents": every,
        "truly_two_or_more": _truly_two_or_more(flags, held),
        "strands": [
            {
                "strand": strand,
                "both": both[strand],
                "all_of_them": both[strand] + carrying[strand],
                "lift": both[strand] * every / (len(related) * (both[strand] + carrying[strand])),
            }
            for strand in sorted(both | carrying)
        ],
        "combinations": [
            {"strands": sorted(strands), "incidents": many}
            for strands, many in sorted(Counter(beside).items(), key=lambda each: sorted(each[0]))
        ],
        "pairs": [
            {"strands": list(pair), "both": many, "lift": many * len(related) / (both[pair[0]] * both[pair[1]])}
            for pair, many in sorted(pairs.items())
        ],
    }


def outcomes_in_turn(history: Fact, crimes: Iterable[str]) -> list[dict[str, Any]]:
    """How often each outcome type of these crimes (by reference) became another one."""
    steps: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for ref, at, outcome in zip(
        history.ref, history.columns["at"].tolist(), history.columns["outcome"].tolist(), strict=True
    ):
        steps[ref].append((at, outcome))
    found: Counter[tuple[int, int]] = Counter()
    for ref in crimes:
        types = [outcome for _, outcome in sorted(steps.get(ref, []))]
        found.update(pairwise(types))
    return [{"was": str(was), "became": str(became), "times": many} for (was, became), many in sorted(found.items())]


def _strands_of(flags: Fact) -> Held:
    found: dict[str, set[str]] = defaultdict(set)
    for ref, strand in zip(flags.ref, flags.columns["strand"].tolist(), strict=True):
        if STRANDS[strand] != _MENTAL_HEALTH:
            found[ref].add(STRANDS[strand])
    return {ref: frozenset(strands) for ref, strands in found.items()}


def _truly_two_or_more(flags: Fact, held: Held) -> int:
    """How many true mental-health incidents carry two other strands or more, whatever their log says."""
    ill = {ref for ref, yes in zip(flags.ref, flags.columns["ill"].tolist(), strict=True) if yes}
    return sum(len(held.get(ref, ())) > 1 for ref in ill)

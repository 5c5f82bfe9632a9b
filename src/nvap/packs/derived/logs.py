"""What a log is one of: calls, events and episodes; and the state of its flag 30 days after it was opened."""

from __future__ import annotations

from nvap.packs.derived.column import DerivedColumn, column
from nvap.records import linked_logs, maturity
from nvap.records.counting_rule import shipped_rules

_R1 = shipped_rules()["R1"]
_NO_CHAIN = "The chain leads back to itself (a loop), or is longer than 16 logs"


def _from(needs: frozenset[str]) -> str:
    return " ".join(sorted(needs))


LOGS: dict[str, DerivedColumn] = {
    "event_ref": column(
        "incidents",
        "The reference of the log that leads the event: the log itself, or the log at the end of its chain of"
        " duplicates (a duplicate of a duplicate is followed).",
        _from(linked_logs.EVENT_NEEDS),
        linked_logs.event_ref(),
        kind="text",
        unknown=f"{_NO_CHAIN}.",
    ),
    "chain": column(
        "incidents",
        "How the log hangs together with others: none (it repeats no other), duplicate (its chain ends at a log that is"
        " held), leader_not_held (it ends at a log that is not), loop (it leads back to itself).",
        _from(linked_logs.EVENT_NEEDS),
        linked_logs.chain(),
        kind="text",
        unknown="Never.",
    ),
    "leads_event": column(
        "incidents",
        "The log stands for its event: it repeats no other. Counting such logs counts events, each once.",
        _from(linked_logs.EVENT_NEEDS),
        linked_logs.leads_event(),
        unknown=f"{_NO_CHAIN}, or it ends at a log that is not held.",
    ),
    "begins_episode": column(
        "incidents",
        "No mental-health-related incident (R1; for other incidents, no other incident) about the same person was"
        " opened in the 24 hours before; where no person is linked, none at the same place. Counting such logs counts"
        " episodes: contacts that follow one another within 24 hours are one.",
        _from(linked_logs.EPISODE_NEEDS | _R1.counted_needs | _R1.mental_health_needs),
        linked_logs.begins_episode(_R1.mental_health, counts=_R1.counted),
        unknown="No person is linked, and the place is not known or is an institution.",
    ),
    "flag_at_30_days": column(
        "incidents",
        "The log carried a mental health code or qualifier 30 days after it was opened, by its event history. A later"
        " main code replaces an earlier one; a qualifier stays until it is taken away.",
        _from(maturity.NEEDS),
        maturity.flag_after_days(),
        unknown="The history does not reach 30 days beyond the log's opening (not yet), or holds no event of the log.",
    ),
    "maturity": column(
        "incidents",
        "Whether the flag's state after 30 days can be told: mature, not_yet (the log is younger, by the newest event"
        " of the history), or no_history (no event of this log is held).",
        _from(maturity.NEEDS),
        maturity.maturity(),
        kind="text",
        unknown="Never; without the event history the measure itself is not computable, and says so.",
    ),
}

"""People in a problem profile, only ever counted: repeat contact as distributions, and other vulnerability."""

from __future__ import annotations

from collections.abc import Sequence

from nvap.charts.scale import written
from nvap.disclosure.policy import is_small
from nvap.disclosure.table import Column, Table
from nvap.documents.profile import Section
from nvap.documents.profile_hand import PERCENT, Hand, Made, grid_of, percent_of, with_interval
from nvap.measures.profile_counts import MOST_KINDS, Often, Repeats, Strand
from nvap.statistics.interval import Interval


def repeats(hand: Hand) -> Made:
    """How many people were in how many incidents; never who."""
    say, profile = hand.say, hand.profile
    title = say("Repeat contact")
    found, sure = profile.people.value, profile.people_sure.value
    if found is None:
        return Section("people", title, why=profile.people.why), ()
    tables = [often_table(hand, say("People by how many incidents were about them"), found, say("People"))]
    # For partners one table only: what differs between two of the same people may be few.
    if sure is not None and not hand.is_shared:
        tables.append(often_table(hand, say("The same, without links made by likeness"), sure, say("People")))
    again = sum(each.many for each in found.steps if each.least > 1)
    said = [
        say("{again} of the {many} people whom an incident was about were in more than one{share}.").format(
            again=hand.count(again), many=hand.count(found.many), share=_again(hand, found, again)
        ),
        say("{unlinked} incidents are linked to nobody; they may be about the same people or about others.").format(
            unlinked=hand.counted(found.unlinked, found.incidents)
        ),
    ]
    notes = [
        say("People are counted by how often, never one by one: no page, file or filter names or ranks anybody."),
        say("Counted are those whom an incident was about and missing people, not callers. Somebody with one incident"
            " here may have had others before these days."),
        say("Contact after a peak falls by itself: a fall among people who called often is no effect of a plan."),
    ]  # fmt: skip
    if not found.covered:
        notes.append(say("Links are not held for all of these days, so repeat contact is understated."))
    grids = tuple(grid_of(hand, f"people-{at}", table) for at, table in enumerate(tables))
    return Section("people", title, tuple(said), grids=grids, notes=tuple(notes)), tuple(tables)


def _again(hand: Hand, found: Repeats, again: int) -> str:
    share = hand.share_of(again, found.many)
    if not share or hand.is_shared:
        return f" ({share})" if share else ""
    low, high = _percents(found.again)
    return hand.say(" ({share}, 95% interval {low} to {high})").format(share=share, low=low, high=high)


def often_table(hand: Hand, title: str, found: Repeats, heading: str) -> Table:
    """How many were in it how often; for partners the rarest steps are put together until none is small."""
    say, steps = hand.say, list(found.steps)
    while hand.is_shared and len(steps) > 1 and is_small(steps[-1].many):
        last, before = steps.pop(), steps.pop()
        steps.append(Often(before.least, None, before.many + last.many, before.incidents + last.incidents))
    known = sum(each.incidents for each in found.steps)
    columns = (
        Column("times", say("Incidents in these days")),
        Column("many", heading, "count"),
        Column("of", say("Of all with any"), "base"),
        Column("share", say("Share"), "share", "%"),
        Column("incidents", say("Their incidents"), "count"),
        Column("incidents_share", say("Share of incidents"), "share", "%"),
    )
    rows = [
        (_times(hand, each), each.many, found.many, percent_of(each.many, found.many), each.incidents,
         percent_of(each.incidents, known))
        for each in steps
    ]  # fmt: skip
    return hand.table(title, columns, rows)


def _times(hand: Hand, step: Often) -> str:
    if step.most is None:
        return hand.say("{least} or more").format(least=step.least)
    return str(step.least) if step.least == step.most else f"{step.least}–{step.most}"


def strands(hand: Hand) -> Made:
    """Other strands of vulnerability on related incidents, and which go together."""
    say, profile = hand.say, hand.profile
    title = say("Other vulnerability")
    if profile.strands.value is None:
        return Section("strands", title, why=profile.strands.why), ()
    strands = profile.strands.value
    tables = [_strands_table(hand, strands)]
    notes = [
        say("Flags are what was recorded, not need: a strand is found where somebody looks for it. “Times as often”"
            " compares related incidents with all other counted incidents; it is no cause."),
    ]  # fmt: skip
    if profile.pairs.value is not None:
        pairs = profile.pairs.value
        rows = [(f"{e.one} + {e.other}", e.together, e.by_chance, e.lift) for e in pairs.pairs[:MOST_KINDS]]
        columns = (
            Column("pair", say("Two strands on one incident")),
            Column("together", say("Incidents"), "count"),
            Column("by_chance", say("Expected by chance"), "rate"),
            Column("lift", say("Lift"), "rate"),
        )
        tables.append(hand.table(say("Strands that go together"), columns, rows))
    else:
        notes.append(say("Strands that go together: {why}").format(why=profile.pairs.why))
    top = [e for e in strands if e.both and (not hand.is_shared or not is_small(e.both))][:3]
    sentence = say("Of the strands beside mental health, most often flagged: {top}.").format(
        top=", ".join(f"{e.label.partition(' (')[0].lower()} ({hand.share_of(e.both, e.related)})" for e in top)
    )
    grids = tuple(grid_of(hand, f"strands-{at}", table) for at, table in enumerate(tables))
    return Section("strands", title, (sentence,) if top else (), grids=grids, notes=tuple(notes)), tuple(tables)


def _strands_table(hand: Hand, strands: Sequence[Strand]) -> Table:
    say = hand.say
    columns = (
        Column("strand", say("Strand")),
        Column("count", say("Related incidents"), "count"),
        Column("of", say("Of all related"), "base"),
        *with_interval("share", say("Share"), "share", "%"),
        Column("others", say("Other incidents"), "count"),
        *with_interval("ratio", say("Times as often"), "rate"),
    )
    rows = []
    for each in strands:
        found = each.share
        shares = (found.value * PERCENT, found.lower * PERCENT, found.upper * PERCENT)
        ratio = (None,) * 3 if each.ratio is None else (each.ratio.value, each.ratio.lower, each.ratio.upper)
        rows.append((each.label, each.both, each.related, *shares, each.others, *ratio))
    return hand.table(say("Other strands on mental-health-related incidents"), columns, rows)


def _percents(found: Interval[float, str]) -> tuple[str, str]:
    return f"{written(found.lower * PERCENT, 1)}%", f"{written(found.upper * PERCENT, 1)}%"

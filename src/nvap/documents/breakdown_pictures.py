"""Pictures of what stands beside a measure's numbers: other strands of vulnerability, and groups held against one."""

from __future__ import annotations

from dataclasses import replace

from nvap.charts import ratios, upset
from nvap.charts.sheet import Sheet
from nvap.disclosure.table import Cell, Column, Table
from nvap.documents.pictures import Line, Picture
from nvap.measures.judging import PERCENT
from nvap.measures.strands import Strands, label_of
from nvap.wording import phrase

RATIO_DECIMALS = 2


def strands_table(line: Line, found: Strands) -> Table:
    """Each strand beside mental health: how many incidents carry both, their share, and the lift with its interval."""
    say = line.translate
    columns = (
        Column("name", say("Strand")),
        Column("both", say("Mental-health-related incidents that carry it"), "count"),
        Column("share", say("Share of those"), "share", "%"),
        Column("share_lower", say("Lower 95% limit of the share"), "share", "%"),
        Column("share_upper", say("Upper 95% limit of the share"), "share", "%"),
        Column("all", say("All incidents that carry it"), "count"),
        Column("lift", say("Lift"), "line"),
        Column("lift_lower", say("Lower 95% limit of the lift"), "line"),
        Column("lift_upper", say("Upper 95% limit of the lift"), "line"),
    )
    rows: list[tuple[Cell, ...]] = []
    for each in found.strands:
        share = (each.share.value, each.share.lower, each.share.upper) if each.share else (None, None, None)
        lifted = (each.lift.value, each.lift.lower, each.lift.upper) if each.lift else (None, None, None)
        shown = [None if limit is None else limit * PERCENT for limit in share]
        rows.append((say(each.label), each.both, *shown, each.all_of_them, *lifted))
    title = say("Other strands of vulnerability beside mental health")
    return Table(columns=columns, rows=tuple(rows), **line.standing(title, _in_all(line, found)))


def lifts_picture(line: Line, found: Strands) -> Picture | None:
    """How much more often each strand stands beside mental health than chance has it; None without any lift."""
    say = line.translate
    if not any(each.lift for each in found.strands):
        return None
    estimates = [
        ratios.Estimate(
            say(each.label),
            each.both,
            each.all_of_them,
            each.lift.value if each.lift else None,
            each.lift.lower if each.lift else None,
            each.lift.upper if each.lift else None,
            note="" if each.lift else say("on no mental-health-related incident"),
        )
        for each in found.strands
    ]
    headings = {
        "name": say("Strand"),
        "counted": say("Mental-health-related incidents that carry it"),
        "of": say("All incidents that carry it"),
        "value": say("Lift: how much more often both are flagged than by chance"),
    }
    title = say("How much more often than by chance")
    sentence = say(
        "A lift of 1 is what chance alone would give: the strand is flagged on the same share of mental-health-related "
        "incidents as of all incidents."
    )
    table = ratios.ratios_table(estimates, headings=headings, base="count", **line.standing(title, sentence))
    return _of_ratios(table, say("1: as often as by chance"))


def strands_together(line: Line, found: Strands) -> Picture:
    """Which strands stand together on mental-health-related incidents, as an UpSet drawing."""
    say = line.translate
    facts = {each.code: say(each.label) for each in found.strands if each.both}
    combinations = [
        upset.Combination(tuple(facts.get(code, label_of(code)) for code in strands), float(many))
        for strands, many in found.combinations.items()
        if strands
    ]
    none = found.combinations.get((), 0)
    title = say("Which strands stand together")
    sentence = say(
        "Mental-health-related incidents by the strands that they carry; {none} carry none and are not drawn."
    ).format(none=f"{none:,}")
    table = upset.upset_table(
        list(facts.values()),
        combinations,
        headings={"count": say("Incidents"), "together": say("Strands together")},
        **line.standing(title, sentence),
    )
    return Picture(table, lambda sheet: upset.draw(table, sheet), lambda sheet: upset.describe(table, sheet))


def _in_all(line: Line, found: Strands) -> str:
    carrying = found.related - found.combinations.get((), 0)
    words = phrase(
        "{carrying} of {related} mental-health-related incidents ({share:.1f}%) carry a flag of another strand of "
        "vulnerability."
    )
    share = carrying / found.related * PERCENT
    return line.translate(words).format(carrying=f"{carrying:,}", related=f"{found.related:,}", share=share)


def _of_ratios(table: Table, level: str) -> Picture:
    def drawn(sheet: Sheet) -> Sheet:
        return replace(sheet, unit="", decimals=RATIO_DECIMALS)

    return Picture(
        ratios.without_empty(table),
        lambda sheet: ratios.draw(table, drawn(sheet), level=level),
        lambda sheet: ratios.describe(table, drawn(sheet), level=level),
    )

"""Pictures of what stands beside a measure's numbers: other strands of vulnerability, and groups held against one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nvap.charts import ratios, upset
from nvap.charts.scale import day_name
from nvap.charts.sheet import Sheet
from nvap.disclosure.table import Cell, Column, Kind, Table
from nvap.documents.pictures import Line, Picture, Row
from nvap.measures.judging import PERCENT
from nvap.measures.strands import Strands
from nvap.measures.values import AMONG_KNOWN, HIGHEST, LOWEST
from nvap.packs.measure import Part
from nvap.wording import phrase

RATIO_DECIMALS = 2
_MOST_PAIRS = 15


def strands_table(line: Line, found: Strands) -> Table:
    """Each strand beside mental health: how many incidents carry both, their share, and the lift with its interval."""
    say = line.translate
    columns = (
        Column("name", say("Strand")),
        Column("both", say("Mental-health-related incidents that carry it"), "count"),
        Column("share", say("Share of those"), "share", "%"),
        Column("share_lower", say("95% interval of the share"), "share", "%"),
        Column("share_upper", say("95% interval of the share"), "share", "%"),
        Column("all", say("All incidents that carry it"), "count"),
        Column("lift", say("Lift"), "line"),
        Column("lift_lower", say("95% interval of the lift"), "line"),
        Column("lift_upper", say("95% interval of the lift"), "line"),
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
        "interval": say("95% interval"),
    }
    title = say("How much more often than by chance")
    sentence = say(
        "A lift of 1 is what chance alone would give: the strand is flagged on the same share of mental-health-related "
        "incidents as of all incidents."
    )
    table = ratios.ratios_table(estimates, headings=headings, base="count", **line.standing(title, sentence))
    return _of_ratios(table, say("1: as often as by chance"))


def pairs_picture(line: Line, found: Strands) -> Picture | None:
    """How much more often two other strands stand on one incident than by chance; None where no two ever do.

    The commonest pairs alone are drawn; which are left out is said.
    """
    say = line.translate
    if not found.pairs:
        return None
    drawn = found.pairs[:_MOST_PAIRS]
    estimates = [
        ratios.Estimate(
            say("{one} and {other}").format(one=say(each.labels[0]), other=say(each.labels[1])),
            each.both,
            found.related,
            each.lift.value,
            each.lift.lower,
            each.lift.upper,
        )
        for each in drawn
    ]
    headings = {
        "name": say("Strands"),
        "counted": say("Incidents that carry both"),
        "of": say("Mental-health-related incidents"),
        "value": say("Lift: how much more often both are flagged than by chance"),
        "interval": say("95% interval"),
    }
    sentence = say("Among mental-health-related incidents; pairs of a few incidents move by chance.")
    notes: tuple[str, ...] = ()
    if len(found.pairs) > len(drawn):
        notes = (say("{many} rarer pairs are left out.").format(many=len(found.pairs) - len(drawn)),)
    title = say("Two other strands on one mental-health-related incident")
    table = ratios.ratios_table(estimates, headings=headings, notes=notes, **line.standing(title, sentence))
    return _of_ratios(table, say("1: as often as by chance"))


def strands_together(line: Line, found: Strands) -> Picture:
    """Which strands stand together on mental-health-related incidents, as an UpSet drawing."""
    say = line.translate
    facts = {each.code: say(each.label) for each in found.strands if each.both}
    combinations = [
        upset.Combination(tuple(facts[code] for code in strands), float(many))
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


def ratios_picture(line: Line) -> Picture | None:
    """Each group's rate or share over that of the reference group, with its interval and what is not known.

    `line.rows` are those of one period and one number that is a ratio of groups. None without any ratio.
    """
    say, part = line.translate, line.part
    estimates = _estimates(line)
    if all(each.value is None for each in estimates):
        return None
    # What is said of every group is said once, below the drawing.
    reasons = {each.note for each in estimates if not each.is_reference}
    notes = tuple(filter(None, reasons)) if len(reasons) == 1 else ()
    if notes:
        estimates = [replace(each, note="") for each in estimates]
    headings = {
        "name": part.groups[0].title,
        "counted": say("Counted"),
        "of": say("People") if part.uses_population else say("Of"),
        "value": part.unit[:1].upper() + part.unit[1:],
        "interval": say("95% interval"),
        "bounds": say("95% interval, whatever is not known"),
    }
    sentence = f"{not_known_of(line)} {_differing(line, estimates)}".strip()
    base: Kind = "population" if part.uses_population else "base"
    table = ratios.ratios_table(
        estimates, headings=headings, base=base, notes=notes, **line.standing(part.title, sentence)
    )
    return _of_ratios(table, say("1: the same as {reference}").format(reference=reference_of(part)))


def _estimates(line: Line) -> list[ratios.Estimate]:
    """Each group as known, with the limits of the lowest and the highest that its ratio can be."""
    known = {row["group"]: row for row in line.rows if row["category"] == AMONG_KNOWN}
    lowest = {row["group"]: row for row in line.rows if row["category"] == LOWEST}
    highest = {row["group"]: row for row in line.rows if row["category"] == HIGHEST}
    reference, found = reference_of(line.part), []
    for group, row in known.items():
        of = None if row["denominator"] is None else round(row["denominator"])
        if group == reference:
            found.append(ratios.Estimate(group, row["numerator"], of, None, is_reference=True))
            continue
        limits = row["lower"], row["upper"], _of(lowest, group, "lower"), _of(highest, group, "upper")
        found.append(ratios.Estimate(group, row["numerator"], of, row["value"], *limits, note=row["reason"] or ""))
    return found


def _differing(line: Line, estimates: Sequence[ratios.Estimate]) -> str:
    """For which groups the ratio differs from 1 by more than chance, and whether what is not known could undo that."""
    say = line.translate
    known = [each.name for each in estimates if _leaves_out_one(each.lower, each.upper)]
    bounded = [each for each in estimates if each.lowest is not None or each.highest is not None]
    surely = [each.name for each in bounded if _leaves_out_one(each.lowest, each.highest)]
    if not known:
        return say("No group differs from {reference} by more than chance.").format(reference=reference_of(line.part))
    words = say("Different from {reference} by more than chance, among those known: {names}.")
    said = words.format(reference=reference_of(line.part), names=", ".join(known))
    if not bounded:
        return said
    if surely:
        return f"{said} " + say("Different whatever group the unknown are in: {names}.").format(names=", ".join(surely))
    return f"{said} " + say("What is not known could undo that.")


def _leaves_out_one(lower: float | None, upper: float | None) -> bool:
    return (lower is not None and lower > 1) or (upper is not None and upper < 1)


def reference_of(part: Part) -> str:
    """The words of the group that the others of a ratio are held against."""
    return part.groups[0].names[part.reference or ""]


def not_known_of(line: Line) -> str:
    """Of how many of those counted the group is not known, in words: read it before any ratio."""
    say, part = line.translate, line.part
    rows = [row for row in line.rows if row["category"] == AMONG_KNOWN]
    unknown = max((row["unknown"] or 0 for row in rows), default=0)
    counted = "numerator" if part.uses_population else "denominator"
    total = unknown + sum(row[counted] or 0 for row in rows)
    words = phrase("{what}: of {unknown} of {total} it is not known ({share:.1f}%).")
    if not total:
        return ""
    share = unknown / total * PERCENT
    title = part.groups[0].title
    return say(words).format(what=title, unknown=f"{unknown:,.0f}", total=f"{total:,.0f}", share=share)


def _of(rows: Mapping[str, Row], group: str, name: str) -> float | None:
    row = rows.get(group)
    found: float | None = row[name] if row else None
    return found


def _in_all(line: Line, found: Strands) -> str:
    carrying = found.related - found.combinations.get((), 0)
    words = phrase(
        "{first} to {last}: {carrying} of {related} mental-health-related incidents ({share:.1f}%) carry a flag of "
        "another strand of vulnerability."
    )
    share = carrying / found.related * PERCENT
    first, last = (day_name(day, line.language) for day in (found.first, found.last))
    return line.translate(words).format(
        first=first, last=last, carrying=f"{carrying:,}", related=f"{found.related:,}", share=share
    )


def _of_ratios(table: Table, level: str) -> Picture:
    def drawn(sheet: Sheet) -> Sheet:
        return replace(sheet, unit="", decimals=RATIO_DECIMALS)

    return Picture(
        ratios.without_empty(table),
        lambda sheet: ratios.draw(table, drawn(sheet), level=level),
        lambda sheet: ratios.describe(table, drawn(sheet), level=level),
        RATIO_DECIMALS,
    )

"""Demand in a problem profile: by counting rule, kind, place and hour of the week, and over time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from nvap.charts import control_chart, funnel
from nvap.charts.heat_map import WEEKDAYS
from nvap.charts.options import ChartOptions
from nvap.disclosure.policy import is_small, may_show_percentage
from nvap.disclosure.table import Cell, Column, Table
from nvap.documents import pictures
from nvap.documents.pictures import Line
from nvap.documents.profile import Drawing, Grid, Section
from nvap.documents.profile_hand import (
    NO_DRAWING,
    PERCENT,
    Hand,
    Made,
    cells_of,
    grid_of,
    percent_of,
    with_interval,
    with_limits,
)
from nvap.documents.profile_people import often_table
from nvap.measures.areas import funnel_of
from nvap.measures.charting import of_provenance
from nvap.measures.profile import COUNT, RATE, ByRule, Row, Rows
from nvap.measures.profile_counts import MOST_KINDS, PLACE_STEPS, Kinds, Repeats
from nvap.records.derived import COUNTING_RULES
from nvap.statistics.interval import Interval


def by_rule(hand: Hand) -> Made:
    """Demand under each counting rule, side by side."""
    say, profile = hand.say, hand.profile
    rules = [each for each in profile.by_rule if each.count["value"] is not None]
    if hand.is_shared and _close(rules):
        rules = [profile.chosen]
    columns = (
        Column("rule", say("Counting rule")),
        Column("count", say("Incidents"), "count"),
        Column("of", say("Of counted incidents"), "base"),
        *with_interval("share", say("Share"), "share", "%"),
        *with_interval("rate", say("Per 1,000 people"), "rate"),
    )
    rows = [
        (f"{each.words} ({each.rule})", each.count["value"], each.share["denominator"],
         *cells_of(each.share, PERCENT), *cells_of(each.rate, 1))
        for each in rules
    ]  # fmt: skip
    table = hand.table(say("The counting rules side by side"), columns, rows)
    notes = [f"{each.words} ({each.rule}): {each.count['reason']}" for each in profile.by_rule if each not in rules
             and each.count["reason"]]  # fmt: skip
    reasons = dict.fromkeys(each.rate["reason"] for each in rules if each.rate["reason"])
    return Section(
        "rules",
        say("Demand by counting rule"),
        said=(_demand_sentence(hand), *_rules_sentence(hand, rules)),
        grids=(grid_of(hand, "rules", table, notes=tuple(reasons)),),
        notes=(*notes, _rules_note(hand)),
    ), (table,)  # fmt: skip


def _rules_note(hand: Hand) -> str:
    if hand.profile.rule in COUNTING_RULES:
        return hand.say("The rules do not add up: each holds the one before it.")
    return hand.say(
        "The rules do not add up: of the toolkit's rules each holds the one before it, and the force's own may hold"
        " other incidents."
    )


def _demand_sentence(hand: Hand) -> str:
    each, profile = hand.profile.chosen, hand.profile
    said = hand.say("{count} incidents were recorded as mental-health-related, {rule}, from {first} to {last}").format(
        count=hand.count(each.count["value"]),
        rule=hand.rule_words,
        first=hand.day(profile.start),
        last=hand.day(profile.end),
    )
    if each.share["value"] is not None:
        said += hand.say(": {share} of all counted incidents").format(share=with_limits(each.share, PERCENT, "%"))
    if each.rate["value"] is not None:
        said += hand.say(", {rate} for each 1,000 people").format(rate=with_limits(each.rate, 1, ""))
    return said + "."


def _rules_sentence(hand: Hand, rules: Sequence[ByRule]) -> tuple[str, ...]:
    chosen = hand.profile.chosen
    others = [each for each in rules if each.rule != chosen.rule and chosen.count["value"]]
    if not others:
        return ()
    told = [
        hand.say("{count} {rule} ({more})").format(
            count=hand.count(each.count["value"]),
            rule=each.words,
            more=f"{(each.count['value'] / chosen.count['value'] - 1) * PERCENT:+.0f}%".replace("-", "−"),
        )
        for each in others
    ]
    return (hand.say("By other counting rules it would be {others}.").format(others=hand.say(" and ").join(told)),)


def _close(rules: Sequence[ByRule]) -> bool:
    """Whether two rules differ by a count that may not be told."""
    counts = sorted(each.count["value"] for each in rules)
    return any(is_small(high - low) for low, high in pairwise(counts))


def kinds(hand: Hand) -> Made:
    """The related incidents by each way of telling kinds apart that is on record."""
    say, found = hand.say, [(at, each) for at, each in enumerate(hand.profile.kinds) if each.value is not None]
    tables = [(at, _kinds_table(hand, each.value), each.value) for at, each in found if each.value is not None]
    grids = tuple(
        grid_of(hand, f"kinds-{at}", table, notes=_kinds_notes(hand, kinds)) for at, table, kinds in tables
    )  # fmt: skip
    first = tables[0][2] if tables else None
    said = (_kinds_sentence(hand, first),) if first else ()
    why = "" if tables else say("Nothing on record tells kinds apart.")
    notes = tuple(each.why for each in hand.profile.kinds if each.why)
    return Section("kinds", say("Kinds of incident"), said, grids=grids, notes=notes, why=why), tuple(
        table for _, table, _ in tables
    )


def _kinds_sentence(hand: Hand, kinds: Kinds) -> str:
    known = kinds.total - kinds.unknown
    top = [hand.say("{label}: {share}").format(label=each.label, share=hand.share_of(each.count, known))
           for each in kinds.kinds[:2]]  # fmt: skip
    return hand.say("The commonest, by {title}: {top}.").format(
        title=kinds.title.lower(), top="; ".join(each for each in top if each)
    )


def _kinds_notes(hand: Hand, kinds: Kinds) -> tuple[str, ...]:
    notes = []
    if kinds.unknown and not _hides_unknown(hand, kinds):
        notes.append(hand.say("Not on record: {unknown}.").format(unknown=hand.counted(kinds.unknown, kinds.total)))
    if kinds.many:
        notes.append(hand.say("An incident with several stands in each. Shares are of those with any on record."))
    return tuple(notes)


def _kinds_table(hand: Hand, kinds: Kinds) -> Table:
    """A kind a row; the rarest together, and for partners all that are small, so that none can be taken away."""
    say, hides = hand.say, _hides_unknown(hand, kinds)
    known = kinds.total if hides else kinds.total - kinds.unknown
    kept = list(kinds.kinds[:MOST_KINDS])
    together = sum(each.count for each in kinds.kinds[MOST_KINDS:]) + (kinds.unknown if hides else 0)
    while hand.is_shared and kept and (is_small(kept[-1].count) or is_small(together)):
        together += kept.pop().count
    rows = [_kind_row(each.label, each.count, known, each.share) for each in kept]
    if together:
        words = say("All other kinds, and not on record") if hides else say("All other kinds")
        rows.append(_kind_row(words, together, known, None))
    columns = (
        Column("kind", say("Kind")),
        Column("count", say("Incidents"), "count"),
        Column("of", say("Of those on record"), "base"),
        *with_interval("share", say("Share"), "share", "%"),
    )
    return hand.table(say(kinds.title), columns, rows)


def _hides_unknown(hand: Hand, kinds: Kinds) -> bool:
    """Whether those without a kind are so few that partners could take them from the total."""
    return hand.is_shared and is_small(kinds.unknown)


def _kind_row(label: str, count: int, known: int, found: Interval[float, str] | None) -> tuple[Cell, ...]:
    if found is None or not may_show_percentage(known):
        return (label, count, known, None, None, None)
    return (label, count, known, found.value * PERCENT, found.lower * PERCENT, found.upper * PERCENT)


_INSTITUTIONS: Final = (
    "Those with 30 incidents or more are most likely hospitals, hostels,"
    " care homes, custody suites or stations: institutions, whose incidents say more about services than about an area."
)


def places(hand: Hand) -> Made:
    """Rates by area, kinds of place, and how often the same place was in it."""
    say, profile = hand.say, hand.profile
    said, drawings, grids, tables = list[str](), list[Drawing](), list[Grid](), list[Table]()
    notes = [profile.areas.why] if profile.areas.why else []
    if profile.areas.value is not None:
        table, drawn, sentence = _areas(hand, profile.areas.value)
        said.append(sentence)
        drawings.extend(drawn)
        tables.append(table)
        grids.append(grid_of(hand, "areas", table))
        if not drawn:
            notes.append(say(NO_DRAWING) if hand.is_shared else say("Fewer areas than a funnel needs."))
    if profile.place_kinds.value is not None:
        tables.append(_kinds_table(hand, profile.place_kinds.value))
        grids.append(grid_of(hand, "place-kinds", tables[-1], notes=_kinds_notes(hand, profile.place_kinds.value)))
    for at, (title, found) in enumerate(_places_by_how_often(hand)):
        tables.append(often_table(hand, title, found, say("Places")))
        grids.append(grid_of(hand, f"places-{at}", tables[-1], notes=_institutions(hand, tables[-1])))
        said.extend(_places_sentence(hand, found, title))
    if profile.places.why:
        notes.append(say("Places: {why}").format(why=profile.places.why))
    return Section("places", say("Places"), tuple(said), tuple(drawings), tuple(grids), tuple(notes)), tuple(tables)


def _places_by_how_often(hand: Hand) -> list[tuple[str, Repeats]]:
    """Places that are no institutions and institutions, apart; all together where no extract tells their kind."""
    say, profile = hand.say, hand.profile
    title = say("Homes, streets and other places by how many incidents they had")
    if profile.place_kinds.value is None:
        title = say("Places by how many incidents they had")
    told = [(title, profile.places), (say("Institutions by how many incidents they had"), profile.institutions)]
    return [(words, each.value) for words, each in told if each.value is not None]


def _institutions(hand: Hand, table: Table) -> tuple[str, ...]:
    """What the busiest places most likely are, where no extract says it."""
    if hand.profile.place_kinds.value is not None:
        return ()
    busiest = hand.say("{least} or more").format(least=PLACE_STEPS[-1])
    said = hand.say("No extract says what kind of place a place is.")
    return (f"{said} {hand.say(_INSTITUTIONS)}",) if busiest in table.column("times") else (said,)


def _areas(hand: Hand, rows: Rows) -> tuple[Table, tuple[Drawing, ...], str]:
    measure = hand.profile.measures[RATE]
    part = measure.part("rate")
    line = Line(measure, part, rows.rows, rows.provenance, translate=hand.say, language=hand.language,
                rule_words=hand.rule_words)  # fmt: skip
    columns = (
        Column("area", hand.say("Area")),
        Column("count", hand.say("Incidents"), "count"),
        Column("people", hand.say("People"), "population"),
        *with_interval("rate", hand.say("Per 1,000 people"), "rate"),
    )
    told = [
        (_area_name(hand, each["area"]), each["numerator"], each["denominator"], *cells_of(each, 1))
        for each in sorted(rows.rows, key=lambda row: (row["value"] is None, -(row["value"] or 0)))
        if each["numerator"] is not None
    ]
    table = hand.table(hand.say("Incidents by area"), columns, told)
    made, found = pictures.funnel_picture(line), funnel_of(part, rows.rows)
    if made is None or found is None:
        return table, (), hand.say("Areas are listed; there are too few for limits.")
    told_of = made.table.with_rows(made.table.rows, sentence=_areas_sentence(hand, made.table))
    drawn_from, sheet = hand.shared(told_of), line.sheet("profile-areas")
    shape = funnel.Shape(found.centre, tuple(funnel.Bound(*each) for each in found.curve), found.widened)
    drawn = hand.drawing(
        sheet, drawn_from, lambda on: funnel.draw(drawn_from, shape, on), funnel.describe(drawn_from, shape, sheet)
    )
    return table, drawn, told_of.sentence


def _areas_sentence(hand: Hand, table: Table) -> str:
    """Which areas lie beyond the outer limits, and what that does not mean."""
    outside = [each for each in table.records() if each["outside"] == "99.8"]
    beyond = {high: [str(each["name"]) for each in outside if each["high"] == high] for high in (True, False)}
    said = []
    if beyond[True]:
        said.append(
            hand.say("Above the 99.8% limits of all areas together: {names}.").format(names=", ".join(beyond[True]))
        )
    if beyond[False]:
        said.append(hand.say("Below them: {names}.").format(names=", ".join(beyond[False])))
    if not said:
        said.append(hand.say("None of {many} areas lies outside the 99.8% limits.").format(many=len(table.rows)))
    said.append(hand.say("This is no league table: residents are counted, and many incidents happen to visitors."))
    return " ".join(said)


def _area_name(hand: Hand, area: str | None) -> str:
    return hand.say("Not recorded") if area in (None, "not recorded") else str(area)


def _places_sentence(hand: Hand, found: Repeats, title: str) -> tuple[str, ...]:
    known = sum(each.incidents for each in found.steps)
    often = [each for each in found.steps if each.least >= 10]
    busy, there = sum(each.many for each in often), sum(each.incidents for each in often)
    if not busy:
        return (hand.say("{title}: none had ten or more.").format(title=title),)
    if hand.is_shared and is_small(busy):
        return ()
    words = hand.say("{title}: {busy} had ten or more, and {share} of these incidents.")
    return (words.format(title=title, busy=hand.count(busy), share=hand.share_of(there, known)),)


def week(hand: Hand) -> Made:
    """When in the week incidents begin; for partners by weekday and by three hours alone."""
    say, found = hand.say, hand.profile.week
    title = say("Hours of the week")
    if found.value is None:
        return Section("week", title, why=found.why), ()
    measure, part = hand.profile.measures[COUNT], hand.profile.measures[COUNT].part("count")
    origin = {"as_at": hand.profile.as_at.isoformat(), "pack": hand.profile.pack,
              "origins": list(hand.profile.origins), "by": "week"}  # fmt: skip
    line = Line(measure, part, (), origin, translate=say, language=hand.language, rule_words=hand.rule_words)
    counts = found.value.counts
    days = [sum(counts[day, hour] for hour in range(24)) for day in range(7)]
    hours = [sum(counts[day, hour] for day in range(7)) for hour in range(24)]
    names = WEEKDAYS[hand.language]
    tables = [
        _one_way(hand, say("Incidents by weekday"), say("Weekday"), list(zip(names, days, strict=True))),
        _one_way(
            hand,
            say("Incidents by three hours of the day"),
            say("Hours"),
            [(f"{at:02}:00–{at + 2:02}:59", sum(hours[at : at + 3])) for at in range(0, 24, 3)],
        ),
    ]
    drawings: tuple[Drawing, ...] = ()
    if not hand.is_shared:
        made = pictures.week_of(line, found.value)
        sheet = line.sheet("profile-week")
        drawings = hand.drawing(sheet, made.table, made.draw, made.describe(sheet))
    busiest = names[days.index(max(days))]
    three = max(range(0, 24, 3), key=lambda at: sum(hours[at : at + 3]))
    sentence = say(
        "Most incidents begin on {day} and between {first:02}:00 and {last:02}:59, on the force's own clock."
    )
    note = say("An hour of one weekday holds few incidents, so the 168 hours are not shown to others.")
    return Section(
        "week",
        title,
        (sentence.format(day=busiest, first=three, last=three + 2),),
        drawings,
        tuple(grid_of(hand, f"week-{at}", table) for at, table in enumerate(tables)),
        (note,) if hand.is_shared else (),
    ), tuple(tables)


def _one_way(hand: Hand, title: str, heading: str, found: Sequence[tuple[str, int]]) -> Table:
    total = sum(many for _, many in found)
    columns = (
        Column("name", heading),
        Column("count", hand.say("Incidents"), "count"),
        Column("of", hand.say("Of all"), "base"),
        Column("share", hand.say("Share"), "share", "%"),
    )
    return hand.table(title, columns, [(name, many, total, percent_of(many, total)) for name, many in found])


def trend(hand: Hand) -> Made:
    """The months as the control chart that the engine chooses, with what changed meanwhile."""
    say, profile = hand.say, hand.profile
    title = say("Trend")
    if profile.months.value is None:
        return Section("trend", title, why=profile.months.why), ()
    rows = [row for row in profile.months.value.rows if row["part"] == "count"]
    measure, origin = profile.measures[COUNT], profile.months.value.provenance
    line = Line(
        measure,
        measure.part("count"),
        rows,
        origin,
        events=pictures.events_of(origin, COUNT, "count"),
        translate=say,
        language=hand.language,
        rule_words=hand.rule_words,
    )
    made = pictures.control_chart_of(line, "month")
    if made is None:
        return Section("trend", title, why=say("No month has a number.")), ()
    table, sheet = hand.shared(made.table), line.sheet("profile-trend")
    options = ChartOptions(
        id=sheet.id, unit=line.unit, grain="month", improvement=line.improvement, events=tuple(line.events),
        decimals=line.decimals, language=line.language,
    )  # fmt: skip
    drawn = hand.drawing(
        sheet,
        table,
        lambda on: control_chart.draw(table, options, narrow=on.narrow, translate=say),
        control_chart.describe(table, options, say),
    )
    why = next((each.why for each in of_provenance(origin) if each.part == "count"), "")
    by_month = say("By month: {sentence}").format(sentence=made.table.sentence)
    said = (by_month,) if drawn or not hand.is_shared else (say(NO_DRAWING),)
    notes = tuple(filter(None, (why, *_changed_meanwhile(hand))))
    return Section("trend", title, said, drawn, notes=notes), (_months(hand, rows),)


def _changed_meanwhile(hand: Hand) -> tuple[str, ...]:
    noted = tuple(
        f"{hand.day(each.on)}: {each.note}." + (hand.say(" The series is split here.") if each.breaks else "")
        for each in hand.profile.changes
    )
    return (hand.say("What changed meanwhile, by the calendar:"), *noted) if noted else ()


def _months(hand: Hand, rows: Sequence[Row]) -> Table:
    say = hand.say
    columns = (
        Column("month", say("Month"), "date"),
        Column("count", say("Incidents"), "count"),
        *(() if hand.is_shared else (Column("unknown", say("Without a flag on record"), "count"),)),
    )
    return hand.table(
        say("Incidents by month"),
        columns,
        [
            (row["period_start"], row["value"], *(() if hand.is_shared else (row["unknown"],)))
            for row in rows
            if row["value"] is not None
        ],
    )

"""Hours in a problem profile: by shift and weekday, under three ways of measuring time, and in the weeks ahead."""

from __future__ import annotations

import math
from collections.abc import Mapping

from nvap.charts.heat_map import WEEKDAYS
from nvap.charts.scale import written
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Cell, Column, Table
from nvap.documents import profile_drawing
from nvap.documents.profile import Grid, Section
from nvap.documents.profile_hand import NO_DRAWING, PERCENT, Hand, Made, grid_of, rounded, with_interval, with_limits
from nvap.measures.hours import TIMES, Bounded, Hours
from nvap.statistics.forecast import Forecast
from nvap.statistics.interval import Interval


def hours_needed(hand: Hand) -> Made:
    """Hours by weekday and shift, with interval and bounds, under three ways of measuring time."""
    say, found = hand.say, hand.profile.hours
    title = say("Hours needed by shift and weekday")
    if found.value is None:
        return Section("hours", title, why=found.why), ()
    hours = found.value
    table, times = _hours_table(hand, hours), _times_table(hand, hours)
    sheet = hand.sheet("profile-hours")
    drawn = hand.drawing(
        sheet,
        table,
        lambda on: profile_drawing.draw_hours(table, on),
        profile_drawing.describe_hours(table, sheet),
    )
    grids = [_matrix(hand, hours, table), grid_of(hand, "hours-table", table), grid_of(hand, "hours-times", times)]
    notes = [
        say("Hours: {words} ({time}). A job is laid over the shifts that it runs through; a shift belongs to the day on"
            " which it begins.").format(words=TIMES[hours.time], time=hours.time),
        say("The interval says how far the mean may be off because these {weeks} weeks and no others were seen; weeks"
            " are taken as independent of each other.").format(weeks=len(hours.weeks)),
        say("“At least” counts an unknown job as nothing, “at most” as long as all but the longest hundredth of those"
            " known; the mean takes it as long as the known ones are on average."),
        say("“Officers” are the mean hours over the shift's length: how many would be kept busy throughout. It is no"
            " staffing level: calls come in bunches, and most weeks need more at some hour."),
    ]  # fmt: skip
    if not drawn:
        notes.append(say(NO_DRAWING))
    said = (_hours_sentence(hand, hours, table), _unknown_hours(hand, hours))
    return Section("hours", title, said, drawn, tuple(grids), tuple(notes)), (table, times)


def _hours_sentence(hand: Hand, hours: Hours, table: Table) -> str:
    said = hand.say("Mental-health-related incidents take {hours} officer hours in a mean week").format(
        hours=_bounded_words(hand, hours.week)
    )
    if hours.time == "T1":
        said = hand.say("Mental-health-related incidents span {hours} hours in a mean week").format(
            hours=_bounded_words(hand, hours.week)
        )
    row = hand.profile.share_of_hours.value
    if row is not None and not hand.is_shared:
        said += hand.say(", {share} of the hours of all incidents").format(share=with_limits(row, PERCENT, "%"))
    shown = [each for each, row in zip(hours.cells, table.rows, strict=True) if HIDDEN not in row]
    if not shown:
        return f"{said}."
    most, least = (pick(shown, key=lambda each: each.hours.estimate.value) for pick in (max, min))
    names = WEEKDAYS[hand.language]
    return said + hand.say(
        ". The shift that needs most is {most} ({high}), the one that needs least {least} ({low})."
    ).format(
        most=f"{names[most.weekday]} {most.shift.name}",
        least=f"{names[least.weekday]} {least.shift.name}",
        high=hand.say("{hours} hours").format(hours=written(most.hours.estimate.value, 1)),
        low=written(least.hours.estimate.value, 1),
    )


def _unknown_hours(hand: Hand, hours: Hours) -> str:
    stamps = hours.stamps
    # For partners the whole only: of two parts that add up to it, a hidden one could be taken from it.
    parts = () if hand.is_shared else stamps.lacking.items()
    lacking = "; ".join(f"{name}: {hand.count(many)}" for name, many in parts)
    said = hand.say("The time of {unknown} jobs is not known").format(
        unknown=hand.counted(stamps.unknown, stamps.jobs)
    ) + (f" ({lacking})." if lacking else ".")
    said += hand.say(" With them a week takes from {least} to {most} hours.").format(
        least=written(hours.week.at_least, 0), most=written(hours.week.at_most, 0)
    )
    if stamps.without_flag:
        said += hand.say(" {many} more jobs were at incidents without a flag on record, and are in no number.").format(
            many=hand.count(stamps.without_flag)
        )
    return said


def _hours_table(hand: Hand, hours: Hours) -> Table:
    say, names = hand.say, WEEKDAYS[hand.language]
    columns = (
        Column("weekday", say("Weekday")),
        Column("shift", say("Shift")),
        Column("jobs", say("Jobs begun"), "count"),
        *with_interval("hours", say("Hours, mean"), "rate"),
        Column("at_least", say("At least"), "rate"),
        Column("at_most", say("At most"), "rate"),
        Column("long", say("Nine in ten weeks, at most"), "rate"),
        Column("officers", say("Officers"), "rate"),
    )
    rows = [
        (names[each.weekday], f"{each.shift.name} {each.shift.clock}", each.jobs, *_three(each.hours.estimate),
         each.hours.at_least, each.hours.at_most, each.long, each.officers)
        for each in hours.cells
    ]  # fmt: skip
    return hand.table(say("Hours by weekday and shift"), columns, rows)


def _matrix(hand: Hand, hours: Hours, table: Table) -> Grid:
    """The mean hours at a glance: weekdays down, shifts across."""
    say, names = hand.say, WEEKDAYS[hand.language]
    hidden_of = {
        (each.weekday, each.shift.name): HIDDEN in row for each, row in zip(hours.cells, table.rows, strict=True)
    }
    rows = []
    for weekday in range(7):
        cells = [hours.cell(weekday, each.name) for each in hours.shifts]
        told = [
            HIDDEN if hidden_of[weekday, each.shift.name] else
            f"{written(each.hours.estimate.value, 1)} ({_range(each.hours.estimate)})"
            for each in cells
        ]  # fmt: skip
        hidden = HIDDEN in told
        whole = sum(each.hours.estimate.value for each in cells)
        rows.append((names[weekday], *told, HIDDEN if hidden else written(whole, 1)))
    headings = (say("Weekday"), *(f"{each.name} {each.clock}" for each in hours.shifts), say("Whole day"))
    return Grid("hours-matrix", say("Mean hours, with 95% interval over weeks"), headings,
                (False, *(True for _ in hours.shifts), True), tuple(rows))  # fmt: skip


def _times_table(hand: Hand, hours: Hours) -> Table:
    say = hand.say
    columns = (
        Column("time", say("How time is measured")),
        Column("jobs", say("Jobs"), "count"),
        Column("unknown", say("Time unknown"), "count"),
        *with_interval("hours", say("Hours in a mean week"), "rate"),
        Column("at_least", say("At least"), "rate"),
        Column("at_most", say("At most"), "rate"),
    )
    rows = [
        (f"{each.time}: {say(TIMES[each.time])}", each.stamps.jobs, each.stamps.unknown, *_three(each.hours.estimate),
         each.hours.at_least, each.hours.at_most)
        for each in hours.by_time
        if each.hours is not None and each.stamps is not None
    ]  # fmt: skip
    return hand.table(say("Three ways of measuring time, side by side"), columns, rows)


def weeks_ahead(hand: Hand) -> Made:
    """The four weeks ahead by the seasonal-naive forecast, with how far it has missed."""
    say, hours = hand.say, hand.profile.hours.value
    title = say("The weeks ahead")
    if hours is None or hours.ahead is None:
        return Section("ahead", title, why=hours.no_forecast if hours else hand.profile.hours.why), ()
    ahead = hours.ahead
    columns = (
        Column("week", say("Week from Monday"), "date"),
        *with_interval("hours", say("Hours in all"), "line"),
        *(Column(f"shift_{at}", name, "line") for at, name in enumerate(ahead.by_shift)),
    )
    rows: list[tuple[Cell, ...]] = [
        (week, *(round(float(each[at]), 1) for each in (ahead.total.value, ahead.total.lower, ahead.total.upper)),
         *(round(float(each.value[at]), 1) for each in ahead.by_shift.values()))
        for at, week in enumerate(ahead.weeks)
    ]  # fmt: skip
    table = hand.table(say("Hours in the weeks ahead"), columns, rows)
    weeks = _weeks_table(hand, hours)
    drawn = hand.drawing(
        hand.sheet("profile-ahead"),
        weeks,
        lambda on: profile_drawing.draw_weeks(weeks, on),
        say("Officer hours week by week, and the four weeks ahead as in the table."),
    )
    error = _error_table(hand, ahead.total, ahead.by_shift)
    notes = (
        say("The seasonal-naive forecast: each week is taken to be as the same week 52 weeks before, its interval from"
            " how far that has been off (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, third"
            " edition, 5.5). It is the yardstick that a better forecast must beat, not a promise."),
        say("The error was measured out of sample: the forecast was made again from each week's past alone, {origins}"
            " times, up to four weeks ahead. The interval's lower end is cut at nought.").format(
            origins=written(ahead.total.missed.origins, 0)),
        say("“Relative to the mean” is the forecast's error over that of the mean of all weeks: above 1 the mean did"
            " better. The scaled error (MASE) is the error over how far each week was from the same week of the year"
            " before among the weeks that were known: above 1 it missed by more than that."),
    )  # fmt: skip
    return Section(
        "ahead",
        title,
        (_ahead_sentence(hand, ahead.total),),
        drawn,
        (grid_of(hand, "ahead", table), grid_of(hand, "ahead-error", error, decimals=2)),
        notes,
    ), (table, error, weeks)


def _ahead_sentence(hand: Hand, total: Forecast) -> str:
    missed = total.missed
    if math.isnan(missed.mean_error):
        return hand.say("How far such forecasts miss cannot be told yet: the weeks are too few.")
    words = (
        "The same week of the year before has missed by {error} hours a week on average, the mean of all weeks by"
        " {mean}: "
    )
    said = hand.say(words).format(error=written(missed.mean_error, 0), mean=written(missed.of_mean_method, 0))
    if missed.relative < 1:
        return said + hand.say("the season helps.")
    return said + hand.say("the season does not help here, so plan with the mean by shift and weekday above.")


def _error_table(hand: Hand, total: Forecast, by_shift: Mapping[str, Forecast]) -> Table:
    say = hand.say
    columns = (
        Column("of", say("Forecast of")),
        Column("error", say("Mean error, hours"), "line"),
        Column("of_mean", say("Of the mean of all weeks"), "line"),
        Column("relative", say("Relative to the mean"), "line"),
        Column("scaled", say("Scaled error (MASE)"), "line"),
        Column("inside", say("Came inside the interval"), "line", "%"),
    )
    rows = [
        (name, *(rounded(each) for each in (found.missed.mean_error, found.missed.of_mean_method,
         found.missed.relative, found.missed.scaled)), rounded(found.missed.inside * PERCENT))
        for name, found in [(say("All shifts"), total), *by_shift.items()]
    ]  # fmt: skip
    return hand.table(say("How far such forecasts have missed"), columns, rows)


def _weeks_table(hand: Hand, hours: Hours) -> Table:
    """The weeks that were and those ahead, for the picture and the spreadsheet."""
    assert hours.ahead is not None  # noqa: S101 - asked for only where there is a forecast
    say, total = hand.say, hours.ahead.total
    columns = (Column("week", say("Week from Monday"), "date"), *with_interval("hours", say("Hours"), "line"))
    rows: list[tuple[Cell, ...]] = [(week, many, None, None) for week, many in hours.ahead.history]
    rows += [
        (week, float(total.value[at]), float(total.lower[at]), float(total.upper[at]))
        for at, week in enumerate(hours.ahead.weeks)
    ]
    return hand.table(say("Hours week by week, and the weeks ahead"), columns, rows)


def _three(found: Interval[float, str]) -> tuple[Cell, Cell, Cell]:
    return found.value, found.lower, found.upper


def _range(found: Interval[float, str]) -> str:
    return f"{written(found.lower, 1)}–{written(found.upper, 1)}"


def _bounded_words(hand: Hand, found: Bounded) -> str:
    interval = found.estimate
    return hand.say("{value} (95% interval {low} to {high})").format(
        value=written(interval.value, 0), low=written(interval.lower, 0), high=written(interval.upper, 0)
    )

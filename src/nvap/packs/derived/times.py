"""Time spent, in three ways that disagree (after Langton, 2023): T1, T2 and T3, each with bounds.

T1   hours from the first arrival to the closing of the log: the span of the incident, whoever was there
T2   officer hours from a resource's arrival until it is clear: hours at the scene, times its officers
T3   officer hours from a resource's being assigned until it is clear: travel included

A stamp that is missing, an end before its start, an end that stands at midnight to the second (as systems fill it in)
and a time of more than 36 hours are unknown, and never taken as nothing. `_least` and `_most` bound what is unknown:
an unknown time lies between 0 and 36 hours, so the true total lies between the two sums.
"""

from __future__ import annotations

from nvap.engine.expression import parse
from nvap.packs.derived.column import DerivedColumn, column
from nvap.records.contract import contract

LONGEST_HOURS = 36
# Days since a Monday, so that the remainder by 7 is 0 on a Monday and the day before it a Sunday.
_SUNDAY_BEFORE = "{day_of_month} - 1 - datediff('day', date '2000-01-03', {day}) % 7"


def _at_midnight(moment: str) -> str:
    """An expression: whether a moment stands at midnight to the second on the clocks of the United Kingdom.

    Moments are stored in UTC with their local day beside them. British Summer Time runs from the last Sunday of March
    to the last Sunday of October, at 01:00 UTC, so the midnight that begins those Sundays is still the old time's.
    """
    day = f"{moment}_date"
    day_of_month = f"extract(day from {day})"
    past_last_sunday = f"{_SUNDAY_BEFORE.format(day=day, day_of_month=day_of_month)} >= 25"
    month = f"extract(month from {day})"
    summer = (
        f"case when {month} between 4 and 9 then true when {month} = 3 then {past_last_sunday}"
        f" when {month} = 10 then not ({past_last_sunday}) else false end"
    )
    began = f"cast({day} as timestamp)"
    # Nearly no moment stands at either, so that nearly none is asked for its season.
    return (
        f"case when {began} = {moment} then not ({summer})"
        f" when minutes_between({moment}, {began}) = 60 then {summer} else false end"
    )


def _hours(start: str, end: str) -> str:
    """An expression: the hours between two stamps; missing where they cannot be believed."""
    minutes = f"minutes_between({start}, {end})"
    return f"case when {minutes} <= {LONGEST_HOURS * 60} and not ({_at_midnight(end)}) then {minutes} / 60 end"


def _sql(table: str, expression: str) -> str:
    return parse(expression, contract(table).expression_types).sql(table=table)


def _of_deployment(code: str, words: str, start: str, stood_down: str) -> dict[str, DerivedColumn]:
    """T2 or T3 of one resource, and its bounds."""
    needs, name = f"{start} cleared officers", f"{code}_hours"
    known = f"case {stood_down}({_hours(start, 'cleared')}) * officers end"
    unknown = (
        "The officers are not known, a stamp is missing, the end lies before the start or at midnight to the second, or"
        f" the time is longer than {LONGEST_HOURS} hours."
    )
    described = {
        name: (f"{words}, times its officers.", known, unknown),
        f"{name}_least": (
            f"The least that {name} can be: itself, and 0 where it is unknown.",
            f"coalesce({known}, 0)",
            "Never.",
        ),
        f"{name}_most": (
            f"The most that {name} can be: itself, and {LONGEST_HOURS} hours for each officer where it is unknown.",
            f"coalesce({known}, {LONGEST_HOURS} * officers)",
            "The officers are not known.",
        ),
    }
    return {
        each: column("deployments", text, needs, _sql("deployments", sql), kind="number", unknown=when)
        for each, (text, sql, when) in described.items()
    }


def _state(start: str, end: str) -> str:
    """An expression that names why the time between two stamps is unknown."""
    return (
        f"case when {start} is null or {end} is null then 'missing'"
        f" when minutes_between({start}, {end}) is null then 'end_before_start'"
        f" when {_at_midnight(end)} then 'at_midnight'"
        f" when minutes_between({start}, {end}) > {LONGEST_HOURS * 60} then 'too_long' else 'whole' end"
    )


_STATES = "whole, missing, end_before_start, at_midnight or too_long"

DEPLOYMENT_TIMES = {
    **_of_deployment(
        "t2",
        "T2: the hours of one resource from its arrival until it is clear",
        "arrived",
        "when stood_down then 0 else ",
    ),
    **_of_deployment(
        "t3", "T3: the hours of one resource from its being assigned until it is clear", "assigned", "when true then "
    ),
    "stamps_at_scene": column(
        "deployments",
        f"What the stamps of arrival and clearing are: {_STATES}, or stood_down.",
        "arrived cleared",
        _sql("deployments", f"case when stood_down then 'stood_down' else {_state('arrived', 'cleared')} end"),
        kind="text",
        unknown="Never.",
    ),
}

_SPAN = _hours("first_arrival", "closed")
_WHY_NO_SPAN = (
    "Nobody arrived, a stamp is missing, the end lies before the start or at midnight to the second, or the time is"
    f" longer than {LONGEST_HOURS} hours."
)


def _of_incident(words: str, expression: str, unknown: str = "Never.", kind: str = "number") -> DerivedColumn:
    return column("incidents", words, "first_arrival closed", _sql("incidents", expression), kind=kind, unknown=unknown)


INCIDENT_TIMES = {
    "t1_hours": _of_incident(
        "T1: the hours from the first arrival to the closing of the log, however many were there.", _SPAN, _WHY_NO_SPAN
    ),
    "t1_hours_least": _of_incident(
        "The least that t1_hours can be, where somebody was sent: itself, and 0 where it is unknown.",
        f"coalesce({_SPAN}, 0)",
    ),
    "t1_hours_most": _of_incident(
        f"The most that t1_hours can be: itself, and {LONGEST_HOURS} hours where it is unknown.",
        f"coalesce({_SPAN}, {LONGEST_HOURS})",
    ),
    "stamps_of_span": _of_incident(
        f"What the stamps of the first arrival and the closing are: {_STATES}.",
        _state("first_arrival", "closed"),
        kind="text",
    ),
}

"""What a control chart says, in a sentence or two, from what it draws and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nvap.charts.drawn import Drawn, drawn_points, value_decimals
from nvap.charts.options import ChartOptions
from nvap.charts.scale import with_unit
from nvap.disclosure.table import Table
from nvap.statistics.control_chart import FEWEST_FOR_LIMITS
from nvap.wording import Translate, phrase

GRAINS: Final = {
    "month": (phrase("month"), phrase("months")),
    "quarter": (phrase("quarter"), phrase("quarters")),
    "year": (phrase("year"), phrase("years")),
    "event": (phrase("event"), phrase("events")),
}

_SIGNALS: Final = {
    "Above UCL": phrase("above the upper limit"),
    "Below LCL": phrase("below the lower limit"),
    "7 Point Trend (Increasing)": phrase("part of a rise of seven or more in a row"),
    "7 Point Trend (Decreasing)": phrase("part of a fall of seven or more in a row"),
    "2 in 3 Above CL": phrase("one of two in three near or above the upper limit"),
    "2 in 3 Below CL": phrase("one of two in three near or below the lower limit"),
    "7 Points Above CL": phrase("one of seven or more in a row above the average"),
    "7 Points Below CL": phrase("one of seven or more in a row below the average"),
}
_MARKS: Final = {
    "improvement": phrase("unusual, in the better direction"),
    "concern": phrase("unusual, in the worse direction"),
    "high": phrase("unusually high"),
    "low": phrase("unusually low"),
}


def signal_words(signal: str, translate: Translate = str) -> str:
    """What a rule's label means in plain words; empty for a point that is within the usual variation."""
    return translate(_SIGNALS[signal]) if signal in _SIGNALS else ""


def mark_words(mark: str, translate: Translate = str) -> str:
    """What a special mark means in plain words."""
    return translate(_MARKS[mark])


def chart_sentence(table: Table, options: ChartOptions, translate: Translate = str) -> str:
    """What the chart says: the latest whole period, whether it is unusual, and how many have been.

    Raises NotEnoughData for a table without any value.
    """
    points = drawn_points(table)
    whole = [point for point in points if point.value is not None and not point.part]
    if not whole:
        return _left_out(points, options, translate)
    said = [_latest(whole, points, options, translate), _stood_out(whole, options, translate)]
    said.append(_left_out(points, options, translate))
    return " ".join(sentence for sentence in said if sentence)


def _latest(whole: Sequence[Drawn], points: Sequence[Drawn], options: ChartOptions, translate: Translate) -> str:
    latest = whole[-1]
    value = with_unit(latest.value or 0.0, value_decimals(points, options), options.unit)
    if latest.short:
        many = GRAINS[options.grain][1]
        return translate(
            "{period}: {value}. Limits that say what is usual need {fewest} {many} under the same conditions; "
            "there are {held}."
        ).format(
            period=latest.period,
            value=value,
            fewest=FEWEST_FOR_LIMITS,
            many=translate(many),
            held=_of_the_last_stretch(points),
        )
    if latest.still:
        return translate("{period}: {value}. The number has not moved, so there are no limits.").format(
            period=latest.period, value=value
        )
    if latest.limits is None:
        return translate("{period}: {value}.").format(period=latest.period, value=value)
    if latest.mark == "plain":
        return translate("{period}: {value}, within the usual variation.").format(period=latest.period, value=value)
    return translate("{period}: {value}, {mark}: {signal}.").format(
        period=latest.period,
        value=value,
        mark=mark_words(latest.mark, translate),
        signal=signal_words(latest.signal, translate),
    )


def _of_the_last_stretch(points: Sequence[Drawn]) -> int:
    last = points[-1].stretch
    return sum(point.stretch == last and point.value is not None and not point.part for point in points)


def _stood_out(whole: Sequence[Drawn], options: ChartOptions, translate: Translate) -> str:
    judged = [point for point in whole if point.limits is not None]
    if not judged:
        return ""
    unusual = sum(point.mark != "plain" for point in judged)
    many = translate(GRAINS[options.grain][1])
    if not unusual:
        return translate("None of the {total} {many} judged stood out.").format(total=len(judged), many=many)
    return translate("{count} of the {total} {many} judged stood out.").format(
        count=unusual, total=len(judged), many=many
    )


def _left_out(points: Sequence[Drawn], options: ChartOptions, translate: Translate) -> str:
    one, many = (translate(word) for word in GRAINS[options.grain])
    parts = [point for point in points if point.part and point.value is not None]
    said = []
    if len(parts) == 1:
        said.append(
            translate("{period} is a part {one}, shown but not judged.").format(period=parts[0].period, one=one)
        )
    elif parts:
        said.append(translate("{count} part {many} are shown but not judged.").format(count=len(parts), many=many))
    gaps = [point for point in points if point.value is None]
    if len(gaps) == 1:
        said.append(translate("There is no number for {period}.").format(period=gaps[0].period))
    elif gaps:
        said.append(translate("There is no number for {count} {many}.").format(count=len(gaps), many=many))
    return " ".join(said)

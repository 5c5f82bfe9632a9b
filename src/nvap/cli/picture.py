"""`nvap picture`: a measure as the picture that fits it, written as SVG or PNG."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from nvap.cli.window import print_wrapped
from nvap.errors import NotEnoughData, UsageFault, nearest
from nvap.records.workspace import open_workspace

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from nvap.charts.beside import Beside
    from nvap.documents.pictures import Line, Picture
    from nvap.packs.measure import Measure, Part
    from nvap.packs.some_measures import SomeMeasures
    from nvap.records.workspace import Force, Workspace

    _Drawn = tuple[Line, Picture]

_DEFAULT_PACK = "nvap-2.1.2-mental-health"
_Text = str | None
_Measure = Annotated[str, typer.Argument(help="A measure, such as D02.")]
_Out = Annotated[Path, typer.Argument(help="The file to write: .svg, or .png for slides.")]
_Force = Annotated[_Text, typer.Option(help="The force's code; may be left out where there is only one.")]
_By = Annotated[
    str,
    typer.Option(
        help="month, quarter, year or whole; area; month,area; week; strands or lift (D18); outcomes (J15, J17, J18)."
    ),
]
_From = Annotated[_Text, typer.Option("--from", help="First day: 2014, 2014-01 or 2014-01-15.")]
_To = Annotated[_Text, typer.Option("--to", help="Last day, included: 2014, 2014-01 or 2014-01-15.")]
_Rule = Annotated[str, typer.Option(help="R1, R2, R3, or a name such as 'at opening or closure'.")]
_AsAt = Annotated[_Text, typer.Option("--as-at", help="Answer as at this day.")]
_Part = Annotated[_Text, typer.Option(help="Which number of the measure; without it, the first.")]
_Group = Annotated[_Text, typer.Option(help="Which group, where a number has several.")]
_Category = Annotated[_Text, typer.Option(help="One kind of a mix, as a chart of its own.")]
_Facts = Annotated[_Text, typer.Option(help="Draw which of these yes-or-no columns of its table hold together: a,b,c.")]
_Codes = Annotated[
    _Text, typer.Option(help="Draw what one code of its table became in another: grade_initial,grade_final.")
]
_Table = Annotated[Path | None, typer.Option(help="Write the table that stands beside it as CSV.")]
_PackId = Annotated[str, typer.Option("--pack", help="The id of an installed pack.")]


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command("picture")(picture)


def picture(
    measure: _Measure,
    out: _Out,
    *,
    force: _Force = None,
    by: _By = "month",
    start: _From = None,
    end: _To = None,
    rule: _Rule = "R1",
    as_at: _AsAt = None,
    part: _Part = None,
    group: _Group = None,
    category: _Category = None,
    together: _Facts = None,
    became: _Codes = None,
    table: _Table = None,
    pack_id: _PackId = _DEFAULT_PACK,
) -> None:
    """Draw a measure: a control chart, a funnel by area, small multiples by month,area, a mix, the hours of a week."""
    if out.suffix.lower() not in (".svg", ".png"):
        raise UsageFault(f"The file ends with .svg or .png; found `{out.name}`.")
    kind = "--together" if together else "--became" if became else by
    given = {"from": start, "to": end, "part": part, "group": group, "category": category}
    _refuse_what_it_cannot_have(kind, [name for name, value in given.items() if value])
    from nvap.measures.asking import first_day, last_day

    options = _Options(
        kind=kind,
        rule=rule,
        start=first_day(start) if start else None,
        end=last_day(end) if end else None,
        as_at=last_day(as_at, "--as-at") if as_at else None,
        group=group,
        category=category,
        columns=tuple(each.strip() for each in (together or became or "").split(",") if each.strip()),
    )
    asked = _asked(measure, part, force, pack_id, options)
    _write(_drawn(asked), out, table)


@dataclass(frozen=True)
class _Options:
    """How a picture is asked for: which kind, of which days and rule, which line, or which columns of the table."""

    kind: str
    rule: str
    start: date | None
    end: date | None
    as_at: date | None
    group: str | None
    category: str | None
    columns: tuple[str, ...]


@dataclass(frozen=True)
class _Asked:
    """What is drawn: a number of a measure of a force, and how it was asked for."""

    workspace: Workspace
    force: Force
    chosen: SomeMeasures
    measure: Measure
    part: Part
    options: _Options

    @property
    def rule(self) -> str:
        """The id of the counting rule, which may be one of the force's own."""
        from nvap.measures.asking import read_rule
        from nvap.records.counting_rule import own_rules

        return read_rule(self.options.rule, own_rules(self.force.folder))

    def line(self, found: _Dated, rule: str = "") -> Line:
        """What stands beside a drawing of what was found."""
        from nvap.documents.pictures import Line
        from nvap.records.counting_rule import rule_name

        origin = {
            "as_at": found.as_at.isoformat(),
            "pack": self.chosen.release,
            "origins": list(found.origins),
            "by": "",
        }
        return Line(self.measure, self.part, (), origin, rule_words=rule_name(rule) if rule else "")


class _Dated(Protocol):
    """What was found, as at when and from which sources."""

    @property
    def as_at(self) -> date: ...

    @property
    def origins(self) -> frozenset[str]: ...


def _asked(measure: str, part: str | None, force: str | None, pack_id: str, options: _Options) -> _Asked:
    from nvap.packs.some_measures import some_measures

    workspace, chosen = open_workspace(), some_measures(pack_id, [measure])
    found = next(iter(chosen.measures.values()))
    return _Asked(workspace, workspace.force(force), chosen, found, _part_of(found, part), options)


# What narrows a picture that is not drawn from a measure's own rows; every one can be asked for as at a day.
_TAKES: Mapping[str, tuple[str, ...]] = {
    "--together": ("from", "to"),
    "--became": ("from", "to"),
    "week": ("from", "to", "part"),
    "strands": (),
    "lift": (),
    "outcomes": (),
}


def _refuse_what_it_cannot_have(kind: str, given: Sequence[str]) -> None:
    """Raise UsageFault for an option that would be passed over."""
    takes = _TAKES.get(kind, given)
    wrong = [f"--{name}" for name in given if name not in takes]
    if wrong:
        option = kind if kind.startswith("--") else f"--by {kind}"
        allowed = ", ".join(f"--{name}" for name in takes) or "none of --from, --to, --part, --group and --category"
        raise UsageFault(f"{option} takes {allowed}; found {', '.join(wrong)}.")


def _drawn(asked: _Asked) -> _Drawn:
    """The picture of its kind; what is missing as at an earlier day is said of that day."""
    day, make = asked.options.as_at, _PICTURES.get(asked.options.kind)
    if make is None:
        return _measured(asked)
    try:
        return make(asked)
    except NotEnoughData as fault:
        raise NotEnoughData(f"As at {day}: {fault}" if day else str(fault)) from None


def _measured(asked: _Asked) -> _Drawn:
    """The picture that fits a run's rows: of rare events what passed between them, of ratios every group's."""
    from nvap.documents.pictures import picture_of
    from nvap.documents.rare_events import between_picture
    from nvap.measures.run import run

    options, part = asked.options, asked.part
    found = run(
        asked.workspace,
        asked.force,
        [asked.measure.id],
        start=options.start,
        end=options.end,
        by=options.kind,
        rule=options.rule,
        as_at=options.as_at,
        pack=asked.chosen,
    )
    if part.statistic == "group_ratio":
        return _ratios(found, asked.measure, part)
    line = _line_of(found, asked)
    grain = line.provenance["by"]
    is_series = grain in ("month", "quarter", "year") and (part.mix is None or options.category is not None)
    made = between_picture(line, grain) if is_series else None
    return line, made or picture_of(line, one_kind=options.category is not None)


def _week(asked: _Asked) -> _Drawn:
    """The hours of the week in which what is counted lies."""
    from nvap.documents.pictures import week_of
    from nvap.measures.week import hours_of_week

    options, part = asked.options, asked.part
    found = hours_of_week(
        asked.force,
        asked.measure,
        part,
        rule=asked.rule,
        start=options.start,
        end=options.end,
        as_at=options.as_at,
    )
    line = asked.line(found, asked.rule if part.uses_rule else "")
    return line, week_of(line, found)


def _strands(asked: _Asked) -> _Drawn:
    """Other strands of vulnerability beside mental health: which stand together, or their lifts."""
    from nvap.documents.breakdown_pictures import lifts_picture, strands_together
    from nvap.measures.strands import MEASURE, strands_beside

    kind, measure = asked.options.kind, asked.measure
    if measure.id != MEASURE:
        raise UsageFault(f"--by {kind} is a picture of {MEASURE}; found {measure.id}.")
    found = strands_beside(asked.force, measure, rule=asked.rule, as_at=asked.options.as_at)
    line = asked.line(found, asked.rule)
    made = strands_together(line, found) if kind == "strands" else lifts_picture(line, found)
    if made is None:
        raise NotEnoughData(f"{measure.id}: no other strand is flagged on a mental-health-related incident.")
    return line, made


def _outcomes(asked: _Asked) -> _Drawn:
    """What one outcome type of a crime became in the next, from the history of crimes."""
    from nvap.documents.pictures import matrix_of
    from nvap.measures.outcome_changes import MEASURES, STEPS, outcomes_became

    if asked.measure.id not in MEASURES:
        raise UsageFault(f"--by outcomes is a picture of {', '.join(MEASURES)}; found {asked.measure.id}.")
    found = outcomes_became(asked.force, as_at=asked.options.as_at)
    line = asked.line(found)
    return line, matrix_of(line, STEPS, found)


def _facts(asked: _Asked) -> _Drawn:
    """Which yes-or-no columns of a measure's table hold together, as an UpSet drawing."""
    from nvap.documents.pictures import facts_of
    from nvap.measures.together import facts_together

    options = asked.options
    span = (options.start, options.end)
    found = facts_together(asked.force, asked.measure.table, options.columns, span=span, as_at=options.as_at)
    line = asked.line(found)
    return line, facts_of(line, options.columns, found)


def _codes(asked: _Asked) -> _Drawn:
    """What one code of a measure's table became in another, as a matrix."""
    from nvap.documents.pictures import matrix_of
    from nvap.measures.together import codes_together

    options = asked.options
    if len(options.columns) != 2:
        found_columns = ",".join(options.columns)
        raise UsageFault(f"--became is two columns, such as grade_initial,grade_final; found `{found_columns}`.")
    pair, span = (options.columns[0], options.columns[1]), (options.start, options.end)
    found = codes_together(asked.force, asked.measure.table, pair, span=span, as_at=options.as_at)
    line = asked.line(found)
    return line, matrix_of(line, pair, found)


_PICTURES: Mapping[str, Callable[[_Asked], _Drawn]] = {
    "--together": _facts,
    "--became": _codes,
    "week": _week,
    "strands": _strands,
    "lift": _strands,
    "outcomes": _outcomes,
}


def _ratios(found: pa.Table, measure: Measure, part: Part) -> tuple[Line, Picture]:
    """Each group against the reference group, in the newest period that has any ratio."""
    from datetime import date

    from nvap.documents.breakdown_pictures import ratios_picture, reference_of
    from nvap.documents.pictures import Line
    from nvap.measures.run import provenance_of
    from nvap.records.counting_rule import rule_name

    origin = provenance_of(found)
    own = [row for row in found.to_pylist() if row["part"] == part.id]
    words = rule_name(origin["rule"]) if part.uses_rule else ""
    for start in sorted({row["period_start"] for row in own}, key=lambda day: day or date.min, reverse=True):
        line = Line(measure, part, [row for row in own if row["period_start"] == start], origin, rule_words=words)
        made = ratios_picture(line)
        if made is not None:
            return line, made
    others = [row for row in own if row["group"] != reference_of(part)]
    reason = next((row["reason"] for row in others if row["reason"]), "There is none.")
    raise NotEnoughData(f"{measure.id}, {part.title}: {reason}")


def _line_of(found: pa.Table, asked: _Asked) -> Line:
    """The rows of one line of a number, of its first group where none is named."""
    from nvap.documents.pictures import Line, events_of
    from nvap.measures.run import provenance_of
    from nvap.records.counting_rule import rule_name

    origin, measure, part = provenance_of(found), asked.measure, asked.part
    group, category = asked.options.group, asked.options.category
    rows = [row for row in found.to_pylist() if row["part"] == part.id and row["numerator"] is not None]
    groups = list(dict.fromkeys(row["group"] for row in rows))
    wanted = _one_of(group, groups, "--group") if group else (groups[0] if groups else None)
    if category is not None:
        _one_of(category, list(dict.fromkeys(row["category"] for row in rows)), "--category")
    rows = [row for row in rows if row["group"] == wanted and category in (None, row["category"])]
    words = rule_name(origin["rule"]) if part.uses_rule else ""
    events = events_of(origin, measure.id, part.id)
    return Line(measure, part, rows, origin, events=events, rule_words=words)


def _write(drawn: _Drawn, out: Path, table: Path | None) -> None:
    """Write a picture, the table beside it where one is asked for, and say what it shows."""
    from nvap.charts.beside import beside
    from nvap.documents.drawing import png
    from nvap.measures.export import write_text

    line, made = drawn
    sheet = made.fit(line.sheet(f"picture-{line.measure.id.lower()}", standalone=True))
    svg = made.draw(sheet)
    try:
        out.write_bytes(png(svg, title=made.table.title) if out.suffix.lower() == ".png" else svg.encode())
    except OSError as error:
        raise UsageFault(f"{out} cannot be written: {error.strerror}.") from None
    if table is not None:
        write_text(table, _as_csv(beside(made.table, sheet)))
    print_wrapped(made.describe(sheet))


def _as_csv(found: Beside) -> str:
    from nvap.measures.export import spreadsheet_safe

    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(found.headings)
    writer.writerows([spreadsheet_safe(cell) for cell in row] for row in found.rows)
    return target.getvalue()


def _part_of(measure: Measure, wanted: str | None) -> Part:
    ids = [each.id for each in measure.parts]
    return measure.part(_one_of(wanted, ids, "--part")) if wanted else measure.parts[0]


def _one_of(wanted: str, allowed: Sequence[str | None], option: str) -> str:
    known = [each for each in allowed if each]
    if wanted not in known:
        raise UsageFault(
            f"{option} is {', '.join(known) or 'not for this measure'}; found `{wanted}`.{nearest(wanted, known)}"
        )
    return wanted

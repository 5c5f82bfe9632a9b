"""`nvap results`, `nvap query` and `nvap picture`: stored runs and what changed between two of them, a number's query
run again, and a measure as the picture that fits it."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.cli.window import print_wrapped, width
from nvap.errors import UsageFault, nearest
from nvap.records.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pyarrow as pa

    from nvap.charts.beside import Beside
    from nvap.documents.pictures import Line, Picture
    from nvap.measures.results import StoredRun
    from nvap.packs.measure import Measure, Part
    from nvap.records.workspace import Force

_DEFAULT_PACK = "nvap-2.1.2-mental-health"
_Force = Annotated[str | None, typer.Option(help="The force's code; may be left out where there is only one.")]
_PackId = Annotated[str, typer.Option("--pack", help="The id of an installed pack.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    group = typer.Typer(no_args_is_help=True, help="Stored results: every run that was kept, and two of them compared.")
    group.command("list")(list_runs)
    group.command("compare")(compare)
    app.add_typer(group, name="results")
    app.command("query")(query)
    app.command("picture")(picture)


def list_runs(
    measure: Annotated[str | None, typer.Argument(help="Only runs of this measure.")] = None,
    *,
    force: _Force = None,
) -> None:
    """The stored runs, the newest first: id, as-at date, layout, counting rule, toolkit edition, measures."""
    from nvap.measures.results import runs

    found = runs(open_workspace().force(force))
    wanted = measure.upper().rpartition("/")[2] if measure else None
    kept = [each for each in found if wanted is None or wanted in each.provenance["measures"]]
    for each in kept:
        origin = each.provenance
        names = origin["measures"]
        told = ", ".join(names) if len(names) <= 4 else f"{len(names)} measures"
        print_wrapped(f"{each.id}  as at {each.as_at}  by {origin['by']}  {origin['rule']}  {origin['pack']}  {told}")
    if not kept:
        print("No run is stored. `nvap measure --store` keeps one.", file=sys.stderr)


def compare(
    one: Annotated[str, typer.Argument(metavar="RUN1", help="A run's id, or its first letters.")],
    other: Annotated[str, typer.Argument(metavar="RUN2", help="Another run of the same layout.")],
    *,
    force: _Force = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    pack_id: _PackId = _DEFAULT_PACK,
) -> None:
    """What changed between two stored runs, and why: late records, new mapping, new rule, new toolkit edition."""
    if form not in ("text", "json"):
        raise UsageFault(f"--format is text or json; found `{form}`.{nearest(form, ['text', 'json'])}")
    from nvap.measures import comparing_words
    from nvap.measures.comparing import compare as compare_runs
    from nvap.measures.results import runs
    from nvap.packs.some_measures import some_measures

    here = open_workspace().force(force)
    stored, measures = runs(here), some_measures(pack_id, ()).measures
    found = compare_runs(here, _run(stored, one), _run(stored, other), measures)
    print(comparing_words.as_json(found) if form == "json" else comparing_words.in_words(found, measures, width()))


def query(
    file: Annotated[Path, typer.Argument(help="A file with one SELECT; `-` reads it from standard input.")],
    *,
    force: _Force = None,
    as_at: Annotated[str | None, typer.Option("--as-at", help="As at this day.")] = None,
) -> None:
    """Run a SELECT over the force's tables, such as `nvap measure D02 --query` shows; answers as CSV."""
    from nvap.engine.connection import connect
    from nvap.measures.asking import last_day
    from nvap.records.current import open_tables

    text = sys.stdin.read() if str(file) == "-" else _read(file)
    here = open_workspace().force(force)
    with connect(memory_limit="1500MB") as engine:
        open_tables(engine, here, as_at=last_day(as_at, "--as-at") if as_at else None)
        for statement in (each.strip() for each in text.split(";\n")):
            if statement.rstrip(";").strip():
                found = engine.query(f"SELECT * FROM ({statement.rstrip(';')})")
                writer = csv.writer(sys.stdout, lineterminator="\n")
                writer.writerow(found.column_names)
                writer.writerows(row.values() for row in found.to_pylist())


def picture(
    measure: Annotated[str, typer.Argument(help="A measure, such as D02.")],
    out: Annotated[Path, typer.Argument(help="The file to write: .svg, or .png for slides.")],
    *,
    force: _Force = None,
    by: Annotated[
        str, typer.Option(help="month, quarter, year or whole; area; month,area; week; strands or lift (D18).")
    ] = "month",
    start: Annotated[str | None, typer.Option("--from", help="First day: 2014, 2014-01 or 2014-01-15.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day, included: 2014, 2014-01 or 2014-01-15.")] = None,
    rule: Annotated[str, typer.Option(help="R1, R2, R3, or a name such as 'at opening or closure'.")] = "R1",
    as_at: Annotated[str | None, typer.Option("--as-at", help="Answer as at this day.")] = None,
    part: Annotated[str | None, typer.Option(help="Which number of the measure; without it, the first.")] = None,
    group: Annotated[str | None, typer.Option(help="Which group, where a number has several.")] = None,
    category: Annotated[str | None, typer.Option(help="One kind of a mix, as a chart of its own.")] = None,
    together: Annotated[
        str | None, typer.Option(help="Draw which of these yes-or-no columns of its table hold together: a,b,c.")
    ] = None,
    became: Annotated[
        str | None, typer.Option(help="Draw what one code of its table became in another: grade_initial,grade_final.")
    ] = None,
    table: Annotated[Path | None, typer.Option(help="Write the table that stands beside it as CSV.")] = None,
    pack_id: _PackId = _DEFAULT_PACK,
) -> None:
    """Draw a measure: a control chart, a funnel by area, small multiples by month,area, a mix, the hours of a week."""
    kind = out.suffix.lower().lstrip(".")
    if kind not in ("svg", "png"):
        raise UsageFault(f"The file ends with .svg or .png; found `{out.name}`.")
    from nvap.charts.beside import beside
    from nvap.measures import asking, export
    from nvap.measures.run import run
    from nvap.packs.some_measures import some_measures

    workspace, chosen = open_workspace(), some_measures(pack_id, [measure])
    own = workspace.force(force)
    asked = next(iter(chosen.measures.values()))
    number = _part_of(asked, part)
    first, last = asking.first_day(start) if start else None, asking.last_day(end) if end else None
    day = asking.last_day(as_at, "--as-at") if as_at else None
    if together or became:
        line, made = _crossed(own, (asked, number), (together, became), (first, last, day))
    elif by == "week":
        line, made = _week(own, (asked, number), rule, (first, last, day), chosen.release)
    elif by in ("strands", "lift"):
        line, made = _strands(own, asked, by, rule, day)
    else:
        found = run(workspace, own, [measure], start=first, end=last, by=by, rule=rule, as_at=day, pack=chosen)
        line, made = _drawn(found, (asked, number), group, category)
    sheet = made.fit(line.sheet(f"picture-{asked.id.lower()}", standalone=True))
    _write_picture(out, made.draw(sheet), made.table.title)
    if table is not None:
        export.write_text(table, _as_csv(beside(made.table, sheet)))
    print_wrapped(made.describe(sheet))


def _week(
    force: Force,
    what: tuple[Measure, Part],
    rule: str,
    days: tuple[date | None, date | None, date | None],
    pack: str,
) -> tuple[Line, Picture]:
    """The hours of the week at which something happened."""
    from nvap.documents import pictures
    from nvap.measures.asking import read_rule
    from nvap.measures.week import hours_of_week
    from nvap.records.counting_rule import own_rules, rule_name

    (measure, part), (start, end, as_at) = what, days
    counting = read_rule(rule, own_rules(force.folder))
    week = hours_of_week(force, measure, part, rule=counting, start=start, end=end, as_at=as_at)
    origin = {"as_at": week.as_at.isoformat(), "pack": pack, "origins": list(week.origins), "by": "week"}
    line = pictures.Line(measure, part, (), origin, rule_words=rule_name(counting) if part.uses_rule else "")
    return line, pictures.week_of(line, week)


def _drawn(
    found: pa.Table, what: tuple[Measure, Part], group: str | None, category: str | None
) -> tuple[Line, Picture]:
    """The picture that fits a run's rows: of rare events what passed between them, of ratios every group's."""
    from nvap.documents import pictures
    from nvap.documents.rare_events import between_picture

    measure, part = what
    if part.statistic == "group_ratio":
        return _ratios(found, measure, part)
    line = _line_of(found, measure, part, group, category)
    grain = line.provenance["by"]
    is_series = grain in ("month", "quarter", "year") and (part.mix is None or category is not None)
    made = between_picture(line, grain) if is_series else None
    return line, made or pictures.picture_of(line, one_kind=category is not None)


def _ratios(found: pa.Table, measure: Measure, part: Part) -> tuple[Line, Picture]:
    """Each group against the reference group, in the newest period that has any ratio."""
    from datetime import date

    from nvap.documents.breakdown_pictures import ratios_picture, reference_of
    from nvap.documents.pictures import Line
    from nvap.errors import NotEnoughData
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


def _strands(force: Force, measure: Measure, by: str, rule: str, as_at: date | None) -> tuple[Line, Picture]:
    """Other strands of vulnerability beside mental health: which stand together, or their lifts."""
    from nvap.documents.breakdown_pictures import lifts_picture, strands_together
    from nvap.documents.pictures import Line
    from nvap.errors import NotEnoughData
    from nvap.measures.asking import read_rule
    from nvap.measures.strands import MEASURE, strands_beside
    from nvap.records.counting_rule import own_rules, rule_name

    if measure.id != MEASURE:
        raise UsageFault(f"--by {by} is a picture of {MEASURE}; found {measure.id}.")
    counting = read_rule(rule, own_rules(force.folder))
    found = strands_beside(force, measure, rule=counting, as_at=as_at)
    origin = {"as_at": found.as_at.isoformat(), "pack": "", "origins": list(found.origins), "by": by}
    line = Line(measure, measure.parts[0], (), origin, rule_words=rule_name(counting))
    made = strands_together(line, found) if by == "strands" else lifts_picture(line, found)
    if made is None:
        raise NotEnoughData(f"{measure.id}: no other strand is flagged on a mental-health-related incident.")
    return line, made


def _crossed(
    force: Force,
    what: tuple[Measure, Part],
    columns: tuple[str | None, str | None],
    days: tuple[date | None, date | None, date | None],
) -> tuple[Line, Picture]:
    """Columns of a measure's table against each other: as an UpSet drawing, or two codes as a matrix."""
    from nvap.documents import pictures
    from nvap.measures.together import codes_together, facts_together

    measure, part = what
    names = [each.strip() for each in (columns[0] or columns[1] or "").split(",") if each.strip()]
    span, as_at = days[:2], days[2]
    if columns[0]:
        found = facts_together(force, measure.table, names, span=span, as_at=as_at)
    elif len(names) == 2:
        found = codes_together(force, measure.table, (names[0], names[1]), span=span, as_at=as_at)
    else:
        raise UsageFault(f"--became is two columns, such as grade_initial,grade_final; found `{columns[1]}`.")
    origin = {"as_at": found.as_at.isoformat(), "pack": "", "origins": list(found.origins), "by": ""}
    line = pictures.Line(measure, part, (), origin)
    made = (
        pictures.facts_of(line, names, found) if columns[0] else pictures.matrix_of(line, (names[0], names[1]), found)
    )
    return line, made


def _line_of(found: pa.Table, measure: Measure, part: Part, group: str | None, category: str | None) -> Line:
    """The rows of one line of a number, of its first group where none is named."""
    from nvap.documents import pictures
    from nvap.measures.run import provenance_of
    from nvap.records.counting_rule import rule_name

    origin = provenance_of(found)
    rows = [row for row in found.to_pylist() if row["part"] == part.id and row["numerator"] is not None]
    groups = list(dict.fromkeys(row["group"] for row in rows))
    wanted = _one_of(group, groups, "--group") if group else (groups[0] if groups else None)
    if category is not None:
        _one_of(category, list(dict.fromkeys(row["category"] for row in rows)), "--category")
    rows = [row for row in rows if row["group"] == wanted and category in (None, row["category"])]
    return pictures.Line(
        measure,
        part,
        rows,
        origin,
        events=pictures.events_of(origin, measure.id, part.id),
        rule_words=rule_name(origin["rule"]) if part.uses_rule else "",
    )


def _write_picture(out: Path, svg: str, title: str) -> None:
    from nvap.documents.drawing import png

    try:
        out.write_bytes(png(svg, title=title) if out.suffix.lower() == ".png" else svg.encode())
    except OSError as error:
        raise UsageFault(f"{out} cannot be written: {error.strerror}.") from None


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


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{file} cannot be read: {error}.") from None


def _run(stored: Sequence[StoredRun], wanted: str) -> StoredRun:
    fitting = [each for each in stored if each.id.startswith(wanted)]
    if len(fitting) == 1 or any(each.id == wanted for each in fitting):
        return next((each for each in fitting if each.id == wanted), fitting[0])
    known = [each.id for each in stored]
    if not fitting:
        raise UsageFault(f"There is no stored run `{wanted}`; `nvap results list` names them.{nearest(wanted, known)}")
    raise UsageFault(f"`{wanted}` fits {len(fitting)} stored runs; write more of the id.")

"""`nvap plan print`: extracts to a printed board pack, in one command."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.cli.people import ForceOption, operator
from nvap.errors import InputFault, UsageFault, nearest
from nvap.records import workspace as workspaces
from nvap.records.reading import this_user

if TYPE_CHECKING:
    from nvap.packs import Pack
    from nvap.plan.document import Document
    from nvap.records.workspace import Force, Workspace

_FORMS = (".pdf", ".docx")
_KEYS = ("file", "mapping", "as_at")


@dataclass(frozen=True)
class Listed:
    """One extract to load: its file, its mapping, and the day it stands at."""

    file: Path
    mapping: Path
    as_at: datetime.date


def print_plan(
    out: Annotated[Path, typer.Argument(help="The board pack to write: a name that ends with .pdf or .docx.")],
    *,
    extracts: Annotated[
        Path | None,
        typer.Option("--load", help="Load these extracts first: a JSON list of files, mappings and as-at days."),
    ] = None,
    measure: Annotated[
        bool, typer.Option("--measure/--no-measure", help="Compute the plan's measures from what is loaded.")
    ] = True,
    force: ForceOption = None,
) -> None:
    """Load extracts, compute the plan's measures and write its board pack (PDF or Word), in one go."""
    if out.suffix.lower() not in _FORMS:
        raise UsageFault(f"The board pack's file ends with {' or '.join(_FORMS)}; found `{out.name}`.")
    workspace = workspaces.open_workspace()
    own = workspace.force(force)
    listed = read_list(extracts) if extracts else []
    from nvap.cli.plans import opened, write

    plan, pack, document = opened(own.code)
    for number, each in enumerate(listed, start=1):
        print(f"Loading {number} of {len(listed)}: {each.file.name}")
        _load(workspace, own, each)
    if measure:
        _measure(workspace, own, pack, document)
    write(out, _made(own.code, pack, document, out.suffix.lower()))
    from nvap.web.plans.actions import exporting

    exporting.note(plan=plan, version=document.version, kind=f"board pack, {out.suffix[1:].lower()}", by=operator())
    print(f"Wrote {out}.")


def read_list(file: Path) -> list[Listed]:
    """The extracts that a JSON file lists under `files`, in the order to load them; paths count from its folder.

    Raises UsageFault where there is no such file, and InputFault with every fault of it.
    """
    if not file.is_file():
        raise UsageFault(f"There is no file {file}.")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputFault(f"{file} is not JSON that can be read: {error}.") from None
    rows = content.get("files") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not rows:
        raise InputFault(f'{file} lists no files: {{"files": [{{"file": …, "mapping": …, "as_at": "2024-01-31"}}]}}.')
    faults: list[str] = []
    found = [each for at, row in enumerate(rows, start=1) if (each := _listed(file.parent, row, at, faults))]
    if faults:
        raise InputFault(f"{file} has faults; nothing was loaded:", faults)
    return found


def _listed(folder: Path, row: object, at: int, faults: list[str]) -> Listed | None:
    before = len(faults)
    if not isinstance(row, dict):
        faults.append(f"files[{at}]: an object with {', '.join(_KEYS)} is needed")
        return None
    for key in _KEYS:
        if not isinstance(row.get(key), str):
            faults.append(f"files[{at}]: `{key}` is missing.{nearest(key, list(row))}")
        elif key != "as_at" and not (folder / row[key]).is_file():
            faults.append(f"files[{at}].{key}: there is no file {folder / row[key]}")
    if len(faults) > before:
        return None
    try:
        day = datetime.date.fromisoformat(row["as_at"])
    except ValueError:
        faults.append(f"files[{at}].as_at: a day is written 2024-01-31; found `{row['as_at']}`")
        return None
    return Listed(folder / row["file"], folder / row["mapping"], day)


def _load(workspace: Workspace, own: Force, each: Listed) -> None:
    from nvap.cli.records import announce
    from nvap.records import load as loading

    by = this_user()
    batch = loading.load(workspace, own, each.file, each.mapping, as_at=each.as_at, by=by)
    if batch.fresh:
        announce(own, batch, by)


def _measure(workspace: Workspace, own: Force, pack: Pack, document: Document) -> None:
    """Compute the measures of the plan by month, quarter and year, and keep the results."""
    from nvap.measures import results
    from nvap.measures.run import run
    from nvap.web.results.layouts import FIRST_RULE, PERIODS, rules_of

    declared = [pack.measures[each.key] for each in document.of("measure") if each.key in pack.measures]
    for rule in sorted({rules_of(each)[0] if rules_of(each) else FIRST_RULE for each in declared}):
        ids = [each.id for each in declared if (rules_of(each) or (FIRST_RULE,))[0] == rule]
        for by in PERIODS:
            results.store(own, run(workspace, own, ids, by=by, rule=rule, pack=pack))
    print(f"Computed {len(declared)} measures of the plan by {', '.join(PERIODS)}.")


def _made(code: str, pack: Pack, document: Document, form: str) -> bytes:
    from nvap.web.accounts.models import Force as Held
    from nvap.web.plans import board_pack
    from nvap.web.results import stored

    stored.catch_up(Held.objects.get(code=code))
    return board_pack.pdf(pack, document) if form == ".pdf" else board_pack.docx(pack, document)

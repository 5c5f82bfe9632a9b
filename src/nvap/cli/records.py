"""`nvap contract`, `nvap check`, `nvap load` and what goes with them: a force's extracts, from file to batch."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from nvap.errors import Refused, UsageFault
from nvap.records import contract_text, learned, pseudonym, starters, suggest
from nvap.records import load as loading
from nvap.records import workspace as workspaces
from nvap.records.contract import contract as contract_of
from nvap.records.contract import contracts
from nvap.records.reading import this_user
from nvap.records.report_text import overlap_lines, report_lines
from nvap.records.store import SET_ASIDE, Batch, all_batches, to_json
from nvap.records.store import batches as batches_of

MappingFile = Annotated[Path, typer.Option("--mapping", help="The mapping file (YAML).")]
Table = Annotated[str | None, typer.Option("--table", help="The contract table; the mapping may name it itself.")]
ForceCode = Annotated[str | None, typer.Option("--force", help="The force; may be left out where there is only one.")]
AsAt = Annotated[str | None, typer.Option("--as-at", help="The day the extract stands at, YYYY-MM-DD.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command("contract")(contract)
    app.command("check")(check)
    app.command("load")(load)
    app.command("prepare")(prepare)
    app.command("batches")(batches)
    maps = typer.Typer(no_args_is_help=True, help="Mappings: how an extract fills a contract table.")
    maps.command("suggest")(map_suggest)
    maps.command("starters")(map_starters)
    app.add_typer(maps, name="map")
    key = typer.Typer(no_args_is_help=True, help="The key that pseudonyms are made with (NVAP_KEYS).")
    key.command("make")(key_make)
    app.add_typer(key, name="key")


def contract(
    table: Annotated[str | None, typer.Argument(help="One table; without it, every table on a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Every table as the documentation page.")] = False,
) -> None:
    """The tables and columns that can be loaded."""
    if markdown:
        if table is not None or as_json:
            raise UsageFault("--markdown writes every table; leave TABLE and --json out.")
        print(contract_text.markdown(), end="")
        return
    described = list(contracts().values()) if table is None else [contract_of(table)]
    if as_json:
        found = [contract_text.as_json(each) for each in described]
        print(json.dumps(found if table is None else found[0], indent=2, ensure_ascii=False))
    else:
        print(contract_text.overview() if table is None else contract_text.table_text(described[0]))


def check(
    file: Annotated[Path, typer.Argument(help="The extract: CSV, XLSX or Parquet.")],
    mapping: MappingFile,
    table: Table = None,
    force: ForceCode = None,
    *,
    list_to: Annotated[
        Path | None, typer.Option("--list", help="Write row, column and rule of every row set aside to this CSV file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Read a file under a mapping and report; nothing is stored.

    Exit 1 when rows would be set aside or the mapping has faults, 3 when the whole file is refused.
    """
    if list_to is not None:
        _check_out(list_to, "--list")
    report = loading.check(file, mapping, table=_known(table), force=_force_if_any(force), list_to=list_to)
    if as_json:
        print(json.dumps({"table": report.table, "mapping": report.mapping, **report.counts()}, indent=2))
    else:
        print(f"{report.file} as {report.table} by {report.mapping}: nothing was stored.")
        print("\n".join(report_lines(report.counts(), loaded_word="would load")))
    if report.set_aside:
        raise typer.Exit(1)


def load(
    file: Annotated[Path, typer.Argument(help="The extract (CSV, XLSX, Parquet), or a prepared file.")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="The mapping file; none for a prepared file.")
    ] = None,
    table: Table = None,
    force: ForceCode = None,
    as_at: AsAt = None,
) -> None:
    """Load a file as one batch. The same file twice changes nothing.

    Exit 0 also when some rows are set aside (they are counted), 1 when the mapping has faults, 3 when the whole file is
    refused.
    """
    workspace = workspaces.open_workspace()
    of = workspace.force(force)
    by = this_user()
    batch = loading.load(
        workspace,
        of,
        file,
        mapping,
        table=_known(table),
        as_at=_day(as_at),
        by=by,
        before_storing=lambda: _open_journal(by),
    )
    if not batch.fresh:
        print(
            f"{file.name} was already loaded on {batch.loaded_at:%Y-%m-%d at %H:%M} UTC by {batch.loaded_by}"
            f" ({batch.table}, as at {batch.as_at}); nothing has changed."
        )
        return
    announce(of, batch, by)
    print(f"{file.name} loaded into {batch.table} of {of.code}, as at {batch.as_at}{_why(batch)}.")
    print("\n".join(report_lines(batch.report)))
    for line in overlap_lines(batch.as_at, batch.overlaps):
        print(line)
    if batch.report["set_aside"]:
        print(f"Every row set aside, with its rule: {batch.folder / SET_ASIDE} (or `nvap check --list FILE.csv`)")
    print(f"Batch {batch.id}")


def announce(force: workspaces.Force, batch: Batch, by: str) -> None:
    """Tell the web of a batch: its line in the journal, and what follows a load.

    Raises Refused, with the batch removed again, where the journal cannot be written.
    """
    from nvap.web import loading as web_loading

    web_loading.note(force=force, by=by, undo=batch)


def _open_journal(by: str) -> None:
    """Make the journal ready before anything is stored, so that nothing can be loaded that it does not tell."""
    from nvap.web.start import configure

    configure()
    from django.db import DatabaseError

    from nvap.web import migration

    try:
        migration.prepare(by=by, progress=lambda said: None)
    except DatabaseError as error:
        raise Refused(f"Nothing was loaded, since the journal cannot be opened: {error}.") from None


def prepare(
    file: Annotated[Path, typer.Argument(help="The extract: CSV, XLSX or Parquet.")],
    mapping: MappingFile,
    out: Annotated[Path, typer.Option("--out", help="The prepared file to write.")],
    *,
    table: Table = None,
    time_zone: Annotated[str | None, typer.Option(help="Time zone where the mapping declares none.")] = None,
    as_at: AsAt = None,
) -> None:
    """Write what a load would store into one file, pseudonyms made, for a machine without the key."""
    _check_out(out, "--out")
    keys = workspaces.keys_path(workspaces.default_path())
    report = loading.prepare(file, mapping, out, keys=keys, table=_known(table), time_zone=time_zone, as_at=_day(as_at))
    print(f"{out} written. It holds no identifier; load it with `nvap load {out.name}`, without a mapping or a key.")
    print("\n".join(report_lines(report.counts(), loaded_word="prepared")))


def batches(
    table: Annotated[str | None, typer.Argument(help="One table; without it, all of them.")] = None,
    force: ForceCode = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with everything that is known.")] = False,
) -> None:
    """The batches that a force has loaded; within a table, the last one wins."""
    of = workspaces.open_workspace().force(force)
    found = all_batches(of) if table is None else batches_of(of, contract_of(table).name)
    if as_json:
        print(json.dumps([to_json(each) for each in found], indent=2, ensure_ascii=False))
        return
    if not found:
        print("No batch has been loaded yet.")
    for each in found:
        counts = each.report
        print(f"{each.table:<20} {each.id}  {counts['loaded']:>9,} rows, {counts['set_aside']:,} set aside")
        print(f"{'':<20} as at {each.as_at}, {each.extract.kind}; loaded {each.loaded_at:%Y-%m-%d %H:%M} UTC"
              f" by {each.loaded_by}")  # fmt: skip


def map_suggest(
    file: Annotated[Path, typer.Argument(help="An extract: CSV, XLSX or Parquet.")],
    table: Annotated[str, typer.Option("--table", help="The contract table that it should fill.")],
    force: ForceCode = None,
) -> None:
    """Draft a mapping from a file's columns and the force's earlier mappings, to be finished by hand.

    Redirect it into a file. Each column says where it comes from.
    """
    described, of = contract_of(table), _force_if_any(force)
    earlier = learned.of_force(of, described) if of is not None else learned.NOTHING
    text = suggest.draft(file, described, earlier)
    if of is None and _forces_here():
        print("# Nothing was learned from earlier mappings: say whose with --force.")
    print(text, end="")
    print(suggest.summary(text), file=sys.stderr)


def map_starters(
    name: Annotated[str | None, typer.Argument(help="Print this one, to be redirected into a file.")] = None,
) -> None:
    """Starter mappings for systems whose column names are public, with the page that prints them."""
    if name is not None:
        print(starters.starter(name).text, end="")
        return
    for each in starters.starters():
        print(f"{each.name}: {each.system}")
        print(f"  fills {each.table}; its columns are printed at {each.cited}")
    print("`nvap map starters NAME > FILE.yaml` copies one.")


def key_make(
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Leave the key that is there as it is.")] = False,
) -> None:
    """Make the pseudonym key (32 random bytes in NVAP_KEYS), once. Keep a sealed copy apart from all backups."""
    keys = workspaces.keys_path(workspaces.default_path())
    if if_missing and (keys / pseudonym.KEY_FILE).exists():
        print(f"There is a pseudonym key already: {keys / pseudonym.KEY_FILE}")
        return
    made = pseudonym.make_key(keys)
    print(f"Pseudonym key made: {made}, check value {pseudonym.read_key(keys).check_value}.")
    print("Keep a sealed copy apart from all backups: without this key no new extract can be joined to what is loaded.")


def _check_out(path: Path, option: str) -> None:
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageFault(f"{option} must be a file in a folder that exists; found {path}.")


def _known(table: str | None) -> str | None:
    return contract_of(table).name if table is not None else None


def _force_if_any(code: str | None) -> workspaces.Force | None:
    """The force asked for; without one, the workspace's only force where there is one. A check needs none."""
    if code is not None:
        return workspaces.open_workspace().force(code)
    path = workspaces.default_path()
    forces = workspaces.open_workspace(path).forces() if (path / "workspace.json").exists() else []
    return forces[0] if len(forces) == 1 else None


def _forces_here() -> bool:
    path = workspaces.default_path()
    return (path / "workspace.json").exists() and bool(workspaces.open_workspace(path).forces())


def _day(text: str | None) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageFault(f"--as-at is a day such as 2024-04-01; found `{text}`.") from None


def _why(batch: Batch) -> str:
    return " (today, since neither --as-at nor the mapping names a day)" if batch.report["as_at"] == "today" else ""

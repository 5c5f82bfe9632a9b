"""`nvap contract`, `nvap check`, `nvap load` and what goes with them: a force's extracts, from file to batch."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from nvap.errors import UsageFault
from nvap.records import contract_text
from nvap.records.contract import contract as contract_of
from nvap.records.contract import contracts


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command("contract")(contract)


def contract(
    table: Annotated[str | None, typer.Argument(help="One table; without it, every table on a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    markdown: Annotated[bool, typer.Option(help="Every table as the documentation page.")] = False,
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

"""Write the reference pages from the product itself, or check that the written ones are true.

    python tools/reference.py [--check]

docs/contracts.md from the data contracts; in docs/reference, commands.md from the command line, measures.md from the
installed measures, site-map.md from the web's addresses. `--check` writes nothing: it names every page that differs,
and every link in the documents that leads nowhere.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs"
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def main() -> int:
    """Write or check the pages; 1 when a page is untrue or a link leads nowhere."""
    parser = argparse.ArgumentParser(description="The reference pages.")
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    faults = [] if check else [*write_pages()]
    if check:
        faults = [*untrue_pages(), *dead_links()]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def pages() -> dict[str, str]:
    """Every reference page by its place in docs/, made anew."""
    return {
        "reference/commands.md": commands(),
        "contracts.md": contracts(),
        "reference/measures.md": measures(),
        "reference/site-map.md": site_map(),
    }


def write_pages() -> Iterator[str]:
    """Write every page; yields nothing, since writing cannot be untrue."""
    (FOLDER / "reference").mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    yield from ()


def untrue_pages() -> Iterator[str]:
    """The pages that differ from what the product says of itself."""
    for name, text in pages().items():
        held = FOLDER / name
        if not held.exists() or held.read_text(encoding="utf-8") != text:
            yield f"docs/{name}: differs from the product; run `make docs`"


def dead_links() -> Iterator[str]:
    """Links of the documents to files that are not there."""
    for document in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
            for target in _LINK.findall(line):
                if not (document.parent / target).exists():
                    yield f"{document.relative_to(ROOT)}:{number}: links to {target}, which is not there"


def commands() -> str:
    """Every command with its arguments and options, as `nvap … --help` gives them."""
    from nvap.cli import app

    whole = typer.main.get_command(app())
    lines = ["# The commands", "", "Exit codes: 0 done, 1 the input has faults, 2 asked for wrongly, 3 refused.", ""]
    for name, command in leaves(whole, "nvap"):
        lines += [f"## `{name}`", "", (command.help or "").strip(), ""]
        lines += list(parameters(command, name))
    return "\n".join(lines).rstrip() + "\n"


def leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with the words that call it (Typer carries Click inside itself, untyped)."""
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for child, found in children.items():
        if not found.hidden:
            yield from leaves(found, f"{name} {child}")


def parameters(command: Any, name: str) -> Iterator[str]:
    """A line for each argument and option of a command."""
    context = command.context_class(command, info_name=name)
    records = [record for each in command.get_params(context) if (record := each.get_help_record(context))]
    shown = [record for record in records if "--help" not in record[0]]
    for names, help_text in shown:
        yield f"- `{names}` {' '.join(help_text.split())}".rstrip()
    if shown:
        yield ""


def contracts() -> str:
    """The data contracts, as the records room prints them."""
    from nvap.records.contract_text import markdown

    return markdown()


def measures() -> str:
    """The installed measures: what each says and cannot say, its parts, and what it reads."""
    from nvap import packs

    pack = packs.pack()
    lines = ["# The measures", "", f"From the toolkit edition {pack.id}, version {pack.version}.", ""]
    for measure in pack.measures.values():
        lines += [
            f"## {measure.id} {measure.title}",
            "",
            measure.says,
            "",
            f"*What it cannot say:* {measure.cannot_say}",
            "",
        ]
        lines += [f"- **{part.title}** ({part.statistic})" for part in measure.parts]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def site_map() -> str:
    """Every address of the web, with the name that the code calls it by."""
    from nvap.web import start

    start.configure()
    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            address = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, address)
            elif pattern.name:
                yield f"- `/{address}` {pattern.name}"

    return "\n".join(["# The site map", "", *walk(get_resolver().url_patterns, "")]) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())

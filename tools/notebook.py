"""Run the tutorial docs/notebook.md, write what its blocks print, and make examples/notebook.ipynb from it.

    python tools/notebook.py [--check]

Each `python` block runs after the one before, as cells of a notebook do; the value of a last expression is printed. A
`text` block below holds what was printed; `…` in it stands for what differs from one day or machine to the next, and a
line of `…` alone for any lines. `--check` writes nothing: it names each block that prints something else.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "notebook.md"
NOTEBOOK = ROOT / "examples" / "notebook.ipynb"
_FENCE = re.compile(r"^```(python|sh|text)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of the page (`python`, `sh` or `text`), or the words between two (`words`)."""

    kind: str
    text: str


def main() -> int:
    """Write the page and the notebook, or check them; 1 where a block prints something else than the page shows."""
    parser = argparse.ArgumentParser(description="The tutorial and its notebook.")
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    page = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="nvap-tutorial-") as folder:
        printed = run(blocks(page), Path(folder))
    told = list(differing(blocks(page), printed))
    if not check:
        page = with_outputs(blocks(page), printed)
        PAGE.write_text(page, encoding="utf-8")
        NOTEBOOK.write_text(as_notebook(blocks(page)), encoding="utf-8")
        return 0
    if NOTEBOOK.read_text(encoding="utf-8") != as_notebook(blocks(page)):
        told.append(f"{NOTEBOOK.name} is not what the page makes")
    for each in told:
        print(each, file=sys.stderr)
    return 1 if told else 0


def blocks(page: str) -> list[Block]:
    """The page in pieces, in order."""
    found, at = [], 0
    for fence in _FENCE.finditer(page):
        found += [Block("words", page[at : fence.start()]), Block(fence[1], fence[2])]
        at = fence.end()
    return [each for each in [*found, Block("words", page[at:])] if each.text or each.kind != "words"]


def run(page: list[Block], folder: Path) -> list[str]:
    """Run the page's `sh` and `python` blocks in a folder; what each block printed, empty for the others."""
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = []
    before = Path.cwd()
    os.chdir(folder)
    try:
        for at, block in enumerate(page):
            if block.kind == "python":
                printed.append(run_cell(block.text, names, f"{PAGE.name}, block {at}"))
            else:
                printed.append(_run_commands(block.text) if block.kind == "sh" else "")
    finally:
        os.chdir(before)
    return printed


def run_cell(source: str, names: dict[str, Any], where: str) -> str:
    """Run one cell as a notebook does; what it printed, and its last expression's value where it has one."""
    tree = ast.parse(source, where)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(tree, where, "exec"), names)  # noqa: S102 - the page's own code
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), where, "eval"), names)  # noqa: S307 - as above
            if value is not None:
                print(repr(value))
    return out.getvalue()


def matches(shown: str, printed: str) -> bool:
    """Whether a `text` block shows what was printed."""
    lines = ["(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in shown.splitlines()]
    found = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    return re.fullmatch("".join(lines), found) is not None


def differing(page: list[Block], printed: list[str]) -> Iterator[str]:
    """Each block that prints something else than the page shows below it."""
    for at, block in enumerate(page):
        if block.kind != "python":
            continue
        shown = _shown(page, at)
        if shown is not None and not matches(shown, printed[at]):
            yield f"docs/{PAGE.name}: below\n{block.text}\nthe page shows\n{shown}\nbut this is printed\n{printed[at]}"


def with_outputs(page: list[Block], printed: list[str]) -> str:
    """The page with what its blocks printed, where it shows something else."""
    made = []
    for at, block in enumerate(page):
        text = block.text
        if block.kind == "text":
            above = next(place for place in range(at - 1, -1, -1) if page[place].kind == "python")
            text = text if matches(text, printed[above]) else printed[above]
        made.append(text if block.kind == "words" else f"```{block.kind}\n{text}```\n")
    return "".join(made)


def as_notebook(page: list[Block]) -> str:
    """The page as a notebook (nbformat 4.5): words and shell commands as Markdown, Python as code with its output."""
    cells: list[dict[str, Any]] = []
    for at, block in enumerate(page):
        name = {"id": f"cell-{len(cells) + 1:02}", "metadata": {}}
        if block.kind == "python":
            shown = _shown(page, at)
            outputs = [{"output_type": "stream", "name": "stdout", "text": _lines(shown)}] if shown else []
            code = {"execution_count": None, "outputs": outputs, "source": _lines(block.text.rstrip("\n"))}
            cells.append({"cell_type": "code", **name, **code})
        elif block.kind == "sh":
            cells.append({"cell_type": "markdown", **name, "source": _lines(f"```sh\n{block.text}```")})
        elif block.kind == "words" and block.text.strip():
            cells.append({"cell_type": "markdown", **name, "source": _lines(block.text.strip())})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _shown(page: list[Block], at: int) -> str | None:
    """The `text` block that follows a block at once."""
    follows = next((each for each in page[at + 1 : at + 3] if each.kind != "words" or each.text.strip()), None)
    return follows.text if follows is not None and follows.kind == "text" else None


def _run_commands(text: str) -> str:
    out = ""
    for line in text.splitlines():
        if line.startswith("nvap "):
            words = line.partition("#")[0].split()
            done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=True)
            out += done.stdout
    return out


def _lines(text: str | None) -> list[str]:
    return (text or "").splitlines(keepends=True)


if __name__ == "__main__":
    raise SystemExit(main())

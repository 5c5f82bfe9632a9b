"""What `help` says of the statistics and of notebooks: every argument by its name, or the function that says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nvap

SRC = Path(nvap.__file__).parent
# The rooms' inner parts take what the functions above them have checked, and are not called by themselves.
INNER = {"areas", "checks", "interval", "process", "ratings", "regression", "special_cause"}
ELSEWHERE = re.compile(r"\b(?:as|that of|those of|as in|as for) (?:for |in )?`")


def offered() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of the statistics, and every method of a notebook's force, that people call."""
    for path in sorted((SRC / "statistics").rglob("*.py")):
        if path.stem not in INNER:
            yield from _functions(path, ast.parse(path.read_text(encoding="utf-8")).body)
    for name in ("force", "opening"):
        path = SRC / "notebook" / f"{name}.py"
        for each in ast.parse(path.read_text(encoding="utf-8")).body:
            yield from _functions(path, each.body if isinstance(each, ast.ClassDef) else [each])


def _functions(path: Path, body: list[ast.stmt]) -> Iterator[tuple[str, ast.FunctionDef]]:
    for each in body:
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_") and not _is_overload(each):
            yield f"{path.stem}.{each.name}", each


def _is_overload(function: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "overload" for each in function.decorator_list)


def unsaid(function: ast.FunctionDef) -> list[str]:
    """The arguments that the docstring neither names nor leaves to a function that it refers to."""
    said = " ".join((ast.get_docstring(function) or "").split())
    given = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    missing = [each.arg for each in given if each.arg != "self" and not re.search(rf"\b{each.arg}\b", said)]
    return [] if said and ELSEWHERE.search(said) else missing


@pytest.mark.parametrize(("name", "function"), [pytest.param(*each, id=each[0]) for each in offered()])
def test_help_says_what_each_argument_is(name: str, function: ast.FunctionDef) -> None:
    assert ast.get_docstring(function), name
    assert unsaid(function) == []


def test_an_argument_that_is_not_said_is_found() -> None:
    (function,) = ast.parse('def rate(count, people): """Events of `people`."""').body
    assert isinstance(function, ast.FunctionDef)

    assert unsaid(function) == ["count"]

"""The description of the API for people: the same OpenAPI, as the lines of a page that needs no script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nvap.web.api.description import description
from nvap.web.api.schemas import Row

# What to ask of an address when trying it; one that is not here needs the name of something that not every force has.
_TRIED = {
    "/api/v1/": "",
    "/api/v1/measures": "?limit=2",
    "/api/v1/measures/{measure}": "",
    "/api/v1/measures/{measure}/results": "?by=year&limit=10",
    "/api/v1/measures/{measure}/results.csv": "?by=year",
    "/api/v1/measures/{measure}/results.parquet": "",
    "/api/v1/latest": "?by=year&limit=10",
    "/api/v1/latest.csv": "?by=year",
    "/api/v1/latest.parquet": "",
    "/api/v1/runs": "?limit=5",
}
_MEASURE = "D02"
_PAGED = ("limit", "offset", "seen")
_JSON = "JSON"


@dataclass(frozen=True)
class Parameter:
    """One thing that can be asked: its name, and what it means."""

    name: str
    says: str


@dataclass(frozen=True)
class Form:
    """One form in which an address answers: what it is called, its own address, and one to try (or empty)."""

    name: str
    path: str
    to_try: str

    @property
    def is_file(self) -> bool:
        """Whether it is a file."""
        return self.name != _JSON


@dataclass(frozen=True)
class Address:
    """An address: what it gives, what can be asked of it, and the forms in which it answers."""

    id: str
    path: str
    says: str
    parameters: tuple[Parameter, ...]
    forms: tuple[Form, ...]


def addresses_of(site: str) -> list[Address]:
    """Every address of the API, with its files beside it; those to try are of this site."""
    paths: dict[str, Any] = description()["paths"]
    found = []
    for path, methods in paths.items():
        if "." not in path:
            files = [each for each in paths if each.startswith(f"{path}.")]
            told = methods["get"]
            forms = tuple(_form(site, each) for each in (path, *files))
            asked = tuple(_parameter(each, has_files=bool(files)) for each in told["parameters"])
            found.append(Address(told["operationId"], path, _(told["description"]), asked, forms))
    return found


def columns_of_a_row() -> list[tuple[str, str]]:
    """Each column of a row of results, and what it says."""
    return list(_columns())


def _columns() -> Iterator[tuple[str, str]]:
    plain = {"force": _("The force's code."), "measure": _("The measure's id."), "part": _("Which number of it.")}
    for name, field in Row.model_fields.items():
        yield name, plain.get(name) or _(field.description or name)


def _form(site: str, path: str) -> Form:
    names = {"csv": "CSV", "parquet": "Parquet"}
    to_try = f"{site}{path.format(measure=_MEASURE)}{_TRIED[path]}" if path in _TRIED else ""
    return Form(names.get(path.rpartition(".")[2], _JSON), path, to_try)


def _parameter(told: dict[str, Any], *, has_files: bool) -> Parameter:
    if told["in"] == "path":
        says = {"measure": _("The measure's id, as D02."), "run": _("The run's name, as the list of runs gives it.")}
        return Parameter(told["name"], f"{says[told['name']]} {_('Part of the address.')}")
    only = _("Not for files.") if has_files and told["name"] in _PAGED else ""
    return Parameter(told["name"], f"{_(told['description'])} {only}".strip())

"""The description of the API for people: the same OpenAPI, as the lines of a page that needs no script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nvap.web.api.description import description
from nvap.web.api.schemas import Row

# An address to try for each of those that need no more than what every toolkit and force has.
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


@dataclass(frozen=True)
class Parameter:
    """One thing that can be asked: its name, and what it means."""

    name: str
    says: str
    is_in_address: bool


@dataclass(frozen=True)
class Address:
    """An address: what it gives, what can be asked of it, in what form it answers, and one to try (or empty)."""

    id: str
    path: str
    says: str
    parameters: tuple[Parameter, ...]
    form: str
    to_try: str

    @property
    def is_file(self) -> bool:
        """Whether it answers with a file."""
        return self.form != "application/json"


def addresses_of(site: str) -> list[Address]:
    """Every address of the API, those to try on this site."""
    paths: dict[str, Any] = description()["paths"]
    return [_address(site, path, methods["get"]) for path, methods in paths.items()]


def columns_of_a_row() -> list[tuple[str, str]]:
    """Each column of a row of results, and what it says."""
    return list(_columns())


def _columns() -> Iterator[tuple[str, str]]:
    plain = {"force": _("The force's code."), "measure": _("The measure's id."), "part": _("Which number of it.")}
    for name, field in Row.model_fields.items():
        yield name, plain.get(name) or _(field.description or name)


def _address(site: str, path: str, operation: dict[str, Any]) -> Address:
    (form,) = operation["responses"]["200"]["content"]
    tried = path in _TRIED
    return Address(
        id=operation["operationId"],
        path=path,
        says=_(operation["description"]),
        parameters=tuple(_parameter(each) for each in operation["parameters"]),
        form=form,
        to_try=f"{site}{path.format(measure=_MEASURE)}{_TRIED[path]}" if tried else "",
    )


def _parameter(told: dict[str, Any]) -> Parameter:
    is_in_address = told["in"] == "path"
    says = {"measure": _("The measure's id, as D02."), "run": _("The run's name, as the list of runs gives it.")}
    words = says[told["name"]] if is_in_address else _(told["description"])
    return Parameter(told["name"], words, is_in_address)

"""The description of the API: valid OpenAPI 3.1, every answer as it says, and the page that shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.web.api.json_schema import faults, resolved

from nvap.records.workspace import Workspace
from nvap.web.accounts.models import User

Program = Callable[[Any], Client]
Browse = Callable[..., Client]


@pytest.fixture
def described(program: Program, ben_analyst: User) -> Any:
    return program(ben_analyst).get("/api/v1/openapi.json").json()


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def test_the_description_is_openapi_3_1(described: Any) -> None:
    assert described["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(described["info"])
    assert described["servers"] == [{"url": "http://testserver"}]
    assert set(described) <= {"openapi", "info", "servers", "paths", "components", "security", "tags", "externalDocs"}
    assert set(described["components"]["securitySchemes"]) == {"Bearer", "Basic"}
    for each in described["security"]:
        assert set(each) <= set(described["components"]["securitySchemes"])
    for each in set(references(described)):
        assert resolved(each, described)
    assert json.dumps(described)


def test_every_operation_of_the_description_is_whole(described: Any) -> None:
    ids = []
    for path, methods in described["paths"].items():
        assert path.startswith("/api/v1/")
        assert list(methods) == ["get"], path
        told = methods["get"]
        ids.append(told["operationId"])
        in_path = {each["name"] for each in told["parameters"] if each["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        for each in told["parameters"]:
            assert each["in"] in ("path", "query")
            assert each["required"] is (each["in"] == "path")
            assert each["in"] == "path" or each["description"]
        assert set(told["responses"]) == {"200", "304", "400", "401", "403", "404", "429", "default"}
        held = told["responses"].pop("304")
        assert held["description"]
        assert "content" not in held
        for status, answer in told["responses"].items():
            assert answer["description"]
            (kind,) = answer["content"]
            assert (kind == "application/problem+json") is (status != "200")
    assert len(ids) == len(set(ids))


def test_every_address_of_the_site_map_is_described(described: Any) -> None:
    routes = [str(each.pattern) for each in get_resolver().url_patterns if str(each.pattern).startswith("api/v1/")]
    own = {"/" + re.sub(r"<(?:[a-z]+:)?([a-z]+)>", r"{\1}", each) for each in routes}

    assert own - {"/api/v1/openapi.json", "/api/v1/{rest}"} == set(described["paths"])


def test_every_answer_is_as_the_description_says(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    client = program(ben_analyst)
    described = client.get("/api/v1/openapi.json").json()
    run = client.get("/api/v1/runs").json()["items"][0]["run"]
    wrong, looked_at = [], 0

    for path, methods in described["paths"].items():
        ((kind, content),) = methods["get"]["responses"]["200"]["content"].items()
        for measure in ("D01", "D02", "P12"):
            response = client.get(path.format(measure=measure, run=run))
            assert response.status_code == 200, path
            assert response["Content-Type"].split(";")[0] == kind
            if kind == "application/json":
                wrong += faults(response.json(), content["schema"], described, path)
                looked_at += 1

    assert wrong == []
    assert looked_at == 21


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/measures?limit=x", 400),
        ("/api/v1/measures/D02/results?by=moth&nothing=1", 400),
        ("/api/v1/measures/D99", 404),
        ("/api/v1/measures/D02/results", 404),
        ("/api/v1/runs/none", 404),
    ],
)
def test_every_problem_is_as_the_description_says(
    address: str, status: int, program: Program, ben_analyst: User, described: Any
) -> None:
    response = program(ben_analyst).get(address)
    problem = described["components"]["schemas"]["ProblemOut"]

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert list(faults(response.json(), problem, described)) == []


def test_problems_of_who_asks_are_as_the_description_says(browse: Browse, ines_inspector: User, described: Any) -> None:
    problem = described["components"]["schemas"]["ProblemOut"]

    for client, status in ((browse(), 401), (browse(ines_inspector), 403)):
        response = client.get("/api/v1/latest")
        assert response.status_code == status
        assert list(faults(response.json(), problem, described)) == []


def test_the_check_finds_an_answer_that_is_not_as_described(described: Any) -> None:
    page = described["components"]["schemas"]["Rows"]
    bad = {"total": "7", "limit": 1, "offset": 0, "next": None, "items": [{"measure": None}], "more": 1}

    found = "\n".join(faults(bad, page, described))

    assert "'7' is no integer" in found
    assert ".items[0].measure: None is no string" in found
    assert ".items[0]: run is missing" in found
    assert "more is not described" in found


def test_the_page_shows_every_address_each_question_and_each_column(
    browse: Browse, alice_lead: User, described: Any
) -> None:
    page = browse(alice_lead).get("/api/").content.decode()

    for path, methods in described["paths"].items():
        assert f">{path}</h3>" in page or f">{path}</code>" in page
        for each in methods["get"]["parameters"]:
            assert f">{each['name']}</dt>" in page
    for name in described["components"]["schemas"]["Row"]["properties"]:
        assert f">{name}</dt>" in page
    assert "<script" not in page[page.index("<main") :]


def test_what_the_page_offers_to_try_can_be_opened_from_it(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    client = browse(alice_lead)
    page = client.get("/api/").content.decode()
    links = re.findall(r'href="http://testserver(/api/v1/[^"]*)"', page)

    assert len(links) == 10
    assert {client.get(each.replace("&amp;", "&")).status_code for each in links} == {200}

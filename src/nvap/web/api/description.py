"""The description of the API as OpenAPI 3.1, made from its operations and the forms of their answers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from nvap.web.api.problems import CONTENT_TYPE
from nvap.web.api.service import api

ROOT = "api/v1/"
_SCHEMES = {
    "Bearer": {"type": "http", "scheme": "bearer", "description": "A token of /account/tokens/."},
    "Basic": {"type": "http", "scheme": "basic", "description": "Any name, and the token as the password."},
}
_FILES = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}
_SAID = {
    "200": "The answer",
    "400": "The query asks for what cannot be had; every fault is named",
    "401": "No token, or one that is not known, has ended or was withdrawn",
    "403": "The role may not see exact numbers",
    "404": "Nothing of this force is there",
    "429": "Too many requests with this token within a minute, or too many wrong tokens from this address",
}

_HELD = "What If-None-Match names is what would be answered: the program holds it already"
_OTHER = "Any other problem: another method than GET or HEAD (405), a fault of ours (500), a busy database (503)"


@cache
def description() -> dict[str, Any]:
    """The whole description. `servers` is left to whoever knows the site's address."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=ROOT))
    found["components"]["securitySchemes"] = _SCHEMES
    found["security"] = [{"Bearer": []}, {"Basic": []}]
    for address, methods in found["paths"].items():
        responses = {str(status): told for status, told in methods["get"]["responses"].items()}
        methods["get"]["responses"] = responses
        for status, told in responses.items():
            told["description"] = _SAID[status]
            if status != "200":
                told["content"] = {CONTENT_TYPE: told["content"]["application/json"]}
        responses["304"] = {"description": _HELD}
        responses["default"] = {"description": _OTHER, "content": responses["400"]["content"]}
        kind = next((kind for suffix, kind in _FILES.items() if address.endswith(suffix)), None)
        if kind:
            responses["200"]["content"] = {kind: {}}
    return found


def names_in_query(route: str) -> list[str]:
    """What may stand in the query of an address, by its line of the site map; nothing for the description itself."""
    address = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    methods = description()["paths"].get(address)
    return [each["name"] for each in methods["get"]["parameters"] if each["in"] == "query"] if methods else []

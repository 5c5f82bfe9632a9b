"""Holds a value against a JSON schema (draft 2020-12), as far as the API's description uses it.

A word of a schema that is not known here is a fault of the check, so that nothing passes because it was not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}
_WORDS = {"title", "description", "default", "type", "format", "anyOf", "$ref", "items", "properties", "required"}
_WORDS |= {"additionalProperties", "minimum", "maximum"}


def faults(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "") -> Iterator[str]:
    """Everything in which the value is not as the schema says; references point into `whole`, the description."""
    assert set(schema) <= _WORDS, f"unknown words at {at}: {set(schema) - _WORDS}"
    if "$ref" in schema:
        yield from faults(value, resolved(schema["$ref"], whole), whole, at)
    if "anyOf" in schema and all(list(faults(value, each, whole, at)) for each in schema["anyOf"]):
        yield f"{at}: {value!r} is none of {schema['anyOf']}"
    if "type" in schema:
        yield from _type(value, schema, at)
    if isinstance(value, dict):
        yield from _object(value, schema, whole, at)
    if isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            yield from faults(each, schema["items"], whole, f"{at}[{number}]")


def resolved(reference: str, whole: dict[str, Any]) -> dict[str, Any]:
    """What a reference points to. Raises KeyError where there is nothing."""
    found = whole
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def _type(value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
    is_bool = isinstance(value, bool)
    if not isinstance(value, _TYPES[schema["type"]]) or (is_bool and schema["type"] != "boolean"):
        yield f"{at}: {value!r} is no {schema['type']}"
    elif schema.get("format") == "date":
        yield from _day(value, at)
    elif schema.get("format") == "date-time":
        yield from _moment(value, at)


def _object(value: dict[str, Any], schema: dict[str, Any], whole: dict[str, Any], at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}: {name} is missing"
    for name, each in value.items():
        if name in known:
            yield from faults(each, known[name], whole, f"{at}.{name}")
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from faults(each, schema["additionalProperties"], whole, f"{at}.{name}")
        elif known:
            yield f"{at}: {name} is not described"


def _day(value: str, at: str) -> Iterator[str]:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) or not date.fromisoformat(value):
        yield f"{at}: {value!r} is no day"


def _moment(value: str, at: str) -> Iterator[str]:
    if datetime.fromisoformat(value).tzinfo is None:
        yield f"{at}: {value!r} has no time zone"

"""A plan frozen as canonical JSON: the same plan gives the same bytes, and their hash is what a sign-off stands on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from nvap.errors import InputFault
from nvap.plan.document import Document, Period, Place, Thing, Written

SCHEMA: Final = 1


def frozen(document: Document, measured: Sequence[Mapping[str, Any]] = ()) -> str:
    """The whole plan, and what was measured for it, as canonical JSON (keys in order, no spaces, UTF-8).

    `measured` are the numbers that stood beside the plan's measures, each a plain mapping.
    """
    told = {
        "schema": SCHEMA,
        "force": document.force,
        "force_name": document.force_name,
        "pack": document.pack,
        "release": document.release,
        "version": document.version,
        "people": dict(document.people),
        "periods": [
            {"first": each.first.isoformat(), "last": each.last.isoformat(), "due": each.due.isoformat()}
            for each in document.periods
        ],
        "things": [{"key": each.key, "kind": each.kind, "parent": each.parent} for each in document.things.values()],
        "texts": [
            {"entry": place.entry, "field": place.field, "side": place.side, "period": place.period} | _written(held)
            for place, held in document.places()
        ],
        "measured": [dict(each) for each in measured],
    }
    return _canonical(told)


def content_hash(text: str) -> str:
    """The SHA-256 of a snapshot's text, in hex."""
    return sha256(text.encode()).hexdigest()


def thawed(text: str) -> tuple[Document, tuple[dict[str, Any], ...]]:
    """The plan of a snapshot, and what was measured for it. Raises InputFault for what is no snapshot."""
    try:
        told = json.loads(text)
        if told["schema"] != SCHEMA:
            raise InputFault(f"snapshot: schema {told['schema']}, this version reads {SCHEMA}.")
        document = Document(
            force=told["force"],
            force_name=told["force_name"],
            pack=told["pack"],
            release=told["release"],
            version=told["version"],
            things={each["key"]: Thing(each["key"], each["kind"], each["parent"]) for each in told["things"]},
            texts=dict(map(_place_and_text, told["texts"])),
            periods=tuple(
                Period(*(date.fromisoformat(each[name]) for name in ("first", "last", "due")))
                for each in told["periods"]
            ),
            people=told["people"],
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise InputFault(f"snapshot: not readable ({type(fault).__name__}).") from fault
    return document, tuple(told["measured"])


def without(text: str, replaced: Callable[[Place | None, str], str]) -> str:
    """A snapshot with words replaced: `replaced` gets each text with its place, and everything else with None.

    The texts that it changes are marked as redacted; the same rule gives the same snapshot again.
    """
    told = json.loads(text)
    for each in told["texts"]:
        place = Place(each["entry"], each["field"], each["side"], each["period"])
        said = replaced(place, each["text"])
        each["redacted"] = each["redacted"] or said != each["text"]
        each["text"], each["reason"] = said, replaced(None, each["reason"])
    told["measured"] = in_all(told["measured"], lambda words: replaced(None, words))
    return _canonical(told)


def in_all(told: Any, replaced: Callable[[str], str]) -> Any:
    """Plain data with every text in it put through `replaced`; the names of its parts stay."""
    if isinstance(told, str):
        return replaced(told)
    if isinstance(told, list):
        return [in_all(each, replaced) for each in told]
    if isinstance(told, dict):
        return {name: in_all(each, replaced) for name, each in told.items()}
    return told


def _canonical(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _written(held: Written) -> dict[str, Any]:
    return {
        "text": held.text,
        "version": held.version,
        "by": held.by,
        "at": held.at.isoformat(),
        "save": held.save,
        "reason": held.reason,
        "redacted": held.redacted,
    }


def _place_and_text(told: Mapping[str, Any]) -> tuple[Place, Written]:
    return (
        Place(told["entry"], told["field"], told["side"], told["period"]),
        Written(
            told["text"], told["version"], told["by"], datetime.fromisoformat(told["at"]), told["save"], told["reason"],
            told["redacted"],
        ),
    )  # fmt: skip

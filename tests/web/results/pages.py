"""The measures' pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import EVERYBODY_SIGNED_IN, Page

PAGES = [
    Page("measures", EVERYBODY_SIGNED_IN),
    Page("measure", EVERYBODY_SIGNED_IN, lambda world: ("D02",), opened=frozenset({200, 404})),
]

"""The measures' pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import BEN, CAROL, EVERYBODY_SIGNED_IN, INES, PARTNERS, Page

RELEASED_READERS = EVERYBODY_SIGNED_IN - PARTNERS
READERS = RELEASED_READERS - {INES}
PAGES = [
    Page("measures", RELEASED_READERS),
    Page("measure", RELEASED_READERS, lambda world: ("D02",)),
    # Nothing is computed in the world of the crawl, so there is no table to download yet.
    Page("measure-file", READERS, lambda world: ("D02",), opened=frozenset({200, 404})),
    Page("compute-measures", frozenset({BEN}), methods=("post",)),
    Page("readiness", READERS),
    Page("loads", frozenset({BEN, CAROL})),
]

"""The plan's pages, and who may open them. What an address shows is always the asker's own force's."""

from __future__ import annotations

from tests.web.pages import EVERYBODY_SIGNED_IN, INES, LEADS, Page

PAGES = [
    Page("plan", EVERYBODY_SIGNED_IN),
    Page("plan-section", EVERYBODY_SIGNED_IN - {INES}, lambda world: ("O1",)),
    Page("plan-change", LEADS, lambda world: ("O1",), methods=("get", "post")),
]

"""The toolkit's pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import EVERYBODY_SIGNED_IN, Page

PAGES = [
    Page("impact-statement", EVERYBODY_SIGNED_IN),
    Page("logic-models", EVERYBODY_SIGNED_IN),
    Page("logic-model", EVERYBODY_SIGNED_IN, lambda world: ("O1",)),
    Page("logic-model-drawing", EVERYBODY_SIGNED_IN, lambda world: ("O1",)),
    Page("logic-model-file", EVERYBODY_SIGNED_IN, lambda world: ("O1", "svg")),
    Page("supporting", EVERYBODY_SIGNED_IN),
    Page("supporting-information", EVERYBODY_SIGNED_IN, lambda world: ("O1",)),
    Page("challenges", EVERYBODY_SIGNED_IN),
    Page("references", EVERYBODY_SIGNED_IN),
    Page("about-the-toolkit", EVERYBODY_SIGNED_IN),
    Page("item", EVERYBODY_SIGNED_IN, lambda world: ("A1a",)),
    Page("reference", EVERYBODY_SIGNED_IN, lambda world: ("hac-2018",)),
    Page("search", EVERYBODY_SIGNED_IN),
]

"""The toolkit's pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import EVERYBODY_SIGNED_IN, Page

PAGES = [
    Page("impact-statement", EVERYBODY_SIGNED_IN),
    Page("logic-models", EVERYBODY_SIGNED_IN),
    Page("logic-model", EVERYBODY_SIGNED_IN, lambda world: ("O1",)),
    Page("logic-model-drawing", EVERYBODY_SIGNED_IN, lambda world: ("O1",)),
    Page("logic-model-file", EVERYBODY_SIGNED_IN, lambda world: ("O1", "svg"), opened=frozenset({200, 404})),
    Page("supporting", EVERYBODY_SIGNED_IN),
    Page("supporting-information", EVERYBODY_SIGNED_IN, lambda world: ("O1",)),
    Page("item", EVERYBODY_SIGNED_IN, lambda world: ("A1a",), opened=frozenset({200, 404})),
    Page("reference", EVERYBODY_SIGNED_IN, lambda world: ("hac-2018",), opened=frozenset({200, 404})),
    Page("search", EVERYBODY_SIGNED_IN),
]

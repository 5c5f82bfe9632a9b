"""The plan's pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import EVERYBODY_SIGNED_IN, Page

PAGES = [Page("plan", EVERYBODY_SIGNED_IN)]

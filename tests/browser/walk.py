"""Walking the site by its links, as a person would: one address for each line of the site map."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

# How many addresses of one line of the site map are opened: pages of many things differ in what they hold.
OF_EACH = 2
# Addresses that answer programs: no pages, though the page of the API leads to some of them.
ANSWERS_PROGRAMS = frozenset(
    {
        "api-start", "api-measures", "api-measure", "api-results", "api-results-csv", "api-results-parquet",
        "api-latest", "api-latest-csv", "api-latest-parquet", "api-runs", "api-run", "api-openapi", "api-nothing",
    }
)  # fmt: skip
# Opening these ends the session or answers with a file.
NOT_OPENED = ANSWERS_PROGRAMS | frozenset(
    {
        "account_logout",
        "logic-model-file",
        "measure-file",
        "measure-picture",
        "profile-file",
        "measure-breakdown-file",
        "plan-signed-file",
        "plan-pack-pdf",
        "plan-pack-docx",
        "plan-workbook",
        "plan-json",
        "plan-evidence-file",
        "still-here",
    }
)


def name_of(address: str) -> str | None:
    """The name that the site map gives an address; None for what is not a page."""
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None


def links_of(page: Page, site: str) -> list[str]:
    """The addresses on this site that the page leads to."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    whole = (urljoin(page.url, href).split("#")[0] for href in found)
    return [each for each in dict.fromkeys(whole) if each.startswith(f"{site}/")]


def walk(page: Page, site: str, *, of_each: int = OF_EACH) -> dict[str, list[str]]:
    """Every page that can be reached from the home page: the addresses opened, by name. Fails on an error page."""
    opened: dict[str, list[str]] = {}
    waiting, seen = [f"{site}/"], {f"{site}/"}
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        if name is None or name in NOT_OPENED or len(opened.get(name, [])) >= of_each:
            continue
        response = page.goto(address)
        assert response is not None, address
        assert response.status < 400, f"{address} answered {response.status}"
        opened.setdefault(name, []).append(address)
        for link in links_of(page, site):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return opened

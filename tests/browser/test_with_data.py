"""The same with data: `nvap run` on an empty folder, the made-up force loaded and its measures computed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.axe import violations
from tests.browser.conftest import Site, running, sign_in
from tests.browser.walk import walk

from nvap import packs

pytestmark = [pytest.mark.browser, pytest.mark.gate]
# Each measure's page holds other parts.
MEASURES = len(packs.pack().measures)
LONGEST_COMPUTATION = 600


@pytest.fixture(scope="module")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """What somebody has who types `nvap run` in an empty folder and waits until the measures are there."""
    with running(tmp_path_factory.mktemp("full"), "run", seconds=900, force="madeup") as site:
        yield site


@pytest.fixture(scope="module")
def analyst(full_site: Site, chromium: Browser) -> Iterator[Page]:
    """A page signed in as the analyst, on a site whose measures are computed."""
    context = chromium.new_context(storage_state=sign_in(chromium, full_site, "analyst"))  # type: ignore[arg-type]
    page = context.new_page()
    results = full_site.workspace / full_site.force / "results"
    for _ in range(LONGEST_COMPUTATION):
        page.goto(full_site.address)
        if results.exists() and page.get_by_text("The measures were computed").count():
            break
        time.sleep(1)
    yield page
    context.close()


@pytest.fixture(scope="module")
def opened(analyst: Page, full_site: Site) -> dict[str, list[str]]:
    """Every page that the analyst finds, with each measure's."""
    return walk(analyst, full_site.address, of_each=MEASURES)


def test_each_measure_has_a_page(opened: dict[str, list[str]]) -> None:
    assert len(opened["measure"]) == MEASURES


def test_axe_finds_nothing_wrong_with_any_page_of_a_force_with_data(
    analyst: Page, opened: dict[str, list[str]]
) -> None:
    wrong = []

    for address in (each for addresses in opened.values() for each in addresses):
        analyst.goto(address)
        wrong += violations(analyst)

    assert wrong == []


def test_no_page_of_a_force_with_data_scrolls_sideways_at_320_pixels(
    analyst: Page, opened: dict[str, list[str]]
) -> None:
    analyst.set_viewport_size({"width": 320, "height": 568})
    wide = []

    for address in (each for addresses in opened.values() for each in addresses):
        analyst.goto(address)
        width = analyst.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append(f"{address}: {width} px")

    assert wide == []


def test_every_page_of_a_force_with_data_says_that_it_is_made_up(analyst: Page, opened: dict[str, list[str]]) -> None:
    silent = []

    for address in (addresses[0] for addresses in opened.values()):
        analyst.goto(address)
        if "Made-up data" not in analyst.locator("body").inner_text():
            silent.append(address)

    assert silent == []

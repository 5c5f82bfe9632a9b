"""A counting rule of the force's own in a browser: made, changed and retired by an analyst, on accessible pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.browser.test_every_page import keyboard_faults

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def made(page: Page, site: Site, word: str, name: str) -> None:
    """Make a rule that also counts cancelled logs."""
    page.goto(f"{site.address}/counting-rules/new/")
    page.get_by_label("Its short name").fill(word)
    page.get_by_label("Its name in words").fill(name)
    page.get_by_label("What it counts, in a sentence").fill("Flagged at closure; cancelled logs count too.")
    page.get_by_label("cancelled", exact=True).uncheck()
    page.get_by_label("Why").fill("Agreed by the board")
    page.get_by_role("button", name="Save the rule").click()
    heading(page, name.capitalize())


def test_an_analyst_makes_changes_and_retires_a_rule_on_accessible_pages(site: Site, visit: Visit) -> None:
    page, wrong = visit("analyst"), []
    page.goto(f"{site.address}/counting-rules/new/")
    wrong += violations(page)
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    wrong += violations(page)
    made(page, site, "R-browser", "with cancelled logs")
    wrong += violations(page)

    page.get_by_role("link", name="Change this rule").click()
    heading(page, "Change this rule")
    wrong += violations(page)
    page.get_by_label("each event once").check()
    page.get_by_label("Why").fill("Events since April")
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_text("each log that counts became each event once")).to_be_visible()

    page.get_by_role("link", name="Retire this rule").click()
    heading(page, "Retire this rule")
    wrong += violations(page)
    page.get_by_label("Why").fill("Tried only")
    page.get_by_role("button", name="Retire the rule").click()
    expect(page.get_by_text("This rule is retired")).to_be_visible()
    wrong += violations(page)
    assert wrong == []


def test_who_saves_second_sees_both_and_the_page_stays_accessible(site: Site, visit: Visit) -> None:
    first, second = visit("analyst"), visit("analyst")
    made(first, site, "R-two", "of two people")
    for page in (first, second):
        page.goto(f"{site.address}/counting-rules/R-two/change/")
    first.get_by_label("Codes that never count").fill("DEM")
    first.get_by_label("Why").fill("Dementia is none")
    first.get_by_role("button", name="Save the rule").click()
    heading(first, "Of two people")

    second.get_by_label("each event once").check()
    second.get_by_label("Why").fill("Events since April")
    second.get_by_role("button", name="Save the rule").click()

    expect(second.get_by_text("while you had it open")).to_be_visible()
    expect(second.get_by_role("cell", name="DEM")).to_be_visible()
    expect(second.get_by_label("each event once")).to_be_checked()
    expect(second.get_by_label("Why")).to_have_value("Events since April")
    assert violations(second) == []


def test_the_pages_fit_a_narrow_screen_and_the_keyboard(site: Site, visit: Visit) -> None:
    page = visit("analyst", viewport={"width": 320, "height": 700})

    for address in ("/counting-rules/", "/counting-rules/R1/", "/counting-rules/new/"):
        page.goto(site.address + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert keyboard_faults(page) == [], address

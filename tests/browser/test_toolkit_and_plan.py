"""The toolkit's and the plan's pages as a browser shows, prints and saves them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_the_impact_statement_prints_on_one_sheet_of_a4(site: Site, visit: Visit) -> None:
    page = visit("inspector")
    page.goto(f"{site.address}/impact-statement/")

    printed = pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True)))

    assert len(printed.pages) == 1
    assert [round(float(each)) for each in printed.pages[0].MediaBox] == [0, 0, 842, 595]


def test_the_impact_statement_fits_one_screen(site: Site, visit: Visit) -> None:
    page = visit("nvap-lead", viewport={"width": 1280, "height": 1024})
    page.goto(f"{site.address}/impact-statement/")

    bottom = page.locator(".nvap-statement").evaluate("part => part.getBoundingClientRect().bottom")

    assert bottom <= 1024


def test_a_box_of_the_drawing_opens_its_item_with_the_keyboard(site: Site, visit: Visit) -> None:
    page = visit("analyst")
    page.goto(f"{site.address}/logic-model/O1/drawing/")

    page.locator('svg a[href="/item/O1.imp3/"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/item/O1.imp3/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Accurate records make prevention work")


def test_on_a_narrow_screen_the_drawing_moves_inside_its_own_frame(site: Site, visit: Visit) -> None:
    page = visit("analyst", viewport={"width": 320, "height": 568})
    page.goto(f"{site.address}/logic-model/O1/drawing/")
    frame = page.get_by_role("region", name="Drawing")

    inside, outside = frame.evaluate("part => part.scrollWidth"), frame.evaluate("part => part.clientWidth")

    assert inside > 1000
    assert outside <= 320
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_closed_sections_open_with_the_keyboard(site: Site, visit: Visit) -> None:
    page = visit("inspector")
    page.goto(f"{site.address}/supporting-information/O1/")
    evidence = page.locator("#A1a details").first

    evidence.locator("summary").focus()
    page.keyboard.press("Enter")

    expect(evidence.get_by_role("link", name="Home Affairs Committee (2018)").first).to_be_visible()


def test_the_plan_is_saved_without_scripts(site: Site, visit: Visit) -> None:
    page = visit("nvap-lead", java_script_enabled=False)
    page.goto(f"{site.address}/plan/O2/change/")

    page.get_by_label("Impact description, organisational impact").fill("One answer with health")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("main")).to_contain_text("Saved. 1 field was changed.")
    expect(page.locator("main")).to_contain_text("One answer with health")


def test_a_clash_of_two_writers_and_too_long_a_text_are_accessible_pages(site: Site, visit: Visit) -> None:
    first, second = visit("nvap-lead"), visit("nvap-lead")
    for page in (first, second):
        page.goto(f"{site.address}/plan/O3/change/")
    described = "[name='O3--description--external--']"
    first.locator(described).fill("Written first")
    first.get_by_role("button", name="Save", exact=True).click()
    first.get_by_text("Saved.").first.wait_for()

    second.locator(described).fill("Written second")
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("Somebody else saved this page").wait_for()
    clash = violations(second)
    second.get_by_role("alert").get_by_role("link", name="Impact description, external impact").click()
    focused = second.evaluate("document.activeElement.value")
    second.locator(described).fill("x" * 5001)
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_role("alert").get_by_text("5,001").wait_for()

    assert clash == []
    assert focused == "Written second"
    assert violations(second) == []


def test_the_toolkits_pages_are_accessible_in_welsh(site: Site, visit: Visit) -> None:
    page = visit("analyst")
    page.goto(site.address)
    page.get_by_role("button", name="Cymraeg").click()
    page.locator("html[lang=cy]").wait_for()
    wrong = []

    for path in ("/impact-statement/", "/logic-model/O1/", "/logic-model/O1/drawing/", "/item/D03/", "/plan/O1/"):
        page.goto(site.address + path)
        assert page.locator("html").get_attribute("lang") == "cy"
        wrong += violations(page)

    assert wrong == []

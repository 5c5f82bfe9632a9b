"""Tokens and the API's page in a browser: made by keyboard, seen once, accessible, on a narrow screen too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import Site, sign_in
from tests.browser.test_every_page import keyboard_faults

pytestmark = pytest.mark.browser
NEW = "/account/tokens/new/"


@pytest.fixture
def own(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A page in a session of its own: confirming one's password would change the sessions that other tests share."""
    contexts = []

    def open_page(role: str, **options: object) -> Page:
        contexts.append(chromium.new_context(storage_state=sign_in(chromium, site, role), **options))  # type: ignore[arg-type]
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def confirmed(page: Page, site: Site, address: str) -> Page:
    """The page behind the question for the password."""
    page.goto(site.address + address)
    page.get_by_label("Password", exact=True).fill(site.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}{address}")
    return page


def make(page: Page, site: Site, name: str) -> str:
    """Make a token by keyboard; its secret, as the page shows it."""
    confirmed(page, site, NEW)
    page.get_by_label("What it is for").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()
    return page.locator("p.govuk-inset-text").inner_text().strip()


def status_with(site: Site, secret: str) -> int:
    request = Request(f"{site.address}/api/v1/measures?limit=1", headers={"Authorization": f"Bearer {secret}"})
    try:
        with urlopen(request) as answer:
            return int(answer.status)
    except OSError as fault:
        return int(getattr(fault, "code", 0))


def test_a_token_is_made_shown_once_used_and_withdrawn(site: Site, own: Callable[..., Page]) -> None:
    page = own("analyst")
    secret = make(page, site, "Board report")

    assert re.fullmatch(r"nvap_[\w-]{43}", secret)
    assert violations(page) == []
    assert status_with(site, secret) == 200
    page.get_by_role("link", name="Your tokens").last.click()
    expect(page.get_by_role("heading", name="Board report")).to_be_visible()
    assert secret not in page.content()
    assert violations(page) == []
    page.get_by_role("button", name="Withdraw Board report").click()
    expect(page.get_by_text("no longer opens anything")).to_be_visible()
    assert status_with(site, secret) == 401


def test_an_administrator_finds_and_withdraws_it_too(site: Site, own: Callable[..., Page]) -> None:
    secret = make(own("nvap-lead"), site, "Lead's report")
    page = own("force-admin")
    page.goto(f"{site.address}/people/")
    page.get_by_role("link", name="Tokens, with which programs read").click()

    assert violations(page) == []
    page.get_by_role("button", name="Withdraw Lead's report").click()

    expect(page.get_by_text("no longer opens anything")).to_be_visible()
    page.wait_for_url("**/people/tokens/")
    assert status_with(site, secret) == 401


def test_the_form_says_what_is_wrong_beside_the_field(site: Site, own: Callable[..., Page]) -> None:
    page = confirmed(own("analyst"), site, NEW)
    assert violations(page) == []
    assert keyboard_faults(page) == []

    page.get_by_label("Last day").fill("31/3/2099")
    page.get_by_role("button", name="Make the token").click()

    expect(page.get_by_role("alert")).to_contain_text("Say what the token is for")
    expect(page.get_by_role("alert")).to_contain_text("at most 366 days ahead")
    assert violations(page) == []


def test_no_page_of_tokens_is_wider_than_a_screen_of_320_pixels(site: Site, own: Callable[..., Page]) -> None:
    page = own("nvap-lead", viewport={"width": 320, "height": 640})
    make(page, site, "A report with a name as long as sixty letters may make it be")
    wide = {"the new token": page.evaluate("document.documentElement.scrollWidth")}
    for address in (NEW, "/account/tokens/", "/api/"):
        page.goto(site.address + address)
        wide[address] = page.evaluate("document.documentElement.scrollWidth")

    assert {address: width for address, width in wide.items() if width > 320} == {}


def test_the_page_of_the_api_can_be_read_without_scripts(site: Site, own: Callable[..., Page]) -> None:
    page = own("analyst", java_script_enabled=False)
    page.goto(f"{site.address}/api/")

    expect(page.get_by_role("heading", name="/api/v1/latest", exact=True)).to_be_visible()
    response = page.goto(f"{site.address}/api/v1/measures?limit=2")
    assert response is not None
    assert response.json()["total"] > 2

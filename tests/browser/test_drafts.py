"""What is typed in the plan, in a browser: saved in the background, kept when the server is away, wiped at sign-out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import Site, sign_in
from tests.browser.test_every_page import keyboard_faults

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
UPDATE = "/plan/progress/2026-03-01/A1a/"
PROGRESS = "A1a--progress--organisational--2026-03-01"
NEXT = "A1a--next_steps--organisational--2026-03-01"
COPIES = "() => Object.keys(sessionStorage).filter(key => key.startsWith('nvap-draft:')).length"


@pytest.fixture
def own(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A page of the lead's in a session of its own, which a test may end."""
    contexts: list[BrowserContext] = []

    def open_page(**options: bool) -> Page:
        state = sign_in(chromium, site, "nvap-lead")
        contexts.append(chromium.new_context(storage_state=state, **options))  # type: ignore[arg-type]
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def box(page: Page, name: str = PROGRESS) -> Page:
    return page.locator(f"textarea[name='{name}']")  # type: ignore[return-value]


def test_long_text_is_saved_while_it_is_typed_and_the_browsers_copy_is_wiped(site: Site, own: Visit) -> None:
    page = own()
    page.goto(site.address + UPDATE)

    box(page).fill("Half of the teams use it.")
    assert page.evaluate(COPIES) == 1
    expect(page.get_by_role("status").filter(has_text=re.compile(r"Saved \d\d:\d\d"))).to_be_visible()

    page.wait_for_function(f"({COPIES})() === 0")
    page.reload()
    assert box(page).input_value() == "Half of the teams use it."


def test_the_browser_keeps_the_text_while_the_server_is_away(site: Site, own: Visit) -> None:
    page = own()
    page.goto(site.address + UPDATE)
    page.route("**/plan/draft/", lambda route: route.abort())

    box(page, NEXT).fill("Train the others.")
    expect(page.get_by_text("Not saved yet: keep this page open")).to_be_visible()
    assert page.evaluate(COPIES) == 1

    page.unroute("**/plan/draft/")
    page.reload()
    assert box(page, NEXT).input_value() == "Train the others."
    expect(page.get_by_role("status").filter(has_text=re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    page.wait_for_function(f"({COPIES})() === 0")


def test_after_saving_no_copy_is_left_in_the_browser(site: Site, own: Visit) -> None:
    page = own()
    page.goto(f"{site.address}/plan/activity/A1a/change/")
    page.route("**/plan/draft/", lambda route: route.abort())

    page.locator("textarea[name='A1a--output--external--']").fill("One rule for flags.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/plan/activity/A1a/")

    page.wait_for_function(f"({COPIES})() === 0")


def test_signing_out_keeps_the_text_and_signing_in_leads_back_to_its_field(site: Site, own: Visit) -> None:
    page = own()
    page.goto(f"{site.address}/plan/progress/2026-04-01/A1a/")
    name = "A1a--progress--external--2026-04-01"
    box(page, name).focus()
    page.keyboard.type("Typed just before leaving.")

    page.get_by_role("link", name="Sign out").click()
    page.wait_for_url("**/sign-out/**")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in/**")
    page.wait_for_function(f"({COPIES})() === 0")

    page.get_by_label("E-mail address").fill(site.email("nvap-lead"))
    page.get_by_label("Password", exact=True).fill(site.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/plan/progress/2026-04-01/A1a/#id_{name}")
    assert box(page, name).input_value() == "Typed just before leaving."


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_session_that_ended_leads_back_to_the_field_with_the_text(site: Site, own: Visit, scripts: bool) -> None:
    page = own(java_script_enabled=scripts)
    page.goto(f"{site.address}/plan/progress/2026-05-01/A1a/")
    name = "A1a--progress--external--2026-05-01"
    text = f"Typed {'with' if scripts else 'without'} a script."
    page.context.clear_cookies(name="sessionid")

    box(page, name).fill(text)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/sign-in/**")
    page.get_by_label("E-mail address").fill(site.email("nvap-lead"))
    page.get_by_label("Password", exact=True).fill(site.password)
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url(f"**/plan/progress/2026-05-01/A1a/#id_{name}")
    assert box(page, name).input_value() == text


def test_without_scripts_a_draft_is_kept_and_comes_back(site: Site, own: Visit) -> None:
    page = own(java_script_enabled=False)
    page.goto(f"{site.address}/plan/progress/2026-06-01/A1a/")
    name = "A1a--progress--external--2026-06-01"

    box(page, name).fill("x" * 6000)
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_text("Kept as a draft that only you can see").first).to_be_visible()
    page.goto(f"{site.address}/plan/progress/2026-06-01/A1a/")

    assert box(page, name).input_value() == "x" * 6000


@pytest.mark.parametrize(
    "path",
    [UPDATE, "/plan/progress/", "/plan/evidence/A1a/", "/plan/evidence/A1a/add/", "/plan/evidence/A1a/ev-1/change/",
     "/plan/evidence/A1a/ev-1/standing/"],
)  # fmt: skip
def test_the_pages_of_progress_and_evidence_work_with_the_keyboard_and_for_screen_readers(
    path: str, site: Site, visit: Visit
) -> None:
    page = visit("nvap-lead", viewport={"width": 320, "height": 568})
    page.goto(site.address + path)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert keyboard_faults(page) == []


def test_when_two_people_write_at_once_the_second_sees_both_texts_and_may_keep_either(site: Site, own: Visit) -> None:
    first, second = own(), own()
    name = "A1a--progress--external--2026-07-01"
    for page in (first, second):
        page.goto(f"{site.address}/plan/progress/2026-07-01/A1a/")
    box(first, name).fill("What the first wrote.")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("Saved. 1 field was changed.")).to_be_visible()

    second.set_viewport_size({"width": 320, "height": 568})
    box(second, name).fill("What the second wrote.")
    second.get_by_role("button", name="Save", exact=True).click()

    expect(second.get_by_role("alert")).to_contain_text("Somebody else saved this page while you were writing")
    expect(second.get_by_text("What the first wrote.")).to_be_visible()
    assert box(second, name).input_value() == "What the second wrote."
    assert second.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(second) == []
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Saved. 1 field was changed.")).to_be_visible()


def test_a_refused_piece_of_evidence_says_so_to_everybody(site: Site, visit: Visit) -> None:
    page = visit("nvap-lead")
    page.goto(f"{site.address}/plan/evidence/A1a/add/")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []

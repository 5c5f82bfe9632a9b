"""Every page, in a browser, as each role: accessible, usable by keyboard, on a narrow screen and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.urls import get_resolver
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.browser.walk import ANSWERS_PROGRAMS, walk

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Walked = Callable[[str], dict[str, list[str]]]

# Pages to which no link leads from a page of somebody signed in, and where they are tried instead.
NOT_LINKED = {
    "account_login": "signed out, below",
    "account_signup": "signed out, below",
    "account_reset_password": "signed out, below",
    "accessibility": "linked from every page",
    "account_inactive": "signed out, below",
    "account_reset_password_from_key": "signed out, below",
    "account_reset_password_from_key_done": "signed out, below",
    "account_logout": "with the keyboard, below",
    "choose-force": "linked for those of several forces only; below",
    "account_reauthenticate": "test_second_step.py",
    "mfa_authenticate": "test_second_step.py",
    "mfa_reauthenticate": "test_second_step.py",
    "mfa_activate_totp": "test_second_step.py",
    "mfa_deactivate_totp": "test_second_step.py",
    "mfa_view_recovery_codes": "test_second_step.py",
    "mfa_generate_recovery_codes": "test_second_step.py",
    "measure": "needs what is loaded: tests/browser/test_with_data.py",
    "logic-model-file": "a file",
    "measure-file": "a file",
    "measure-breakdown": "needs what is loaded: test_with_data.py",
    "measure-breakdown-file": "a file",
    "measure-changes-work": "no page: answers a button",
    "measure-breakdown-work": "no page: answers a button",
    "measure-changes": "needs what is loaded: test_with_data.py",
    "measure-lines": "needs what is loaded: test_with_data.py",
    "measure-lines-withdraw": "no page: answers a button",
    "measure-picture": "a file",
    "counting-rule-new": "for analysts: test_counting_rules.py",
    "counting-rule-change": "needs a rule of the force's own: test_counting_rules.py",
    "counting-rule-retire": "needs a rule of the force's own: test_counting_rules.py",
    "profile-file": "a file",
    "profile-run": "needs a profile that was made: tests/web/results/test_profile.py",
    "plan-signed": "needs a plan that is signed off",
    "plan-signed-file": "a file",
    "plan-compare": "needs a second version of the plan",
    "plan-restore": "needs a second version of the plan",
    "plan-withdraw": "no page: answers a button of the sign-off page",
    "plan-reopen": "no page: answers a button of the sign-off page",
    "plan-settle-comment": "no page: answers a comment's button",
    "plan-start": "until the plan is started; the journey `set-up` opens it",
    "plan-remove": "no page by itself: asks for the reason that a button needs",
    "plan-shared": "for partners, who see nothing else",
    "plan-measure-pick": "no page: answers the button of the measures' page",
    "plan-messages-stop": "stands in an e-mail only: tests/web/plans/test_digest.py",
    "plan-draft": "no page: answers the script that keeps what is typed",
    "plan-upload": "no page: answers the button of the files' page",
    "plan-uploaded": "needs an upload",
    "plan-import": "no page: answers the button of the files' page",
    "plan-imported": "needs an upload",
    "plan-pack-pdf": "a file",
    "plan-pack-docx": "a file",
    "plan-workbook": "a file",
    "plan-json": "a file",
    "plan-evidence-file": "a file",
    "api-token-withdraw": "no page: answers the button of a token; test_api.py",
    **dict.fromkeys(ANSWERS_PROGRAMS, "no page: answers programs"),
    "compute-measures": "no page: answers the button on the measures' page",
    "still-here": "no page: answers the script that keeps a session",
    "set-language": "no page: answers the language button",
}
SIGNED_OUT = (
    "/sign-in/", "/get-an-account/", "/forgotten-password/", "/accessibility/", "/sign-in/closed/",
    "/set-password/1-not-a-key/", "/set-password/done/", "/nothing-is-here/",
)  # fmt: skip


@pytest.fixture(scope="module")
def walked(
    site: Site, chromium: Browser, signed_in: Callable[[str], dict[str, Any]]
) -> Callable[[str], dict[str, list[str]]]:
    """The addresses that a role finds by walking from the home page, by name; each role walks once."""

    @cache
    def of_role(role: str) -> dict[str, list[str]]:
        context = chromium.new_context(storage_state=signed_in(role))  # type: ignore[arg-type]
        opened = walk(context.new_page(), site.address)
        context.close()
        return opened

    return of_role


def test_links_lead_to_every_page_of_the_site_map(walked: Walked) -> None:
    names = {pattern.name for pattern in get_resolver().url_patterns}
    reached = {name for role in ("force-admin", "nvap-lead") for name in walked(role)}

    assert names - reached - set(NOT_LINKED) == set()


# Each role's pages are much the same: the two that see most are walked each time, the others before a release.
WALKED = [
    "force-admin",
    "nvap-lead",
    pytest.param("analyst", marks=pytest.mark.gate),
    pytest.param("inspector", marks=pytest.mark.gate),
]


@pytest.mark.parametrize("role", WALKED)
def test_axe_finds_nothing_wrong_with_any_page(role: str, walked: Walked, visit: Visit) -> None:
    page = visit(role)
    wrong = []

    for address in (address for opened in walked(role).values() for address in opened):
        page.goto(address)
        wrong += violations(page)

    assert wrong == []


def test_axe_finds_nothing_wrong_with_the_pages_of_somebody_signed_out(site: Site, visit: Visit) -> None:
    page = visit()
    wrong = []

    for path in SIGNED_OUT:
        page.goto(site.address + path)
        wrong += violations(page)

    assert wrong == []


def test_axe_finds_nothing_wrong_in_welsh(site: Site, visit: Visit) -> None:
    page = visit("force-admin")
    page.goto(site.address)
    page.get_by_role("button", name="Cymraeg").click()
    page.locator("html[lang=cy]").wait_for()
    wrong = []

    for path in ("/", "/people/add/", "/journal/"):
        page.goto(site.address + path)
        assert page.locator("html").get_attribute("lang") == "cy"
        wrong += violations(page)

    assert wrong == []


def test_axe_finds_nothing_wrong_with_a_form_that_has_errors(site: Site, visit: Visit) -> None:
    page = visit("force-admin")
    page.goto(f"{site.address}/people/add/")
    page.get_by_role("button", name="Add this person").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    assert violations(page) == []


def test_an_errors_link_leads_to_its_field(site: Site, visit: Visit) -> None:
    page = visit("force-admin")
    page.goto(f"{site.address}/people/add/")
    page.get_by_role("button", name="Add this person").click()

    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter the person's name").click()

    expect(page.locator("[name=name]")).to_be_focused()


@pytest.mark.parametrize("role", WALKED)
def test_no_page_scrolls_sideways_at_320_pixels(role: str, walked: Walked, visit: Visit) -> None:
    page = visit(role, viewport={"width": 320, "height": 568})
    wide = []

    for address in (opened[0] for opened in walked(role).values()):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append(f"{address}: {width} px")

    assert wide == []


@pytest.mark.parametrize("role", WALKED)
def test_every_page_can_be_read_without_scripts(role: str, site: Site, walked: Walked, visit: Visit) -> None:
    page = visit(role, java_script_enabled=False)
    unreadable = []

    for address in (opened[0] for opened in walked(role).values()):
        page.goto(address)
        if not page.get_by_role("heading", level=1).first.is_visible():
            unreadable.append(address)
        if not page.get_by_role("link", name="Impact statement").first.is_visible():
            unreadable.append(f"{address}: no way to other pages")

    assert unreadable == []


@pytest.mark.parametrize("role", WALKED)
def test_the_keyboard_reaches_everything_in_the_order_it_is_seen(role: str, walked: Walked, visit: Visit) -> None:
    page = visit(role)
    wrong = []

    for address in (opened[0] for opened in walked(role).values()):
        page.goto(address)
        wrong += keyboard_faults(page)

    assert wrong == []


# Whether what has the focus looks different from when it has not, in itself or in what is drawn for it, and whether
# something else lies over it.
IN_FOCUS = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const drawn = [here, ...here.querySelectorAll('*'), ...(here.nextElementSibling ? [here.nextElementSibling] : [])];
    const styles = ['outline', 'boxShadow', 'backgroundColor', 'borderColor', 'stroke', 'strokeWidth', 'fill', 'color'];
    const looks = () => JSON.stringify(drawn.flatMap(each => [null, '::before', '::after'].map(
        pseudo => styles.map(style => getComputedStyle(each, pseudo)[style]))));
    const focused = looks();
    here.blur();
    const seen = looks() !== focused;
    here.focus({preventScroll: true, focusVisible: true});
    const box = here.getBoundingClientRect();
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 20) / 2);
    const covered = box.width > 0 && middle && !here.contains(middle) && !middle.contains(here)
        && !(here.labels && [...here.labels].some(label => label.contains(middle) || middle.contains(label)))
        && !here.parentElement.contains(middle);
    return {text: (here.textContent || here.name || here.id || here.tagName).trim().slice(0, 60), seen, covered};
}"""
LONGEST_WALK = 400


def keyboard_faults(page: Page) -> list[str]:
    """Walk the page with the tab key: what has no visible focus, is covered, or never lets go."""
    wrong, visited = [], 0
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        here = page.evaluate(IN_FOCUS)
        if here is None:
            break
        visited += 1
        if not here["seen"]:
            wrong.append(f"{page.url}: no visible focus on {here['text']!r}")
        if here["covered"]:
            wrong.append(f"{page.url}: {here['text']!r} is covered while it has the focus")
    else:
        wrong.append(f"{page.url}: the tab key never leaves the page")
    if visited < 3:
        wrong.append(f"{page.url}: the tab key reaches only {visited} things")
    return wrong


def test_the_skip_link_comes_first_and_leads_to_the_content(site: Site, visit: Visit) -> None:
    page = visit("nvap-lead")
    page.goto(site.address)

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")

    assert first == "Skip to main content"
    page.wait_for_function("document.activeElement.id === 'main-content'")


def test_somebody_signs_in_and_out_with_the_keyboard_alone(site: Site, visit: Visit) -> None:
    page = visit()
    page.goto(f"{site.address}/sign-in/")

    page.get_by_label("E-mail address").focus()
    page.keyboard.type(site.email("analyst"))
    page.keyboard.press("Tab")
    page.keyboard.type(site.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/")
    page.get_by_role("link", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/**")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("role", WALKED)
def test_no_page_runs_or_styles_anything_from_inside_itself(role: str, walked: Walked, visit: Visit) -> None:
    page = visit(role)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    for address in (opened[0] for opened in walked(role).values()):
        page.goto(address)

    assert said == []


def test_somebody_is_warned_before_the_session_ends_and_can_stay(site: Site, visit: Visit) -> None:
    page = visit("nvap-lead")
    page.clock.install()
    page.goto(site.address)
    banner = page.get_by_role("region", name="Your time here")

    assert not banner.is_visible()
    page.clock.fast_forward("25:01")
    expect(banner).to_be_visible()
    assert "signed out in 5 minutes" in banner.inner_text()
    assert violations(page) == []
    page.get_by_role("button", name="Stay signed in").click()
    banner.wait_for(state="hidden")

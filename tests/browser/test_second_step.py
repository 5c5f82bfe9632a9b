"""From being added to signing in with a second step, as one person does it, each page checked on the way."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import FORCE, Site

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
PASSWORD = "purple monkey dishwasher"


def code_now(secret: str, *, later: int = 0) -> str:
    """The code that an authenticator app shows now, or `later` half-minutes from now."""
    value: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))
    return value


def test_dina_is_added_sets_her_password_and_a_second_step_and_signs_in_with_it(site: Site, visit: Visit) -> None:
    carol, dina = visit("force-admin"), visit()
    wrong: list[str] = []

    carol.goto(f"{site.address}/people/add/")
    carol.get_by_label("Full name").fill("Dina New")
    carol.get_by_label("E-mail address").fill(f"dina@{FORCE}.example")
    carol.get_by_label("Analyst", exact=True).check()
    carol.get_by_role("button", name="Add this person").click()
    carol.get_by_role("button", name="Make the link").click()
    link = carol.locator(".nvap-copy").inner_text()
    wrong += violations(carol)

    dina.goto(link)
    wrong += violations(dina)
    dina.get_by_label("New password", exact=True).fill(PASSWORD)
    dina.get_by_label("New password once more").fill(PASSWORD)
    dina.get_by_role("button", name="Set password").click()
    dina.wait_for_url("**/set-password/done/")
    sign_in(dina, site)
    dina.wait_for_url(f"{site.address}/")

    dina.goto(f"{site.address}/account/second-step/set-up/")
    wrong += violations(dina)
    if dina.get_by_role("heading", name="Confirm that it is you").is_visible():
        dina.get_by_label("Password", exact=True).fill(PASSWORD)
        dina.get_by_role("button", name="Continue").click()
    secret = dina.locator(".nvap-copy").inner_text()
    wrong += violations(dina)
    dina.get_by_label("Code that the app shows").fill(code_now(secret))
    dina.get_by_role("button", name="Finish").click()
    expect(dina.get_by_role("heading", name="Your spare codes")).to_be_visible()
    spare = dina.locator("main li").first.inner_text()
    wrong += violations(dina)
    for path in ("", "spare-codes/new/", "take-off/"):
        dina.goto(f"{site.address}/account/second-step/{path}")
        wrong += violations(dina)

    dina.goto(f"{site.address}/sign-out/")
    dina.get_by_role("button", name="Sign out").click()
    dina.wait_for_url("**/sign-in/**")
    sign_in(dina, site)
    expect(dina.get_by_role("heading", name="Enter your code")).to_be_visible()
    wrong += violations(dina)
    dina.get_by_label("Code").fill(spare)
    dina.get_by_role("button", name="Sign in").click()
    dina.wait_for_url(f"{site.address}/")

    assert wrong == []


def sign_in(page: Page, site: Site) -> None:
    """Dina signs in with her password."""
    page.goto(f"{site.address}/sign-in/")
    page.get_by_label("E-mail address").fill(f"dina@{FORCE}.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

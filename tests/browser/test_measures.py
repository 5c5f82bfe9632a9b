"""The measures' pages with results, in a browser: accessible, by keyboard, on a narrow screen and without scripts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import FORCE, PREPARE, Site, running
from tests.web.results import world

from nvap.records.workspace import make_workspace

pytestmark = pytest.mark.browser
PAGES = (
    "/measures/", "/measures/D01/", "/measures/D02/", "/measures/D02/?by=year", "/measures/D02/?by=area",
    "/measures/D02/?by=years", "/measures/P12/", "/readiness/", "/loads/",
    "/measures/D18/pictures/strands/", "/measures/D19/pictures/ratios/", "/measures/D01/pictures/areas/",
    "/measures/D01/pictures/week/", "/measures/D01/pictures/strands/",
)  # fmt: skip
WORK_OUT = """
from nvap.web import start
start.configure()
from nvap.web.accounts.models import Force
from nvap.web.results.breakdowns import work
from nvap.web.results.models import Breakdown
wanted = {"measure": "D18", "kind": "strands", "rule": "R1", "requested_by": "the tests"}
work.work_out("northshire", Breakdown.objects.create(force=Force.objects.get(), **wanted).pk)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`nvap serve` on a workspace whose force has extracts and stored results."""
    folder = tmp_path_factory.mktemp("measured")
    patch = pytest.MonkeyPatch()
    patch.setenv("NVAP_KEYS", str(folder / "keys"))
    workspace = make_workspace(folder / "workspace", kind="practice")
    force = workspace.add_force(FORCE, "Northshire Police")
    world.load_all(workspace, force, folder)
    for by in ("month", "quarter", "year"):
        world.store(workspace, force, by=by)
    world.store(workspace, force, ("D01", "D02"), by="area")
    world.load_flags(workspace, force, folder)
    world.load_groups(workspace, force, folder)
    world.store(workspace, force, ("D01",), by="month,area")
    world.store(workspace, force, ("D19",), by="year")
    environment = {**os.environ, "NVAP_WORKSPACE": str(workspace.path), "NVAP_KEYS": str(folder / "keys")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for code in (PREPARE.format(force=FORCE), WORK_OUT):
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    with running(folder, "serve", seconds=120) as site:
        yield site
    patch.undo()


@pytest.fixture(scope="module")
def session(site: Site, chromium: Browser) -> dict[str, object]:
    """The analyst's session on this site."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site.address}/sign-in/")
    page.get_by_label("E-mail address").fill(site.email("analyst"))
    page.get_by_label("Password", exact=True).fill(site.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.address}/")
    state = dict(context.storage_state())
    context.close()
    return state


@pytest.fixture
def page(chromium: Browser, session: dict[str, object]) -> Iterator[Page]:
    """A page of the analyst's browser."""
    context = chromium.new_context(storage_state=session)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def test_axe_finds_nothing_wrong_with_any_page_also_when_all_is_opened(site: Site, page: Page) -> None:
    wrong = []
    for address in PAGES:
        page.goto(site.address + address)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        wrong += violations(page)

    assert wrong == []


def test_no_page_is_wider_than_a_screen_of_320_pixels(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    wide = {}
    for address in PAGES:
        page.goto(site.address + address)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        wide[address] = page.evaluate("document.documentElement.scrollWidth")

    assert {address: width for address, width in wide.items() if width > 320} == {}


def test_one_drawing_is_shown_on_each_kind_of_screen(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/measures/D02/")
    on_a_wide_screen = page.get_by_role("img").count()
    page.set_viewport_size({"width": 320, "height": 640})
    on_a_narrow_screen = page.get_by_role("img").count()

    assert (on_a_wide_screen, on_a_narrow_screen) == (1, 1)


def test_the_drawing_tells_what_it_shows_to_who_cannot_see_it(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/measures/D02/")

    described = page.locator("main").aria_snapshot()

    assert 'img "Mental-health-related incidents per 1,000 people, each month' in described
    assert "unusually high: above the upper limit" in page.locator(".nvap-chart--wide desc").text_content()  # type: ignore[operator]


def test_a_closed_section_opens_with_the_keyboard(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/measures/D02/")
    page.locator("summary", has_text="How this was worked out").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Extracts behind this number").first).to_be_visible()


def test_every_choice_works_without_scripts(site: Site, chromium: Browser, session: dict[str, object]) -> None:
    context = chromium.new_context(storage_state=session, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.address}/measures/D01/")

    page.get_by_label("Number", exact=True).select_option("share")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**part=share**")
    page.get_by_role("link", name="quarter", exact=True).click()
    page.wait_for_url("**by=quarter**")

    expect(page.get_by_role("heading", name="Share of all counted incidents")).to_be_visible()
    assert "part=share" in page.url
    context.close()


def test_the_pictures_of_a_measure_are_a_link_away_and_each_has_its_table(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/measures/D18/")

    page.get_by_role("link", name="Other vulnerabilities beside mental health").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Other vulnerabilities beside mental health")
    expect(page.locator(".nvap-chart--wide svg")).to_have_count(3)
    page.get_by_text("The drawing as a table").first.click()
    expect(page.get_by_role("region", name="How much more often than by chance")).to_be_visible()

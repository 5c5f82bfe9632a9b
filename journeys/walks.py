"""The journeys: what each scripted user wants, and how they get there."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from journeys.walker import Failed, Walker

LONGEST_COMPUTATION_SECONDS = 300
TYPED = "The head of mental health, with the partnership sergeant as deputy."


@dataclass(frozen=True)
class Journey:
    """One scripted user: a name, what they want, the size of their screen, and what they do."""

    name: str
    want: str
    walk: Callable[[Walker], None]
    screen: dict[str, int] = field(default_factory=lambda: {"width": 1280, "height": 900})


def analyst(walker: Walker) -> None:
    """A number, where it comes from, and its table as a file."""
    page = walker.page
    walker.do("Signs in as the analyst", lambda: walker.sign_in("Analyst"))
    walker.do("Opens Measures", lambda: walker.follow("Measures", within="nav.govuk-service-navigation__wrapper"))
    walker.do("Waits until the worker has computed them", lambda: _wait_for_numbers(walker))
    walker.sees("Counted: flagged at closure")
    walker.do("Opens D02", lambda: walker.follow("Mental-health-related incidents per 1,000 people"))
    walker.sees("95% interval")
    walker.sees("Read alongside flag recall (D03)")
    walker.do("Opens how this was worked out", lambda: page.get_by_text("How this was worked out").click())
    walker.sees("Extracts behind this number")
    walker.do("Chooses another counting rule", lambda: walker.follow("at opening or closure"))
    walker.do("Shows it by year", lambda: walker.follow("year"))
    walker.sees("It stands as a line in the chart")
    walker.do("Opens the table", page.get_by_text("Table", exact=True).first.click)
    rows: list[dict[str, str]] = []
    walker.do("Downloads it", lambda: rows.extend(_download(walker)))
    marked = all("Not for release" in row["standing"] for row in rows)
    walker.expect(f"{len(rows)} rows, each marked not for release", holds=bool(rows) and marked)
    walker.do("Opens what was loaded", lambda: walker.open("/loads/"))
    walker.sees("rows read =")


def lead(walker: Walker) -> None:
    """From the impact statement through the logic model into the plan."""
    page = walker.page
    walker.do("Signs in as the NVAP lead", lambda: walker.sign_in("NVAP lead"))
    walker.do("Reads the impact statement", lambda: walker.open("/impact-statement/"))
    walker.do("Opens the logic model as a drawing", lambda: walker.open("/logic-model/O1/drawing/"))
    walker.do("Opens a box", lambda: _open_a_box(walker))
    walker.sees("Permanent id")
    walker.do("Opens the plan's page for objective O1", lambda: walker.open("/plan/O1/change/"))
    box = page.locator("main textarea, main input[type=text]").first
    name = box.get_attribute("name") or ""
    walker.do("Types into it and saves", lambda: _type_and_save(walker, name))
    walker.do("Comes back later", lambda: walker.open("/plan/O1/"))
    walker.sees(TYPED)


def keyboard(walker: Walker) -> None:
    """The same number without a mouse."""
    page = walker.page
    email, password = walker.site.sign_ins["Analyst"]
    rate = "Mental-health-related incidents per 1,000 people"
    walker.do("Opens the product", lambda: walker.open("/"))

    def sign_in() -> None:
        walker.tab_to("E-mail address")
        page.keyboard.type(email)
        walker.tab_to("Password")
        page.keyboard.type(password)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{walker.site.address}/")

    walker.do("Signs in with the keyboard", sign_in)
    walker.do("Skips to the main content", lambda: _press(walker, "Skip to main content"))
    walker.do("Reaches Measures from the top", lambda: _from_home(walker, "Measures", "**/measures/"))
    walker.do("Reaches D02", lambda: _press(walker, rate, "**/D02/*"))
    walker.do("Shows it by quarter", lambda: _press(walker, "quarter", "**by=quarter*"))
    walker.do("Opens the table", lambda: _press(walker, "Table"))
    walker.expect("the table is open", holds=page.locator("details[open] table").count() > 0)
    walker.do("Reaches the plan", lambda: _from_home(walker, "Plan", "**/plan/"))


def narrow(walker: Walker) -> None:
    """Every page on a screen of 320 pixels: nothing is cut off, nothing moves sideways but tables and drawings."""
    walker.do("Signs in as the analyst", lambda: walker.sign_in("Analyst"))
    for address in (
        "/", "/impact-statement/", "/logic-model/O1/", "/logic-model/O1/drawing/", "/supporting-information/O1/",
        "/item/A1a/", "/plan/", "/measures/", "/measures/D02/", "/measures/D02/?by=area", "/measures/D12/",
        "/measures/J15/", "/readiness/", "/loads/", "/search/?q=training",
    ):  # fmt: skip
        walker.do(f"Opens {address}", lambda address=address: walker.open(address))
        wide = walker.page.evaluate("document.documentElement.scrollWidth")
        walker.expect("the page is as wide as the screen", holds=wide <= 320)


JOURNEYS = (
    Journey("analyst", "a number that can be trusted, and its table", analyst),
    Journey("lead", "to understand the action and write down who owns its impact", lead),
    Journey("keyboard", "the same without a mouse", keyboard),
    Journey("narrow", "the same on a telephone", narrow, {"width": 320, "height": 640}),
)


def _wait_for_numbers(walker: Walker) -> None:
    end = time.monotonic() + LONGEST_COMPUTATION_SECONDS
    walker.open("/measures/")
    while walker.page.locator("[data-nvap-computation]").count():
        if time.monotonic() > end:
            raise Failed("the worker did not compute the measures")
        walker.page.wait_for_timeout(2000)
        walker.follow("Look again")


def _download(walker: Walker) -> list[dict[str, str]]:
    with walker.page.expect_download() as started:
        walker.page.get_by_role("link", name="Download this table (CSV)").first.click()
    text = started.value.path().read_text(encoding="utf-8-sig")
    print(f"      {started.value.suggested_filename}", flush=True)
    return list(csv.DictReader(io.StringIO(text)))


def _open_a_box(walker: Walker) -> None:
    walker.page.locator("main svg a[href*='/item/']").first.click()
    walker.page.wait_for_url("**/item/**")


def _type_and_save(walker: Walker, name: str) -> None:
    walker.page.locator(f"[name='{name}']").fill(TYPED)
    walker.page.get_by_role("button", name="Save").click()
    walker.page.wait_for_load_state()
    walker.sees("Saved.")


def _press(walker: Walker, words: str, leads_to: str = "") -> None:
    """Tab to a control and press Enter; where that leads elsewhere, wait until the page is there."""
    walker.tab_to(words)
    walker.page.keyboard.press("Enter")
    if leads_to:
        walker.page.wait_for_url(leads_to)


def _from_home(walker: Walker, words: str, leads_to: str) -> None:
    walker.open("/")
    _press(walker, words, leads_to)

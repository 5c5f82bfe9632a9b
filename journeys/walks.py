"""The journeys: what each scripted user wants, and how they get there."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from openpyxl import Workbook, load_workbook
from playwright.sync_api import Locator

from journeys.walker import Failed, Walker
from nvap.documents.plan_workbook import ABOUT, MEASURES, REF_COLUMN
from nvap.plan.form import every_field

LONGEST_COMPUTATION_SECONDS = 300
# What somebody with the toolkit on paper turns to beside the forms: the impact statement, a logic model and a table of
# supporting information for each objective. Each counts as one page, though most are longer.
TURNED_TO = 1 + 3 + 3
# What the scripted lead decides: for each objective its activities and what the force does with them.
CHOSEN = {
    "O1": {"A1a": "will-do", "A1b": "will-do", "A1c": "in-place", "A1d": "later"},
    "O2": {"A2a": "will-do", "A2b": "will-do", "A2c": "later"},
    "O3": {"A3a": "will-do", "A3b": "in-place", "A3c": "later"},
}
PURSUED = ("O1", "O2", "O3", "A1a", "A1b", "A1c", "A2a", "A2b", "A3a", "A3b")
ANSWERS = {
    "why": "Calls about mental health take hours that nobody counts.",
    "aim": "Know the demand, and agree with health who answers what.",
    "success": "The right service answers, and we can show it.",
    "benefit": "People in crisis, and the officers who now wait with them.",
    "tracking": "By the measures of this plan, every month.",
}


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
    """From the impact statement through the logic model to an item."""
    walker.do("Signs in as the NVAP lead", lambda: walker.sign_in("NVAP lead"))
    walker.do("Reads the impact statement", lambda: walker.open("/impact-statement/"))
    walker.do("Opens the logic model as a drawing", lambda: walker.open("/logic-model/O1/drawing/"))
    walker.do("Opens a box", lambda: _open_a_box(walker))
    walker.sees("Permanent id")


def set_up(walker: Walker) -> None:
    """A plan from nothing to sent for sign-off, by somebody who has never seen the product."""
    page = walker.page
    walker.do("Signs in as the NVAP lead", lambda: walker.sign_in("NVAP lead"))
    walker.do("Opens the plan", lambda: walker.click(_place(walker, "Plan")))
    walker.do("Starts it", lambda: walker.click(_main(walker).get_by_role("button", name="Start the plan")))
    walker.do("Keeps the periods offered", lambda: walker.click(_button(walker, "Start the plan")))
    walker.do("Answers the five questions", lambda: _answer_questions(walker))
    walker.do("Says who leads, prepared and signs off", lambda: _say_who(walker))
    for objective, chosen in CHOSEN.items():
        walker.do(f"Chooses the activities of {objective}", lambda o=objective, c=chosen: _choose(walker, o, c))
    walker.do("Names the owners", lambda: _name_owners(walker))
    walker.do("Picks measures", lambda: _pick_measures(walker))
    walker.do("Checks the plan", lambda: walker.click(_task(walker, "Check the plan and send it")))
    walker.do("Sends it", lambda: _send(walker))
    walker.sees("Sent for sign-off")
    walker.cost("setting a plan up", most=60)
    words, forms = on_paper(_workbook(walker))
    walker.say(f"the same on the toolkit's own form: {words} words typed, {forms + TURNED_TO} pages opened")
    walker.expect(f"the page is the plan's ({page.url})", holds="/plan/" in page.url)


def sign_off(walker: Walker) -> None:
    """What was sent, read and signed off."""
    walker.do("Signs in as the chief officer", lambda: walker.sign_in("Chief officer"))
    walker.do("Opens what waits", lambda: walker.open("/plan/review/"))
    walker.do("Signs it off", lambda: walker.click(_button(walker, "Sign off")))
    walker.do("Reads what was signed off", lambda: walker.open("/plan/signed-off/1/"))
    walker.sees("SHA-256")


def update(walker: Walker) -> None:
    """A month's report on one activity, from the home page."""
    walker.do("Signs in as the impact owner", lambda: walker.sign_in("Impact owner"))
    walker.open("/plan/progress/")
    walker.do("Opens the first report", lambda: walker.click(_main(walker).locator("table a").first))
    boxes = _main(walker).locator("textarea[name*='--progress--'], textarea[name*='--next_steps--']")
    walker.do("Says how far it is and what is next", lambda: _report(walker, boxes))
    walker.do("Saves", lambda: walker.click(_button(walker, "Save")))
    walker.sees("Saved.")
    walker.cost("a monthly update of one activity", most=15)


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


def on_paper(book: Workbook) -> tuple[int, int]:
    """The words that the toolkit's own form would hold for the same plan, all of them typed by hand; and its forms.

    The names of activities and measures count: on paper they are copied from the logic model, here they are chosen.
    """
    asked = {each.name for _kind, each in every_field() if each.toolkit} | {"owner", "wording"}
    objectives = [sheet for sheet in book if sheet.title in CHOSEN]
    words = 0
    for sheet in (book[ABOUT], *objectives):
        for _label, *slots, ref in sheet.iter_rows(min_row=2, max_col=REF_COLUMN, values_only=True):
            if str(ref or "").partition("@")[0].rpartition(".")[2] in asked:
                words += sum(len(str(each).split()) for each in slots if each)
    for label, *_slots, ref in book[MEASURES].iter_rows(min_row=2, max_col=REF_COLUMN, values_only=True):
        named = re.match(r"Measure \S+ (.+)", str(label or ""))
        words += len(named[1].split()) if named and not ref else 0
    return words, len(objectives)


JOURNEYS = (
    Journey("analyst", "a number that can be trusted, and its table", analyst),
    Journey("lead", "to understand the action", lead),
    Journey("set-up", "a plan, from nothing to sent for sign-off", set_up),
    Journey("sign-off", "to read what was sent and to stand by it (after set-up)", sign_off),
    Journey("update", "to report on a month in five minutes (after sign-off)", update),
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


def _workbook(walker: Walker) -> Workbook:
    answer = walker.page.request.get(f"{walker.site.address}/plan/files/plan.xlsx")
    return load_workbook(io.BytesIO(answer.body()))


def _open_a_box(walker: Walker) -> None:
    walker.page.locator("main svg a[href*='/item/']").first.click()
    walker.page.wait_for_url("**/item/**")


def _main(walker: Walker) -> Locator:
    return walker.page.locator("main")


def _place(walker: Walker, name: str) -> Locator:
    return walker.page.locator("nav.govuk-service-navigation__wrapper").get_by_role("link", name=name, exact=True)


def _task(walker: Walker, name: str) -> Locator:
    return _main(walker).get_by_role("link", name=name).first


def _button(walker: Walker, name: str) -> Locator:
    return _main(walker).get_by_role("button", name=name, exact=True)


def _answer_questions(walker: Walker) -> None:
    walker.click(_task(walker, "Five planning questions"))
    for name, text in ANSWERS.items():
        walker.fill(walker.page.locator(f"textarea[name='about--{name}----']"), text)
    walker.click(_button(walker, "Save"))


def _say_who(walker: Walker) -> None:
    walker.click(_task(walker, "Who leads it"))
    lead = "Demonstration NVAP lead"
    for name, person in (("project_lead", lead), ("prepared_by", lead), ("approver", "Demonstration chief officer")):
        walker.choose(walker.page.locator(f"select[name='about--{name}----']"), person)
    walker.fill(
        walker.page.locator("input[name='about--date_prepared----']"), f"{datetime.now().astimezone():%d/%m/%Y}"
    )
    walker.click(_button(walker, "Save"))


def _choose(walker: Walker, objective: str, chosen: dict[str, str]) -> None:
    walker.click(_task(walker, objective))
    for key, decision in chosen.items():
        walker.tick(f"{key}--decision----", decision)
    walker.click(_button(walker, "Save"))


def _name_owners(walker: Walker) -> None:
    walker.click(_task(walker, "Say who owns what"))
    for key in PURSUED:
        walker.choose(walker.page.locator(f"select[name='{key}--owner----']"), "Demonstration impact owner")
    walker.click(_button(walker, "Save"))


def _pick_measures(walker: Walker) -> None:
    walker.click(_task(walker, "Choose measures and targets"))
    for measure in ("D01", "D12"):
        walker.tick("measure", measure)
    walker.click(_button(walker, "Add to the plan"))
    walker.click(_place(walker, "Plan"))


def _send(walker: Walker) -> None:
    walker.click(_main(walker).get_by_role("button", name="Go on to send it"))
    walker.click(_button(walker, "Send for sign-off"))


def _report(walker: Walker, boxes: Locator) -> None:
    for number in range(boxes.count()):
        walker.fill(boxes.nth(number), "The counting rule is agreed with the control room; the code map follows.")


def _press(walker: Walker, words: str, leads_to: str = "") -> None:
    """Tab to a control and press Enter; where that leads elsewhere, wait until the page is there."""
    walker.tab_to(words)
    walker.page.keyboard.press("Enter")
    if leads_to:
        walker.page.wait_for_url(leads_to)


def _from_home(walker: Walker, words: str, leads_to: str) -> None:
    walker.open("/")
    _press(walker, words, leads_to)

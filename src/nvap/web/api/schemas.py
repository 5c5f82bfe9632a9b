"""The form of every question and answer: the OpenAPI description is made from these, and answers are held to them."""

from __future__ import annotations

import datetime

from ninja import Field, Schema

from nvap.wording import phrase

MOST_A_PAGE = 1000
# Far beyond every list, and small enough for every database.
LARGEST = 1_000_000_000
_DAY = phrase("A day, a month or a year: 2026-04-01, 2026-04 or 2026.")


class OnePage(Schema):
    """Which part of a long list."""

    limit: int = Field(MOST_A_PAGE, ge=1, le=MOST_A_PAGE, description=phrase("How many at most, up to 1000."))
    offset: int = Field(0, ge=0, le=LARGEST, description=phrase("How many to leave out from the beginning."))


class RowFilters(Schema):
    """Which rows of results."""

    by: str | None = Field(
        None, description=phrase("The layout: month (unless a run is named), quarter, year or area. One at a time.")
    )
    rule: str | None = Field(
        None,
        description=phrase(
            "The counting rule: R1, R2, R3, or one that a stored run has. Without it, each measure's first."
        ),
    )
    part: str | None = Field(None, description=phrase("One number of the measure, by its id."))
    category: str | None = Field(None, description=phrase("One category of a mix, by its code."))
    group: str | None = Field(None, description=phrase("One group of a number that is told by groups."))
    area: str | None = Field(None, description=phrase("One area, where the layout is by area."))
    from_: str | None = Field(
        None, alias="from", description=f"{phrase('Only periods that begin on this day or later.')} {_DAY}"
    )
    to: str | None = Field(None, description=f"{phrase('Only periods that end on this day or earlier.')} {_DAY}")
    as_at: str | None = Field(
        None, description=phrase("What stood on this day, as 2026-04-01: the newest run as at that day or before.")
    )


class ResultFilters(RowFilters):
    """Which rows of one measure."""

    run: str | None = Field(None, description=phrase("The rows of exactly this run."))


class LatestFilters(RowFilters):
    """Which rows of all measures."""

    measure: str | None = Field(None, description=phrase("Only these measures: ids with commas between, D01,D02."))
    seen: int | None = Field(
        None,
        ge=0,
        le=LARGEST,
        description=phrase("Set by next links: what is stored later is left out, so that pages fit together."),
    )


class RunFilters(Schema):
    """Which runs."""

    measure: str | None = Field(None, description=phrase("Only runs that hold this measure."))
    by: str | None = Field(None, description=phrase("Only runs of this layout."))
    rule: str | None = Field(None, description=phrase("Only runs under this counting rule."))


class ResultsPage(OnePage, ResultFilters):
    """A page of one measure's rows."""


class LatestPage(OnePage, LatestFilters):
    """A page of all measures' rows."""


class RunsPage(OnePage, RunFilters):
    """A page of runs."""


class MeasuresPage(OnePage):
    """A page of measures."""


class Paged(Schema):
    """What every list says of itself."""

    total: int = Field(description=phrase("How many there are in all."))
    limit: int = Field(description=phrase("How many a page holds at most."))
    offset: int = Field(description=phrase("How many come before this page."))
    next: str | None = Field(description=phrase("The address of the next page; null on the last."))


class Category(Schema):
    """A category of a mix."""

    code: str
    label: str


class Part(Schema):
    """One number of a measure."""

    id: str
    title: str
    statistic: str = Field(description=phrase("count, rate, proportion, distribution, total, mean, share or quantile."))
    unit: str = Field(description=phrase("What the value is in; empty for a share."))
    multiplier: float | None = Field(description=phrase("Per how many, for a rate."))
    at: float | None = Field(description=phrase("The share of values below, for a quantile."))
    direction: str = Field(description=phrase("up or down where one is good; contextual where neither is."))
    note: str
    categories: list[Category] = Field(description=phrase("The categories of a mix, in order."))
    groups: list[str] = Field(description=phrase("What the number is told apart by."))
    uses_rule: bool = Field(description=phrase("Whether a counting rule decides what is counted."))


class CountingRule(Schema):
    """A counting rule."""

    id: str
    name: str


class Alongside(Schema):
    """A measure to read beside."""

    measure: str
    sentence: str


class Definition(Schema):
    """What a measure is, and what it cannot say."""

    id: str
    qualified_id: str = Field(description=phrase("The id with the action's number before it."))
    title: str
    short: str
    says: str = Field(description=phrase("What can be said from it."))
    cannot_say: str = Field(description=phrase("What cannot be said from it. Show it beside the numbers."))
    rise_means: str = Field(description=phrase("What a rise means."))
    why: str
    objective: str
    activities: list[str]
    questions: list[str]
    peel: list[str] = Field(description=phrase("Codes of the inspectorate's framework, in the toolkit's edition."))
    horizon: str
    unit: str
    direction: str
    expected_course: str
    rules: list[CountingRule] = Field(
        description=phrase("Under which counting rules it is computed; the first is the usual one.")
    )
    caveats: list[str]
    read_alongside: list[Alongside]
    parts: list[Part]
    status: str
    note: str
    owner: str
    review_date: datetime.date
    pack: str = Field(description=phrase("The toolkit edition."))
    results: str = Field(description=phrase("The address of its results."))


class Definitions(Paged):
    """A page of measures."""

    items: list[Definition]


class Row(Schema):
    """One number, with all that must be said of it."""

    force: str
    measure: str
    part: str
    category: str | None = Field(description=phrase("The category of a mix, by its code."))
    group: str | None = Field(description=phrase("The group, where the number is told by groups."))
    area: str | None = Field(description=phrase("The area; null for the whole force."))
    by: str = Field(
        description=phrase("The layout of the run. Rows of different layouts count the same things: never add them up.")
    )
    period_start: datetime.date | None = Field(description=phrase("The first day."))
    period_end: datetime.date | None = Field(description=phrase("The last day; it belongs to the period."))
    numerator: int | float | None = Field(description=phrase("What was counted or added up. Null is not nought."))
    denominator: int | float | None = Field(description=phrase("Of what; null where there is none."))
    unknown: int | None = Field(description=phrase("How many could not be told either way."))
    value: float | None = Field(
        description=phrase("The number as stored: a share from 0 to 1, a rate per its multiplier.")
    )
    multiplier: int | float | None = Field(description=phrase("Per how many, for a rate."))
    unit: str | None = Field(
        description=phrase("What the value is in; null where the toolkit no longer has the number.")
    )
    lower: float | None = Field(description=phrase("The lower 95% limit, on the scale of the value."))
    upper: float | None = Field(description=phrase("The upper 95% limit, on the scale of the value."))
    method: str | None = Field(description=phrase("How the interval was worked out."))
    rule: str | None = Field(description=phrase("The counting rule; null where none decides."))
    rule_name: str | None = Field(description=phrase("The counting rule's name."))
    status: str = Field(description=phrase("ok, part_period, not_enough_data or refused."))
    reason: str | None = Field(description=phrase("Why there is no number, or what must be said of it."))
    pack: str = Field(description=phrase("The toolkit edition that it was computed with."))
    as_at: datetime.date = Field(description=phrase("The day as at which it stands."))
    run: str = Field(description=phrase("The run that it comes from; its provenance has an address of its own."))
    standing: str = Field(description=phrase("What must be said wherever the number goes."))


class Rows(Paged):
    """A page of rows."""

    items: list[Row]


class Run(Schema):
    """A stored run."""

    run: str
    measures: list[str]
    by: str
    rule: str
    from_: datetime.date | None = Field(
        alias="from", description=phrase("The first day asked for; null for all that is held.")
    )
    to: datetime.date | None = Field(description=phrase("The last day asked for; null for all that is held."))
    as_at: datetime.date
    as_at_asked: datetime.date | None = Field(description=phrase("The day as at which it was asked for, if any."))
    pack: str
    computed_at: datetime.datetime
    computed_by: str
    provenance: str = Field(description=phrase("The address of its provenance."))


class Runs(Paged):
    """A page of runs."""

    items: list[Run]


class Provenance(Schema):
    """Where a run's numbers come from."""

    run: str
    force: str
    measures: list[str]
    definitions: dict[str, str] = Field(
        description=phrase("Each measure's mark: editions with the same mark count the same.")
    )
    pack: str
    rule: str
    by: str
    from_: datetime.date | None = Field(alias="from")
    to: datetime.date | None
    as_at: datetime.date
    as_at_asked: datetime.date | None
    extracts: dict[str, list[str]] = Field(description=phrase("The batches behind it, by table."))
    origins: list[str] = Field(description=phrase("What kind of extracts: real, public or made-up."))
    practice: bool = Field(description=phrase("Whether it was computed in a practice workspace."))
    engine: str
    sql: list[str] = Field(description=phrase("The queries."))
    who: str
    when: datetime.datetime


class Start(Schema):
    """Who asks, and where to go on."""

    force: str
    role: str
    measures: str
    latest: str
    runs: str
    openapi: str


class FaultOut(Schema):
    """One fault of the query."""

    name: str
    detail: str


class ProblemOut(Schema):
    """Why there is no answer, in plain words (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description=phrase("What is wrong, and what to do."))
    request: str = Field(description=phrase("The number to quote to whoever runs the server."))
    faults: list[FaultOut] | None = Field(None, description=phrase("Each fault of the query, by its name there."))

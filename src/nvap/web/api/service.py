"""The addresses of the API: each fetches who asks, reads what is asked, calls one reader, and answers.

Read only. What a program may read is what its person may read on the pages, of their force and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

import nvap
from nvap.errors import nearest
from nvap.packs.measure import Measure
from nvap.packs.model import Pack, UnknownItem
from nvap.web.api import definitions, finding, problems, rows, schemas
from nvap.web.api.asked import short, wanted_of, wanted_of_all
from nvap.web.api.finding import Found
from nvap.web.api.paging import page_of, page_of_list
from nvap.web.api.problems import Problem
from nvap.web.api.taking import ApiRequest
from nvap.web.results.models import StoredResult
from nvap.web.toolkit.reading import pack_in_use
from nvap.wording import phrase

Suffix = Literal["csv", "parquet"]
Operation = TypeVar("Operation", bound=Callable[..., Any])
CSV, PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"
_PROBLEMS = dict.fromkeys((400, 401, 403, 404, 429), schemas.ProblemOut)
_FILES = {"csv": (rows.as_csv, CSV), "parquet": (rows.as_parquet, PARQUET)}

api = NinjaAPI(
    title="NVAP measures and results",
    version=nvap.__version__,
    description=(
        "Measures of the NVAP Action Impact Toolkit and their results in one force. Read only. No number here is for "
        "release: it may not leave the force as it stands."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


def address(path: str, answer: Any, says: str) -> Callable[[Operation], Operation]:
    """Put a function behind an address, which is named for it; `answer` is the form of what it answers with."""

    def put(operation: Operation) -> Operation:
        name = operation.__name__
        described = api.get(
            path,
            url_name=f"api-{name.replace('_', '-')}",
            response={200: answer, **_PROBLEMS},
            operation_id=name,
            by_alias=True,
            description=says,
        )
        found: Operation = described(operation)
        return found

    return put


@address("/", schemas.Start, phrase("Who asks, and where to go on."))
def start(request: ApiRequest) -> dict[str, str]:
    root = request.build_absolute_uri("/api/v1/")
    found = {name: f"{root}{name}" for name in ("measures", "latest", "runs")}
    standing = request.asker.standing
    return found | {"force": standing.force.code, "role": standing.role.name, "openapi": f"{root}openapi.json"}


@address(
    "/measures",
    schemas.Definitions,
    phrase("Every measure of the toolkit that can be computed: what it is, and what it cannot say."),
)
def measures(request: ApiRequest, asked: Query[schemas.MeasuresPage]) -> dict[str, Any]:
    pack = pack_in_use()
    page = page_of(asked, len(pack.measures))
    return page.answer(
        request, [_defined(request, pack, each) for each in page_of_list([*pack.measures.values()], page)]
    )


@address(
    "/measures/{measure}",
    schemas.Definition,
    phrase("One measure: what it is, its numbers, its caveats, and what it cannot say."),
)
def measure(request: ApiRequest, measure: str) -> dict[str, Any]:
    pack = pack_in_use()
    return _defined(request, pack, measure_of(pack, measure))


@address(
    "/measures/{measure}/results",
    schemas.Rows,
    phrase(
        "The rows of one measure: the newest, those that stood on a day, or those of one run. Pages hold to one run."
    ),
)
def results(request: ApiRequest, measure: str, asked: Query[schemas.ResultsPage]) -> dict[str, Any]:
    _own, found = _of_measure(request, measure, asked, _from_row(asked))
    return _page(request, found, asked, run=found.runs[0].id, as_at=None)


@address(
    "/measures/{measure}/results.csv",
    str,
    phrase("The same rows as one CSV file (UTF-8 with a byte-order mark), not paged."),
)
def results_csv(request: ApiRequest, measure: str, asked: Query[schemas.ResultFilters]) -> HttpResponse:
    return _results_file(request, measure, asked, "csv")


@address("/measures/{measure}/results.parquet", bytes, phrase("The same rows as one Parquet file, not paged."))
def results_parquet(request: ApiRequest, measure: str, asked: Query[schemas.ResultFilters]) -> HttpResponse:
    return _results_file(request, measure, asked, "parquet")


@address(
    "/latest",
    schemas.Rows,
    phrase("The newest rows of all measures in one flat table, in one layout. Measures without a result have no row."),
)
def latest(request: ApiRequest, asked: Query[schemas.LatestPage]) -> dict[str, Any]:
    found, seen = _of_all(request, asked, _from_row(asked))
    return _page(request, found, asked, seen=str(seen))


@address("/latest.csv", str, phrase("The same table as one CSV file (UTF-8 with a byte-order mark), not paged."))
def latest_csv(request: ApiRequest, asked: Query[schemas.LatestFilters]) -> HttpResponse:
    return _latest_file(request, asked, "csv")


@address("/latest.parquet", bytes, phrase("The same table as one Parquet file, not paged."))
def latest_parquet(request: ApiRequest, asked: Query[schemas.LatestFilters]) -> HttpResponse:
    return _latest_file(request, asked, "parquet")


@address("/runs", schemas.Runs, phrase("The stored runs, the newest first."))
def runs(request: ApiRequest, asked: Query[schemas.RunsPage]) -> dict[str, Any]:
    force = request.asker.force
    names = finding.runs(force, pack_in_use(), asked)
    page = page_of(asked, len(names))
    shown = page_of_list(names, page)
    lines: dict[str, list[StoredResult]] = {name: [] for name in shown}
    for line in StoredResult.objects.filter(force=force, run__in=shown).order_by("pk"):
        lines[line.run].append(line)
    root = request.build_absolute_uri("/api/v1/runs/")
    return page.answer(request, [definitions.run_line(each, f"{root}{name}") for name, each in lines.items()])


@address(
    "/runs/{run}",
    schemas.Provenance,
    phrase("The provenance of a run: measures, toolkit edition, rule, days, extracts, engine, queries, who and when."),
)
def run(request: ApiRequest, run: str) -> dict[str, Any]:
    return definitions.provenance(finding.run_of(request.asker.force, run))


@api.exception_handler(Problem)
def problem(request: HttpRequest, found: Problem) -> HttpResponse:
    """A problem is answered as one."""
    return problems.answer(found)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, found: ValidationError) -> HttpResponse:
    """Numbers in the query that are none, or too large."""
    names = list(dict.fromkeys(str(each["loc"][-1]) for each in found.errors))
    return problems.answer(problems.asked_wrongly([_no_number(name, request.GET.get(name, "")) for name in names]))


def measure_of(pack: Pack, asked: str) -> Measure:
    """The measure of this id. Raises Problem, 404."""
    try:
        return pack.measure(pack.own_id(asked))
    except UnknownItem as fault:
        words = _("There is no measure %(id)s that can be computed. They are listed at /api/v1/measures.")
        said = words % {"id": short(asked)} + nearest(asked.upper(), pack.measures)
        raise problems.not_there(said) from fault


def _no_number(name: str, found: str) -> problems.Fault:
    fewest, most = (1, schemas.MOST_A_PAGE) if name == "limit" else (0, schemas.LARGEST)
    what = _("a whole number from %(fewest)s to %(most)s") % {"fewest": fewest, "most": most}
    words = {"name": name, "found": short(found), "what": what}
    return problems.Fault(name, _("%(name)s is “%(found)s”; it may be %(what)s.") % words)


def _defined(request: HttpRequest, pack: Pack, measure: Measure) -> dict[str, Any]:
    where = request.build_absolute_uri(f"/api/v1/measures/{measure.id}/results")
    return definitions.definition(pack, measure, where)


def _of_measure(request: ApiRequest, measure: str, asked: schemas.ResultFilters, how: str) -> tuple[Measure, Found]:
    """A measure and its rows; they leave in the form `how`, which the journal will say."""
    pack, force = pack_in_use(), request.asker.force
    own = measure_of(pack, measure)
    found = finding.of_measure(force, own, wanted_of(own, asked, finding.rules_held(force, own)))
    request.taken = (pack.qualified(own.id), how, found)
    return own, found


def _of_all(request: ApiRequest, asked: schemas.LatestFilters, how: str) -> tuple[Found, int]:
    """The rows of all measures, and the last line of the index that was looked at."""
    pack, force = pack_in_use(), request.asker.force
    found, seen = finding.of_all(force, pack, wanted_of_all(pack, asked, finding.rules_held(force)))
    request.taken = ("all", how, found)
    return found, seen


def _from_row(asked: schemas.OnePage) -> str:
    return f"JSON from row {asked.offset + 1}"


def _page(request: ApiRequest, found: Found, asked: schemas.OnePage, **kept: str | None) -> dict[str, Any]:
    page = page_of(asked, found.rows.num_rows)
    return page.answer(request, rows.page_of(found.rows, asked.offset, asked.limit), **kept)


def _results_file(request: ApiRequest, measure: str, asked: schemas.ResultFilters, suffix: Suffix) -> HttpResponse:
    own, found = _of_measure(request, measure, asked, suffix)
    return _file(request, found, own.id, suffix)


def _latest_file(request: ApiRequest, asked: schemas.LatestFilters, suffix: Suffix) -> HttpResponse:
    found, _seen = _of_all(request, asked, suffix)
    return _file(request, found, "latest", suffix)


def _file(request: ApiRequest, found: Found, what: str, suffix: Suffix) -> HttpResponse:
    write, content_type = _FILES[suffix]
    made_up = "made-up-" if found.is_made_up else ""
    name = f"{made_up}{request.asker.force.code}-{what}-not-for-release.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write(found.rows), content_type=content_type, headers=headers)

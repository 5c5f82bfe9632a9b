"""The addresses of the API: each fetches who asks, reads what is asked, calls one reader, and answers.

Read only. What a program may read is what its person may read on the pages, of their force and no other.
"""

from __future__ import annotations

from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

import nvap
from nvap.packs.measure import Measure
from nvap.packs.model import Pack, UnknownItem
from nvap.web.api import definitions, finding, problems, rows, schemas
from nvap.web.api.asked import short, wanted_of, wanted_of_all
from nvap.web.api.asker import Asker
from nvap.web.api.finding import Found
from nvap.web.api.paging import Page, page_of_list
from nvap.web.api.problems import Problem
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.results.models import StoredResult
from nvap.web.toolkit.reading import pack_in_use
from nvap.wording import phrase

Suffix = Literal["csv", "parquet"]
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


class ApiRequest(HttpRequest):
    """A request whose asker is known; what `addresses` hands to an operation."""

    asker: Asker


@api.get(
    "/",
    url_name="api-start",
    response={200: schemas.Start, **_PROBLEMS},
    operation_id="start",
    description=phrase("Who asks, and where to go on."),
)
def start(request: ApiRequest) -> dict[str, str]:
    root = request.build_absolute_uri("/api/v1/")
    found = {name: f"{root}{name}" for name in ("measures", "latest", "runs")}
    standing = request.asker.standing
    return found | {"force": standing.force.code, "role": standing.role.name, "openapi": f"{root}openapi.json"}


@api.get(
    "/measures",
    url_name="api-measures",
    response={200: schemas.Definitions, **_PROBLEMS},
    operation_id="measures",
    description=phrase("Every measure of the toolkit that can be computed: what it is, and what it cannot say."),
)
def measures(request: ApiRequest, asked: Query[schemas.MeasuresPage]) -> dict[str, Any]:
    pack = pack_in_use()
    listed = list(pack.measures.values())
    page = Page(asked.offset, asked.limit, len(listed))
    found = [_defined(request, pack, each) for each in page_of_list(listed, page)]
    return page.answer(request, found)


@api.get(
    "/measures/{measure}",
    url_name="api-measure",
    response={200: schemas.Definition, **_PROBLEMS},
    operation_id="measure",
    description=phrase("One measure: what it is, its numbers, its caveats, and what it cannot say."),
)
def measure(request: ApiRequest, measure: str) -> dict[str, Any]:
    pack = pack_in_use()
    return _defined(request, pack, measure_of(pack, measure))


@api.get(
    "/measures/{measure}/results",
    url_name="api-results",
    response={200: schemas.Rows, **_PROBLEMS},
    operation_id="results",
    description=phrase(
        "The rows of one measure: the newest, those that stood on a day, or those of one run. Pages hold to one run."
    ),
)
def results(request: ApiRequest, measure: str, asked: Query[schemas.ResultsPage]) -> dict[str, Any]:
    pack = pack_in_use()
    own = measure_of(pack, measure)
    found = _found(request, own, asked)
    page = Page(asked.offset, asked.limit, found.rows.num_rows)
    _note(request, pack.qualified(own.id), f"JSON from row {asked.offset + 1}", found)
    kept = {"run": found.runs[0].id, "as_at": None}
    return page.answer(request, rows.page_of(found.rows, asked.offset, asked.limit), **kept)


@api.get(
    "/measures/{measure}/results.csv",
    url_name="api-results-csv",
    response={200: str, **_PROBLEMS},
    operation_id="results_csv",
    description=phrase("The same rows as one CSV file (UTF-8 with a byte-order mark), not paged."),
)
def results_csv(request: ApiRequest, measure: str, asked: Query[schemas.ResultFilters]) -> HttpResponse:
    return _results_file(request, measure, asked, "csv")


@api.get(
    "/measures/{measure}/results.parquet",
    url_name="api-results-parquet",
    response={200: bytes, **_PROBLEMS},
    operation_id="results_parquet",
    description=phrase("The same rows as one Parquet file, not paged."),
)
def results_parquet(request: ApiRequest, measure: str, asked: Query[schemas.ResultFilters]) -> HttpResponse:
    return _results_file(request, measure, asked, "parquet")


@api.get(
    "/latest",
    url_name="api-latest",
    response={200: schemas.Rows, **_PROBLEMS},
    operation_id="latest",
    description=phrase(
        "The newest rows of all measures in one flat table, in one layout. Measures without a result have no row."
    ),
)
def latest(request: ApiRequest, asked: Query[schemas.LatestPage]) -> dict[str, Any]:
    pack = pack_in_use()
    found, seen = _found_of_all(request, pack, asked)
    page = Page(asked.offset, asked.limit, found.rows.num_rows)
    _note(request, "all", f"JSON from row {asked.offset + 1}", found)
    return page.answer(request, rows.page_of(found.rows, asked.offset, asked.limit), seen=str(seen))


@api.get(
    "/latest.csv",
    url_name="api-latest-csv",
    response={200: str, **_PROBLEMS},
    operation_id="latest_csv",
    description=phrase("The same table as one CSV file (UTF-8 with a byte-order mark), not paged."),
)
def latest_csv(request: ApiRequest, asked: Query[schemas.LatestFilters]) -> HttpResponse:
    return _latest_file(request, asked, "csv")


@api.get(
    "/latest.parquet",
    url_name="api-latest-parquet",
    response={200: bytes, **_PROBLEMS},
    operation_id="latest_parquet",
    description=phrase("The same table as one Parquet file, not paged."),
)
def latest_parquet(request: ApiRequest, asked: Query[schemas.LatestFilters]) -> HttpResponse:
    return _latest_file(request, asked, "parquet")


@api.get(
    "/runs",
    url_name="api-runs",
    response={200: schemas.Runs, **_PROBLEMS},
    operation_id="runs",
    by_alias=True,
    description=phrase("The stored runs, the newest first."),
)
def runs(request: ApiRequest, asked: Query[schemas.RunsPage]) -> dict[str, Any]:
    force = request.asker.force
    names = finding.runs(force, asked)
    page = Page(asked.offset, asked.limit, len(names))
    shown = page_of_list(names, page)
    lines: dict[str, list[StoredResult]] = {name: [] for name in shown}
    for line in StoredResult.objects.filter(force=force, run__in=shown).order_by("pk"):
        lines[line.run].append(line)
    return page.answer(
        request, [definitions.run_line(each, _run_address(request, each[0].run)) for each in lines.values()]
    )


@api.get(
    "/runs/{run}",
    url_name="api-run",
    response={200: schemas.Provenance, **_PROBLEMS},
    operation_id="run",
    by_alias=True,
    description=phrase(
        "The provenance of a run: measures, toolkit edition, rule, days, extracts, engine, queries, who and when."
    ),
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
        raise problems.not_there(words % {"id": short(asked)}) from fault


def _no_number(name: str, found: str) -> problems.Fault:
    fewest, most = (1, schemas.MOST_A_PAGE) if name == "limit" else (0, schemas.LARGEST)
    what = _("a whole number from %(fewest)s to %(most)s") % {"fewest": fewest, "most": most}
    words = {"name": name, "found": short(found), "what": what}
    return problems.Fault(name, _("%(name)s is “%(found)s”; it may be %(what)s.") % words)


def _defined(request: HttpRequest, pack: Pack, measure: Measure) -> dict[str, Any]:
    address = request.build_absolute_uri(f"/api/v1/measures/{measure.id}/results")
    return definitions.definition(pack, measure, address)


def _run_address(request: HttpRequest, run: str) -> str:
    return request.build_absolute_uri(f"/api/v1/runs/{run}")


def _found(request: ApiRequest, own: Measure, asked: schemas.ResultFilters) -> Found:
    force = request.asker.force
    return finding.of_measure(force, own, wanted_of(own, asked, finding.rules_held(force, own)))


def _found_of_all(request: ApiRequest, pack: Pack, asked: schemas.LatestFilters) -> tuple[Found, int]:
    force = request.asker.force
    return finding.of_all(force, pack, wanted_of_all(pack, asked, finding.rules_held(force)))


def _results_file(request: ApiRequest, measure: str, asked: schemas.ResultFilters, suffix: Suffix) -> HttpResponse:
    pack = pack_in_use()
    own = measure_of(pack, measure)
    found = _found(request, own, asked)
    _note(request, pack.qualified(own.id), suffix, found)
    return _file(request, found, own.id, suffix)


def _latest_file(request: ApiRequest, asked: schemas.LatestFilters, suffix: Suffix) -> HttpResponse:
    pack = pack_in_use()
    found, _seen = _found_of_all(request, pack, asked)
    _note(request, "all", suffix, found)
    return _file(request, found, "latest", suffix)


def _file(request: ApiRequest, found: Found, what: str, suffix: Suffix) -> HttpResponse:
    write, content_type = _FILES[suffix]
    made_up = "made-up-" if found.is_made_up else ""
    name = f"{made_up}{request.asker.force.code}-{what}-not-for-release.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write(found.rows), content_type=content_type, headers=headers)


@transaction.atomic
def _note(request: ApiRequest, measure: str, how: str, found: Found) -> None:
    """The line that says who took which rows: the same as for a download from the pages."""
    asker = request.asker
    which = found.runs[0].id if len(found.runs) == 1 else f"{len(found.runs)} runs"
    query = request.META.get("QUERY_STRING", "")[:200]
    reason = f"API, {how}, of {found.rows.num_rows}, {query}, run {which}, by {asker.how}; not for release"
    journal.write(
        force=asker.force.code,
        by=asker.standing.actor,
        act=Act.EXPORT,
        object_type="measure",
        object_id=measure,
        reason=reason,
    )

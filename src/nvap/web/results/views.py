"""The measures' pages: the list, each measure, what was loaded, what is missing."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from nvap.errors import NotEnoughData
from nvap.packs.measure import Measure
from nvap.packs.model import Pack, UnknownItem
from nvap.records.contract import contracts
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.results import actions, pictures, stored
from nvap.web.results.asked import Wrong, as_text
from nvap.web.results.breakdowns.page import links
from nvap.web.results.choices import rule_options
from nvap.web.results.loads_page import loads as loads_of
from nvap.web.results.loads_page import totals
from nvap.web.results.looking import Looked, look
from nvap.web.results.measure_page import alongside, measure_page, table_of, to_come
from nvap.web.results.overview import computations, overview, ready
from nvap.web.results.tables import as_csv
from nvap.web.results.words import STATES
from nvap.web.toolkit.page import Step, show
from nvap.web.toolkit.reading import pack_in_use

MEASURES: Step = (gettext_lazy("Measures"), "/measures/")


@needs(Permission.READ_RESULTS, Permission.READ_RELEASED_RESULTS)
@require_safe
def measures(request: StandingRequest) -> HttpResponse:
    """The measures at a glance; for those who read released results only, that none is released yet."""
    pack = pack_in_use()
    if not may(request, Permission.READ_RESULTS):
        return show(request, "results/nothing_released.html", pack, {"measure": None})
    stored.catch_up(request.force)
    current, over = computations(request.force)
    shown = {
        "overview": overview(pack, request.force),
        "current": current,
        "over": over,
        "has_loads": bool(loads_of(request.force)),
        "may_compute": may(request, Permission.COMPUTE_RESULTS),
        "may_see_loads": may(request, Permission.READ_LOADS),
    }
    return show(request, "results/measures.html", pack, shown)


@needs(Permission.READ_RESULTS, Permission.READ_RELEASED_RESULTS)
@require_safe
def measure(request: StandingRequest, measure: str) -> HttpResponseBase:
    """One measure."""
    pack = pack_in_use()
    found = own_id(pack, measure)
    if found != measure:
        return redirect(reverse("measure", args=[found], query=request.GET))
    if to_come(pack, found) is not None:
        return redirect("item", found)
    asked = measure_of(pack, found)
    if not may(request, Permission.READ_RESULTS):
        return show(request, "results/nothing_released.html", pack, {"measure": asked}, trail=(MEASURES,))
    stored.catch_up(request.force)
    looked = look(request.force, asked, request.GET.dict())
    choice = looked.choice
    readiness = next(each for each in ready(pack, request.force) if each.measure.id == asked.id)
    current, over = computations(request.force)
    words, colour = STATES[readiness.state]
    page = measure_page(choice, looked.held, request.force, readiness) if looked.answer else None
    if looked.wrong:
        return _asked_wrongly(request, pack, looked, {"measure": asked, "page": page})
    shown = {
        "measure": asked,
        "alongside": alongside(pack, asked),
        "page": page,
        "rules": rule_options(choice),
        "readiness": readiness,
        "state_words": words,
        "colour": colour,
        "current": current,
        "over": over,
        "may_see_loads": may(request, Permission.READ_LOADS),
        "pictures": links(asked),
    }
    return show(request, "results/measure.html", pack, shown, trail=(MEASURES,))


@needs(Permission.READ_RESULTS)
@require_safe
def measure_file(request: StandingRequest, measure: str) -> HttpResponse:
    """What a measure's page shows as a CSV file; a line in the journal says who took it."""
    pack = pack_in_use()
    asked = measure_of(pack, own_id(pack, measure))
    looked = look(request.force, asked, request.GET.dict())
    if looked.wrong:
        return _told_wrong(looked)
    if looked.answer is None:
        raise Http404
    text = as_csv(table_of(looked.choice, looked.answer), asked.id)
    # With a byte-order mark, without which spreadsheets misread letters beyond English.
    return _download(request, pack, looked, ("csv", "text/csv; charset=utf-8", text.encode("utf-8-sig")))


@needs(Permission.READ_RESULTS)
@require_safe
def picture_file(request: StandingRequest, measure: str, kind: str) -> HttpResponse:
    """A measure's picture as SVG or PNG; a line in the journal says who took it."""
    pack = pack_in_use()
    asked = measure_of(pack, own_id(pack, measure))
    stored.catch_up(request.force)
    named = {name: value for name, value in request.GET.dict().items() if name != "picture"}
    looked = look(request.force, asked, named)
    if looked.wrong:
        return _told_wrong(looked)
    if looked.answer is None or kind not in pictures.KINDS:
        raise Http404
    try:
        content = pictures.file_of(looked.choice, looked.answer, request.GET.get("picture", ""), kind)
    except NotEnoughData as fault:
        raise Http404 from fault
    return _download(request, pack, looked, (kind, pictures.KINDS[kind], content))


@needs(Permission.COMPUTE_RESULTS)
@require_POST
def compute(request: StandingRequest) -> HttpResponse:
    """Ask the worker to compute the measures anew."""
    actions.request_computation(force=request.force, because="asked for on the measures' page", by=request.user)
    messages.success(request, _("The measures will be computed. This page says how far it is."))
    return redirect("measures")


@needs(Permission.READ_LOADS)
@require_safe
def loads(request: StandingRequest) -> HttpResponse:
    """What was loaded, and what became of each row."""
    pack = pack_in_use()
    tables = loads_of(request.force)
    shown = {"tables": tables, "totals": totals(tables)}
    return show(request, "results/loads.html", pack, shown, trail=(MEASURES,))


@needs(Permission.READ_RESULTS)
@require_safe
def readiness(request: StandingRequest) -> HttpResponse:
    """What each measure can be computed from, and what is missing."""
    pack = pack_in_use()
    found = [(each, *STATES[each.state]) for each in ready(pack, request.force)]
    loaded = {table.name for table in loads_of(request.force)}
    shown = {
        "measures": found,
        "tables": [(each, each.name in loaded) for each in contracts().values()],
        "may_see_loads": may(request, Permission.READ_LOADS),
    }
    return show(request, "results/readiness.html", pack, shown, trail=(MEASURES,))


def _download(request: StandingRequest, pack: Pack, looked: Looked, file: tuple[str, str, bytes]) -> HttpResponse:
    """A file of what was chosen (its ending, content type and content), once the journal says who takes it."""
    (kind, content_type, content), choice, answer = file, looked.choice, looked.answer
    assert answer is not None  # noqa: S101 - a file is made from a stored answer
    with transaction.atomic():
        journal.write(
            force=request.force.code,
            by=request.user,
            act=Act.EXPORT,
            object_type="measure",
            object_id=pack.qualified(choice.measure.id),
            reason=f"{kind.upper()}, {choice.query()}, run {answer.entry.run}; not for release",
        )
    response = HttpResponse(content, content_type=content_type)
    made_up = "made-up-" if answer.is_made_up else ""
    name = f"{made_up}{request.force.code}-{choice.measure.id}-{choice.part.id}-by-{choice.by}-not-for-release.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _told_wrong(looked: Looked) -> HttpResponse:
    """400 in plain text, for those who fetch a file."""
    return HttpResponse(as_text(looked.wrong), status=400, content_type="text/plain; charset=utf-8")


def _asked_wrongly(request: StandingRequest, pack: Pack, looked: Looked, shown: dict[str, object]) -> HttpResponse:
    """400: what the address asks for and cannot have, each line leading to the nearest that can be had."""
    choice = looked.choice
    lines = [{"text": each.sentence, "href": choice.address(**_instead(each))} for each in looked.wrong]
    shown |= {"wrong": lines, "instead": choice.address()}
    return show(request, "results/asked_wrongly.html", pack, shown, trail=(MEASURES,), status=400)


def _instead(wrong: Wrong) -> dict[str, str]:
    return {wrong.name: wrong.nearest} if wrong.nearest else {}


def own_id(pack: Pack, asked: str) -> str:
    """The id that an address names, as the pack writes it, or 404."""
    try:
        return pack.own_id(asked)
    except UnknownItem as fault:
        raise Http404 from fault


def measure_of(pack: Pack, asked: str) -> Measure:
    """The measure of this id, or 404."""
    try:
        return pack.measure(asked)
    except UnknownItem as fault:
        raise Http404 from fault

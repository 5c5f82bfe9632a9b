"""The toolkit's pages, parts 1 to 3, and search."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from nvap.packs import Pack
from nvap.packs.model import UnknownItem
from nvap.web.access import Permission, needs
from nvap.web.toolkit import drawing, item_page, offers, supporting
from nvap.web.toolkit.impact_statement import impact_statement as statement_of
from nvap.web.toolkit.logic_model import logic_model_list
from nvap.web.toolkit.page import Step, objective_steps, show
from nvap.web.toolkit.reading import address_of, pack_in_use
from nvap.web.toolkit.searching import SearchForm, results

LOGIC_MODEL = _("Logic model")
SUPPORTING = _("Supporting information")


@needs(Permission.READ_TOOLKIT)
@require_safe
def impact_statement(request: HttpRequest) -> HttpResponse:
    """Part 1, on one screen and one sheet of paper."""
    pack = pack_in_use()
    statement = statement_of(pack, offers.latest_values(request, pack.starting_set))
    return show(request, "toolkit/impact_statement.html", pack, {"statement": statement})


@needs(Permission.READ_TOOLKIT)
@require_safe
def logic_models(request: HttpRequest) -> HttpResponse:
    """The first objective's logic model."""
    return redirect("logic-model", pack_in_use().objectives[0].id)


@needs(Permission.READ_TOOLKIT)
@require_safe
def logic_model(request: HttpRequest, objective: str) -> HttpResponseBase:
    """Part 2 of one objective, as a nested list."""
    pack = pack_in_use()
    own = _objective(pack, objective)
    if own != objective:
        return redirect("logic-model", own)
    shown = {"model": logic_model_list(pack, own), "objectives": objective_steps(pack, own, "logic-model")}
    return show(request, "toolkit/logic_model.html", pack, shown)


@needs(Permission.READ_TOOLKIT)
@require_safe
def logic_model_drawing(request: HttpRequest, objective: str) -> HttpResponseBase:
    """Part 2 of one objective, as a drawing."""
    pack = pack_in_use()
    own = _objective(pack, objective)
    if own != objective:
        return redirect("logic-model-drawing", own)
    marks = offers.plan_marks(request, pack)
    shown = {
        "marked": bool(marks),
        "objective": pack.items[own],
        "svg": drawing.on_page(pack, own, marks),
        "files": drawing.files(pack, own),
        "objectives": objective_steps(pack, own, "logic-model-drawing"),
    }
    above = (LOGIC_MODEL, reverse("logic-model", args=[own]))
    return show(request, "toolkit/logic_model_drawing.html", pack, shown, trail=(above,))


@needs(Permission.READ_TOOLKIT)
@require_safe
def logic_model_file(request: HttpRequest, objective: str, kind: str) -> HttpResponseBase:
    """The drawing as a file to keep: SVG, PNG or PDF (A3)."""
    pack = pack_in_use()
    own = _objective(pack, objective)
    if kind not in drawing.KINDS:
        raise Http404
    return drawing.answer(pack, own, kind, offers.plan_marks(request, pack))


@needs(Permission.READ_TOOLKIT)
@require_safe
def supporting_contents(request: HttpRequest) -> HttpResponse:
    """Part 3: what it holds."""
    pack = pack_in_use()
    return show(request, "toolkit/supporting.html", pack, {"contents": supporting.contents(pack)})


@needs(Permission.READ_TOOLKIT)
@require_safe
def supporting_information(request: HttpRequest, objective: str) -> HttpResponseBase:
    """Part 3 of one objective, activity by activity."""
    pack = pack_in_use()
    own = _objective(pack, objective)
    if own != objective:
        return redirect("supporting-information", own)
    shown = {
        "support": supporting.support(pack, own),
        "objectives": objective_steps(pack, own, "supporting-information"),
    }
    return show(request, "toolkit/supporting_information.html", pack, shown, trail=(_supporting_step(),))


@needs(Permission.READ_TOOLKIT)
@require_safe
def challenges(request: HttpRequest) -> HttpResponse:
    """Part 3: the perennial challenges with their issues."""
    pack = pack_in_use()
    shown = {"challenges": supporting.challenges(pack)}
    return show(request, "toolkit/challenges.html", pack, shown, trail=(_supporting_step(),))


@needs(Permission.READ_TOOLKIT)
@require_safe
def references(request: HttpRequest) -> HttpResponse:
    """Part 3: every publication that the toolkit cites."""
    pack = pack_in_use()
    shown = {"references": supporting.references(pack)}
    return show(request, "toolkit/references.html", pack, shown, trail=(_supporting_step(),))


@needs(Permission.READ_TOOLKIT)
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The toolkit's guidance notes, and what has come after it."""
    pack = pack_in_use()
    shown = {"about": supporting.about(pack)}
    return show(request, "toolkit/about.html", pack, shown, trail=(_supporting_step(),))


@needs(Permission.READ_TOOLKIT)
@require_safe
def item(request: HttpRequest, item: str) -> HttpResponseBase:
    """One item of the toolkit, with every link in both directions."""
    pack = pack_in_use()
    try:
        own = pack.own_id(item)
    except UnknownItem:
        return _not_found(request, pack, item)
    address = address_of(pack, own)
    if request.path != address:
        return redirect(address)
    shown = {"page": item_page.item_page(pack, own), "entries": offers.plan_entries(request, pack, own)}
    return show(request, "toolkit/item.html", pack, shown, trail=_trail_to(pack, own))


@needs(Permission.READ_TOOLKIT)
@require_safe
def reference(request: HttpRequest, reference: str) -> HttpResponseBase:
    """One publication, with everything that cites it."""
    pack = pack_in_use()
    try:
        own = pack.own_id(reference)
    except UnknownItem:
        return _not_found(request, pack, reference)
    address = address_of(pack, own)
    if request.path != address:
        return redirect(address)
    above = (_supporting_step(), (_("References"), reverse("references")))
    return show(request, "toolkit/reference.html", pack, {"page": item_page.reference_page(pack, own)}, trail=above)


@needs(Permission.READ_TOOLKIT)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search over everything the toolkit holds."""
    pack = pack_in_use()
    form = SearchForm(request.GET if "q" in request.GET else None)
    asked = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    shown = {"form": form, "asked": asked, "results": results(pack, asked) if asked else None}
    return show(request, "toolkit/search.html", pack, shown)


def _objective(pack: Pack, asked: str) -> str:
    """The objective's own id, or 404 for anything that has no logic model."""
    try:
        own = pack.own_id(asked)
    except UnknownItem as fault:
        raise Http404 from fault
    if own not in {each.id for each in pack.objectives}:
        raise Http404
    return own


def _not_found(request: HttpRequest, pack: Pack, asked: str) -> HttpResponse:
    shown = {"asked": asked, "suggestions": item_page.suggestions(pack, asked), "form": SearchForm()}
    return show(request, "toolkit/not_found.html", pack, shown, status=404)


def _supporting_step() -> Step:
    return (SUPPORTING, reverse("supporting"))


def _trail_to(pack: Pack, own: str) -> tuple[Step, ...]:
    """The page above an item: its objective's logic model, or the contents of part 3."""
    objective = pack.measures[own].objective if own in pack.measures else pack.items[own].objective
    if not objective:
        return (_supporting_step(),)
    label = pack.label(objective)
    return ((LOGIC_MODEL, reverse("logic-models")), (label, reverse("logic-model", args=[objective])))

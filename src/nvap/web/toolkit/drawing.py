"""The logic model as a drawing: on a page, where its boxes are links, and as files to keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from nvap import packs
from nvap.charts import logic_model as chart
from nvap.charts.model import Box, Edge, LogicModelDrawing
from nvap.documents import drawing as documents
from nvap.packs import Pack
from nvap.packs.items import Item
from nvap.web.toolkit.offers import Mark
from nvap.web.toolkit.reading import PLAIN, address_of
from nvap.web.toolkit.words import SHORT_STATUSES

A3_LYING_DOWN = 420 / 297
PICTURE_WIDTH = 3508  # an A3 sheet at 212 dots an inch
_KEPT = 32
Marks = Mapping[str, Mark]
NO_MARKS: Marks = MappingProxyType({})


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called on screen, its type for a browser, and how it is made from the drawing."""

    label: str | Promise
    mime: str
    make: Callable[[LogicModelDrawing], bytes]


@dataclass(frozen=True)
class File:
    """A file that can be downloaded."""

    label: str | Promise
    name: str
    address: str


def _svg(model: LogicModelDrawing) -> bytes:
    return chart.draw(model, standalone=True, proportion=A3_LYING_DOWN, translate=gettext).encode()


def _png(model: LogicModelDrawing) -> bytes:
    svg = chart.draw(model, standalone=True, proportion=A3_LYING_DOWN, translate=gettext)
    return documents.png(svg, title=model.title, width_px=PICTURE_WIDTH)


def _pdf(model: LogicModelDrawing) -> bytes:
    svg = chart.draw(model, standalone=True, proportion=A3_LYING_DOWN, heading=False, translate=gettext)
    return documents.pdf(svg, title=model.title, language=model.language, translate=gettext)


KINDS = {
    "svg": Kind(_("SVG, to edit"), "image/svg+xml", _svg),
    "png": Kind(_("PNG, a picture"), "image/png", _png),
    "pdf": Kind(_("PDF, A3 to print"), "application/pdf", _pdf),
}


def on_page(pack: Pack, objective: str, marks: Marks = NO_MARKS) -> SafeString:
    """The drawing for a page, each box a link to its item and marked with what the plan says about it."""
    return mark_safe(chart.draw(_model(pack, objective, marks), heading=False, translate=gettext))  # noqa: S308 - the chart escapes


def drawing_svg(pack: Pack, objective: str, marks: Marks = NO_MARKS) -> str:
    """The same drawing as a file of its own, without a heading: for a document such as the board pack."""
    model = _model(pack, objective, marks)
    return chart.draw(model, standalone=True, heading=False, proportion=A3_LYING_DOWN, translate=gettext)


def files(pack: Pack, objective: str) -> tuple[File, ...]:
    """The files that the drawing can be kept as."""
    return tuple(
        File(each.label, _name(pack, objective, kind), reverse("logic-model-file", args=[objective, kind]))
        for kind, each in KINDS.items()
    )


def answer(pack: Pack, objective: str, kind: str, marks: Marks = NO_MARKS) -> HttpResponse:
    """The drawing as a file, under a name that says what it is. One that says something of a plan is kept nowhere."""
    if marks:
        made = KINDS[kind].make(_model(pack, objective, marks))
    else:
        made = _made(pack.id, pack.content_hash, objective, kind, get_language() or PLAIN)
    response = HttpResponse(made, content_type=KINDS[kind].mime)
    response["Content-Disposition"] = f'attachment; filename="{_name(pack, objective, kind)}"'
    return response


@lru_cache(maxsize=_KEPT)
def _made(pack_id: str, content_hash: str, objective: str, kind: str, language: str) -> bytes:
    """The file's bytes; made once for each content of the pack, since a PDF takes a while."""
    model = _model(packs.pack(pack_id, language), objective)
    return KINDS[kind].make(model)


def _name(pack: Pack, objective: str, kind: str) -> str:
    return f"nvap-{pack.action.number}-{objective}-logic-model.{kind}"


def _model(pack: Pack, objective: str, marks: Marks = NO_MARKS) -> LogicModelDrawing:
    model = pack.logic_model(objective)
    columns = (model.activities, model.outputs, model.impacts, model.long_term)
    title = gettext("Logic model, %(id)s: %(objective)s")
    return LogicModelDrawing(
        id=f"logic-model-{objective}",
        title=title % {"id": objective, "objective": model.objective.label},
        columns=(
            gettext("Activities"),
            gettext("Outputs"),
            gettext("Short and medium term impacts"),
            gettext("Long-term impacts"),
        ),
        boxes=tuple(_box(pack, each, number, marks) for number, items in enumerate(columns) for each in items),
        edges=tuple(Edge(start, end) for start, end in model.arrows),
        consequences=tuple(_box(pack, each, 0, marks) for each in model.consequences),
        consequences_heading=gettext("Unintended consequences to look out for"),
        notes=_notes(pack),
        language="cy" if pack.language == "cy" else "en",
    )


def _box(pack: Pack, item: Item, column: int, marks: Marks) -> Box:
    return Box(
        id=item.id,
        column=column,
        tag=item.id,
        text=item.label,
        status=str(SHORT_STATUSES[item.status]),
        href=address_of(pack, item.id),
        note=marks[item.id].words if item.id in marks else "",
    )


def _notes(pack: Pack) -> tuple[str, ...]:
    stated = gettext(
        "Stated: the toolkit says so. Reconstructed: missing from the toolkit's text and worked out; the item says how."
    )
    edition = gettext("Action %(number)s, %(title)s. Toolkit edition %(release)s.")
    return (stated, edition % {"number": pack.action.number, "title": pack.action.title, "release": pack.release})

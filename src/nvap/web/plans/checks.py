"""Whether the fields of one thing fit together, wherever they were written: by field, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from nvap.packs import Pack
from nvap.plan.document import SEPARATOR, Document
from nvap.plan.stages import Stage, computed_stage
from nvap.web.plans import measures


def faults(pack: Pack, document: Document, key: str, typed: Mapping[str, str]) -> Mapping[str, str]:
    """What is wrong with a thing as it was typed, by field; `typed` holds every field that was on the page or sheet."""
    kind = document.things[key].kind
    if kind == "measure":
        return measures.faults(pack, document, key, typed)
    if kind == "observation":
        return measures.observation_faults(typed)
    if kind == "question":
        return answered(typed)
    if kind == "consequence":
        return {"title": _("Write what it is called.")} if typed.get("title") == "" else {}
    if kind == "evidence":
        return evidenced(typed, has_file=bool(document.text(key, "file")))
    return staged(typed) if kind == "activity" else {}


def staged(typed: Mapping[str, str]) -> Mapping[str, str]:
    """Another stage than the statements give is kept only with a reason."""
    ticked, chosen, reason = (typed.get(each, "") for each in ("statements", "stage", "stage_reason"))
    if Stage(computed_stage(ticked.split(SEPARATOR)), chosen).overridden and not reason:
        return {"stage_reason": _("Say why the stage differs from what the statements give.")}
    return {}


def answered(typed: Mapping[str, str]) -> Mapping[str, str]:
    """What an answer says needs the answer itself."""
    return {"answer": _("Write what the answer rests on.")} if typed["stance"] and not typed["answer"] else {}


def evidenced(typed: Mapping[str, str], *, has_file: bool) -> dict[str, str]:
    """A piece of evidence has a name, a date, and a document: behind an address, or kept as a file."""
    found = {}
    if not typed["title"]:
        found["title"] = _("Say what it is.")
    if not typed["dated"]:
        found["dated"] = _("Give the date of the evidence.")
    if not typed["link"] and not has_file:
        found["link"] = _("Paste the address of the document in your force's own store.")
    return found

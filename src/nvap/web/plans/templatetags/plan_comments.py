"""`{% comments_on key %}`: what was said about a thing of the plan and is not settled, and a way to say something."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from nvap.packs import Pack
from nvap.plan.document import Place
from nvap.web.access import Permission, may
from nvap.web.plans.history import label_in, named
from nvap.web.plans.models import Comment, Thing

register = template.Library()


@register.inclusion_tag("plans/comments_on.html", takes_context=True)
def comments_on(context: dict[str, Any], key: str) -> dict[str, Any]:
    """The comments on one thing of the force's plan: one query, and a second where there are any."""
    request, pack = context["request"], context["pack"]
    plan = {"plan__force": request.force, "plan__pack": pack.id, "plan__closed_at": None}
    found = list(Comment.objects.filter(**plan, key=key, settled_at=None).select_related("by"))
    kind = Thing.objects.filter(**plan, key=key).values_list("kind", flat=True).first() if found else ""
    return {
        "comments": [{"comment": each, "label": _label(pack, kind or "", each)} for each in found],
        "address": f"{reverse('plan-comment')}?place={named(Place(key, ''))}",
        "may_comment": may(request, Permission.COMMENT_ON_PLAN),
    }


def _label(pack: Pack, kind: str, comment: Comment) -> str:
    return label_in(pack, kind, Place(comment.key, comment.field, comment.side, comment.period))

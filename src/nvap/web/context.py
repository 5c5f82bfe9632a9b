"""What every page shows around its content: whose workspace, which force, who asks, and where one can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nvap.web.access import Permission, Standing, standing_of
from nvap.web.journal.request_number import request_number


@dataclass(frozen=True)
class Place:
    """A line of the service navigation: whoever has any of `needs` sees it; `names` are the pages that belong to it."""

    name: str
    label: str | Promise
    needs: tuple[Permission, ...]
    names: frozenset[str] = frozenset()


PLACES = (
    Place("home", _("Home"), tuple(Permission)),
    Place("impact-statement", _("Impact statement"), (Permission.READ_TOOLKIT,)),
    Place(
        "logic-models", _("Logic model"), (Permission.READ_TOOLKIT,), frozenset({"logic-model", "logic-model-drawing"})
    ),
    Place(
        "supporting",
        _("Supporting information"),
        (Permission.READ_TOOLKIT,),
        frozenset({"supporting-information", "challenges", "references", "about-the-toolkit", "item", "reference"}),
    ),
    Place(
        "plan",
        _("Plan"),
        (
            Permission.READ_PLAN,
            Permission.READ_SIGNED_OFF_PLAN,
            Permission.READ_SHARED_PLAN,
            Permission.REPORT_PROGRESS,
        ),
        frozenset(
            {
                "plan-pack-pdf",
                "plan-pack-docx",
                "plan-files",
                "plan-workbook",
                "plan-json",
                "plan-upload",
                "plan-uploaded",
                "plan-import",
                "plan-imported",
                "plan-section",
                "plan-progress",
                "plan-update",
                "plan-evidence",
                "plan-evidence-add",
                "plan-evidence-change",
                "plan-evidence-standing",
                "plan-shared",
                "plan-missing",
                "plan-hand-over",
                "plan-settings",
                "plan-messages",
                "plan-messages-stop",
                "plan-change",
                "plan-start",
                "plan-periods",
                "plan-questions",
                "plan-about",
                "plan-choose",
                "plan-own-activity",
                "plan-owners",
                "plan-check",
                "plan-remove",
                "plan-stage",
                "plan-activity",
                "plan-activity-change",
                "plan-send",
                "plan-review",
                "plan-comment",
                "plan-signed-list",
                "plan-signed",
                "plan-history",
                "plan-version",
                "plan-compare",
                "plan-restore",
                "plan-redact",
                "plan-measures",
                "plan-measure",
                "plan-measure-change",
                "plan-measure-own",
                "plan-measure-remove",
                "plan-observation-add",
                "plan-consequences",
                "plan-consequence",
                "plan-consequence-change",
                "plan-consequence-own",
                "plan-impact",
                "plan-impact-change",
                "plan-question",
            }
        ),
    ),
    Place(
        "measures",
        _("Measures"),
        (Permission.READ_RESULTS, Permission.READ_RELEASED_RESULTS),
        frozenset(
            {
                "measure",
                "measure-breakdown",
                "measure-changes",
                "measure-lines",
                "measure-lines-withdraw",
                "counting-rule",
                "counting-rule-change",
                "counting-rule-new",
                "counting-rule-retire",
                "counting-rules",
                "profile",
                "profile-run",
                "readiness",
                "loads",
                "api-about",
            }
        ),
    ),
    Place("search", _("Search"), (Permission.READ_TOOLKIT,)),
    Place(
        "people",
        _("People"),
        (Permission.MANAGE_PEOPLE,),
        frozenset({"person", "add-person", "person-link", "api-tokens-of-force"}),
    ),
    Place("journal", _("Journal"), (Permission.READ_JOURNAL,)),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page."""
    standing = standing_of(request)
    return {
        "practice": settings.NVAP_PRACTICE,
        "standing": standing,
        "force": getattr(request, "force", None),
        "several_forces": len(getattr(request, "memberships", ())) > 1,
        "may_use_api": standing is not None and standing.may(Permission.READ_RESULTS),
        "may_comment": standing is not None and standing.may(Permission.COMMENT_ON_PLAN),
        "navigation": _navigation(request, standing) if standing else [],
        "request_number": request_number.get(),
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "sign_out": _sign_out(request),
    }


def _sign_out(request: HttpRequest) -> str:
    """The address to sign out at; from a page of the plan, signing in again leads back to it."""
    here, address = request.resolver_match, reverse("account_logout")
    if here is None or request.method != "GET" or not (here.url_name or "").startswith("plan"):
        return address
    back = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
    return f"{address}?{urlencode({'next': back})}"


def _navigation(request: HttpRequest, standing: Standing) -> list[dict[str, object]]:
    here = request.resolver_match.url_name if request.resolver_match else None
    return [
        {
            "href": reverse(place.name),
            "text": str(place.label),
            "current": here == place.name,
            "active": here in place.names,
        }
        for place in PLACES
        if any(standing.may(permission) for permission in place.needs)
    ]

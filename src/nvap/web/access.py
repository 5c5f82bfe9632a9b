"""Who is asking, for which force, and whether they may: the one way in for every view.

@needs(Permission.READ_PLAN)
def plan(request): ...                       request.force and request.standing are there

entry = fetch(request, Plan, pk=number)      this force's, or 404: the same answer as for a thing that is not there
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase


class Permission(StrEnum):
    """What somebody may do, in words that the person who grants it can read."""

    READ_TOOLKIT = "read the toolkit: impact statement, logic models, supporting information"
    READ_PLAN = "read the force's plan while it is being worked on"
    READ_SIGNED_OFF_PLAN = "read what has been signed off of the force's plan"
    READ_SHARED_PLAN = "read those parts of the plan that are shared with partners"
    EDIT_PLAN = "change the force's plan"
    REPORT_PROGRESS = "report on the activities that one owns"
    COMMENT_ON_PLAN = "comment on the plan"
    SIGN_OFF_PLAN = "sign the plan off, return it, or open it again"
    SET_PLAN_RULES = "say how the force's plans are approved, and whether files may be kept"
    READ_RESULTS = "read the force's measures"
    READ_RELEASED_RESULTS = "read those measures that have been released"
    READ_LOADS = "read what was loaded, and which rows were set aside"
    COMPUTE_RESULTS = "ask for the measures to be computed again"
    READ_JOURNAL = "read the journal: who did what, and when"
    MANAGE_PEOPLE = "add and remove people, and say what each may do"


class Role(Protocol):
    """What the web asks of a role; the roles themselves stand in `accounts.roles`."""

    name: str

    def may(self, permission: Permission) -> bool: ...


class ForceLike(Protocol):
    """What the web asks of a force."""

    code: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class Standing:
    """Who asks: one person, in one role, for one force."""

    force: ForceLike
    role: Role
    actor: str
    user_id: int

    def may(self, permission: Permission) -> bool:
        """Whether this person's role, in this force, has the permission."""
        return self.role.may(permission)


class StandingRequest(HttpRequest):
    """A request whose asker stands in a force; what `needs` hands to a view."""

    force: Any
    standing: Standing


AnyModel = TypeVar("AnyModel", bound=Model)
View = Callable[..., HttpResponseBase]


def standing_of(request: HttpRequest) -> Standing | None:
    """The asker's standing, or None for somebody who is signed out or belongs to no force."""
    return getattr(request, "standing", None)


def may(request: HttpRequest, permission: Permission) -> bool:
    """Whether the asker has the permission in the force they stand in."""
    standing = standing_of(request)
    return standing is not None and standing.may(permission)


def needs(*permissions: Permission) -> Callable[[View], View]:
    """Let a view be opened by those who have any of the permissions; others get the page that says what they lack."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not any(may(request, permission) for permission in permissions):
                raise PermissionDenied(permissions[0].value)
            return view(request, *args, **kwargs)

        guarded.needs = permissions  # type: ignore[attr-defined]  # the crawl test reads who may open what
        return guarded

    return decorate


def fetch(request: HttpRequest, model: type[AnyModel], **which: Any) -> AnyModel:
    """This force's one row of `model`, or 404: a thing of another force and a thing that is not there look the same."""
    standing = standing_of(request)
    if standing is None:
        raise PermissionDenied
    manager = cast(Any, model)._default_manager
    try:
        found: AnyModel = manager.get(**which, force=standing.force.code)
    except (ObjectDoesNotExist, ValueError) as error:
        raise Http404 from error
    return found

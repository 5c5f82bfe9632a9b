"""People of a force, one's own account, and the ways in that allauth does not have."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from nvap.errors import Refused
from nvap.web.access import Permission, StandingRequest, fetch, needs
from nvap.web.accounts import actions, forms, links
from nvap.web.accounts.models import Membership
from nvap.web.accounts.roles import ROLES


@needs(Permission.MANAGE_PEOPLE)
@require_safe
def people(request: StandingRequest) -> HttpResponse:
    """Everybody who has a role in this force, and what each role may do."""
    members = Membership.objects.filter(force=request.force).select_related("user").order_by("user__name")
    return render(request, "accounts/people.html", {"members": members, "roles": ROLES.values()})


@needs(Permission.MANAGE_PEOPLE)
def add_person(request: StandingRequest) -> HttpResponse:
    """Add somebody; then show the link with which they set their password."""
    form = forms.AddPersonForm(request.POST or None, force_code=request.force.code)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/add_person.html", {"form": form})
    member = actions.add_person(
        force=request.force,
        email=form.cleaned_data["email"],
        name=form.cleaned_data["name"],
        role_name=form.cleaned_data["role"],
        until=forms.last_day(form),
        by=request.user,
    )
    messages.success(request, _("%(name)s was added.") % {"name": member.user.name})
    if member.user.has_usable_password():  # known on this server from another force
        return redirect("people")
    return redirect("person-link", number=member.pk)


@needs(Permission.MANAGE_PEOPLE)
def person(request: StandingRequest, number: int) -> HttpResponse:
    """Change somebody's role or last day, or remove them from this force."""
    member = fetch(request, Membership, pk=number)
    start = {"role": member.role, "until": member.until}
    form = forms.RoleForm(request.POST if "change" in request.POST else None, initial=start)
    refused = ""
    try:
        if "remove" in request.POST:
            actions.remove_person(membership=member, by=request.user)
            messages.success(request, _("%(name)s was removed from this force.") % {"name": member.user.name})
            return redirect("people")
        if form.is_bound and form.is_valid():
            role, until = form.cleaned_data["role"], forms.last_day(form)
            actions.change_person(membership=member, role_name=role, until=until, by=request.user)
            messages.success(request, _("%(name)s was changed.") % {"name": member.user.name})
            return redirect("people")
    except Refused as refusal:
        refused = str(refusal)
    return render(request, "accounts/person.html", {"form": form, "member": member, "refused": refused})


@needs(Permission.MANAGE_PEOPLE)
def person_link(request: StandingRequest, number: int) -> HttpResponse:
    """Make a one-time link with which this person sets their password; shown once, to be handed over."""
    member = fetch(request, Membership, pk=number)
    if not links.may_be_made(member, force=request.force):
        raise PermissionDenied(Permission.MANAGE_PEOPLE.value)
    link = ""
    if request.method == "POST":
        actions.note_link(membership=member, by=request.user)
        link = request.build_absolute_uri(links.one_time_path(member.user))
    return render(request, "accounts/person_link.html", {"member": member, "link": link})


@require_safe
def my_account(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is here, password, second step."""
    return render(request, "accounts/my_account.html", {"memberships": getattr(request, "memberships", [])})


def choose_force(request: HttpRequest) -> HttpResponse:
    """For which of one's forces one works in this session."""
    memberships = getattr(request, "memberships", [])
    form = forms.ForceForm(request.POST or None, memberships=memberships)
    if request.method == "POST" and form.is_valid():
        request.session["force"] = form.cleaned_data["force"]
        return redirect("home")
    return render(request, "accounts/choose_force.html", {"form": form})


@require_safe
def still_here(request: HttpRequest) -> HttpResponse:
    """Asked by the page when somebody presses "Stay signed in"; the session goes on."""
    request.session.modified = True
    return HttpResponse(status=204)


@login_not_required
@require_safe
def get_an_account(request: HttpRequest) -> HttpResponse:
    """Nobody signs up by themselves: who to ask."""
    return render(request, "accounts/get_an_account.html")


@login_not_required
@require_safe
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Who to ask for a new one-time link; the same page for everybody, so that it tells nothing."""
    return render(request, "accounts/forgotten_password.html")


@login_not_required
@require_safe
def password_is_set(request: HttpRequest) -> HttpResponse:
    """After setting a password with a one-time link."""
    return render(request, "accounts/password_is_set.html")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """English or Welsh, kept in a cookie; then back to the page one was on."""
    return django_set_language(request)

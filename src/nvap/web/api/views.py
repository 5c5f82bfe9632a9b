"""The pages of the API: what it is, one's own tokens, and for an administrator every token of the force."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nvap.errors import Refused
from nvap.web.access import Permission, StandingRequest, fetch, may, needs
from nvap.web.accounts.models import Membership
from nvap.web.api import actions
from nvap.web.api.forms import TokenForm
from nvap.web.api.models import Token
from nvap.web.api.page import addresses_of, columns_of_a_row


@needs(Permission.READ_RESULTS)
@require_safe
def about(request: StandingRequest) -> HttpResponse:
    """What the API is, each of its addresses, and what a row says."""
    site = request.build_absolute_uri("/").rstrip("/")
    shown = {"addresses": addresses_of(site), "columns": columns_of_a_row(), "site": site}
    return render(request, "api/about.html", shown)


@needs(Permission.READ_RESULTS)
@require_safe
def tokens(request: StandingRequest) -> HttpResponse:
    """One's own tokens in this force."""
    own = Token.objects.filter(user=request.standing.user_id, force=request.force).in_order()
    return render(request, "api/tokens.html", {"tokens": own})


@needs(Permission.READ_RESULTS)
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth is untyped
def new_token(request: StandingRequest) -> HttpResponse:
    """Make a token; then show it, once. The password is asked for again: what is made opens without one."""
    form = TokenForm(request.POST or None)
    refused, secret = "", ""
    if request.method == "POST" and form.is_valid():
        own = fetch(request, Membership, user=request.standing.user_id)
        name, until = form.cleaned_data["name"], form.cleaned_data["until"]
        try:
            _token, secret = actions.make_token(membership=own, name=name, until=until, by=request.user)
        except Refused as fault:
            refused = str(fault)
    shown = {"form": form, "refused": refused, "secret": secret, "site": request.build_absolute_uri("/").rstrip("/")}
    return render(request, "api/token_new.html", shown)


@needs(Permission.READ_RESULTS, Permission.MANAGE_PEOPLE)
@require_POST
def withdraw_token(request: StandingRequest, number: int) -> HttpResponse:
    """End a token at once: one's own, or as an administrator anybody's in this force."""
    token = fetch(request, Token, pk=number)
    is_own = token.user_id == request.standing.user_id
    if not is_own and not may(request, Permission.MANAGE_PEOPLE):
        raise Http404
    actions.withdraw_token(token=token, by=request.user)
    messages.success(request, _("The token “%(name)s” no longer opens anything.") % {"name": token.name})
    return redirect("api-tokens-of-force" if "of_force" in request.POST else "api-tokens")


@needs(Permission.MANAGE_PEOPLE)
@require_safe
def tokens_of_force(request: StandingRequest) -> HttpResponse:
    """Every token of the force."""
    listed = Token.objects.filter(force=request.force).select_related("user").in_order()
    return render(request, "api/tokens_of_force.html", {"tokens": listed})

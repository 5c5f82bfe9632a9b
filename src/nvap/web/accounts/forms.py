"""The forms with which a force administrator looks after people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from nvap.errors import UsageFault
from nvap.web.accounts import actions
from nvap.web.accounts.models import Membership
from nvap.web.accounts.roles import ROLES
from nvap.web.forms import DateField


class RoleForm(forms.Form):
    """What somebody is in this force, and until when."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(name, role.title) for name, role in ROLES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a role")},
    )
    until = DateField(
        label=_("Last day"),
        help_text=_(
            "Needed for inspectors, at most 90 days ahead, and for partners, at most a year ahead; may stay empty for "
            "others. Access ends with that day. For example, 31/3/2027."
        ),
        required=False,
        error_messages={"invalid": _("Write the last day as day/month/year, for example 31/3/2027")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].hints = {name: role.description for name, role in ROLES.items()}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The same rule as the action's, said beside the field."""
        cleaned = super().clean() or {}
        if cleaned.get("role") and "until" not in self.errors:
            try:
                actions.refuse_unless_it_ends(cleaned["role"], cleaned.get("until"))
            except UsageFault as fault:
                self.add_error("until", str(fault))
        return cleaned


class AddPersonForm(RoleForm):
    """Somebody new in this force."""

    name = forms.CharField(
        label=_("Full name"), max_length=150, error_messages={"required": _("Enter the person's name")}
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They sign in with it. A daily message about the plan goes to it, where a mail server is set."),
        error_messages={
            "required": _("Enter the person's e-mail address"),
            "invalid": _("Enter an e-mail address like name@force.police.uk"),
        },
    )
    field_order = ("name", "email", "role", "until")

    def __init__(self, *args: Any, force_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.force_code = force_code

    def clean_email(self) -> str:
        """Refuse somebody who has a role here already."""
        email: str = self.cleaned_data["email"].strip().lower()
        if Membership.objects.filter(force=self.force_code, user__email=email).exists():
            raise ValidationError(_("This person has a role in this force already"))
        return email


class ForceForm(forms.Form):
    """For which of one's forces one works now."""

    force = forms.ChoiceField(
        label=_("Force"), widget=forms.RadioSelect, error_messages={"required": _("Choose a force")}
    )

    def __init__(self, *args: Any, memberships: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["force"]
        field.choices = [(each.force_id, each.force.name) for each in memberships]  # type: ignore[attr-defined]
        field.hints = {each.force_id: each.kind.title for each in memberships}  # type: ignore[attr-defined]


def last_day(form: RoleForm) -> date | None:
    """The last day that was typed, if any."""
    until: date | None = form.cleaned_data.get("until")
    return until

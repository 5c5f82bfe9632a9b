"""The form with which somebody makes a token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nvap.errors import UsageFault
from nvap.web.api import actions
from nvap.web.forms import DateField

USUAL = timedelta(days=90)


class TokenForm(forms.Form):
    """What a token is for, and until when."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=60,
        help_text=_("For example, Power BI report of the board. It stands in the journal."),
        error_messages={"required": _("Say what the token is for")},
    )
    until = DateField(
        label=_("Last day"),
        help_text=_("At most a year ahead. The token ends with that day. For example, 31/3/2027."),
        error_messages={
            "required": _("Write the last day"),
            "invalid": _("Write the last day as day/month/year, for example 31/3/2027"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = lambda: timezone.localdate() + USUAL

    def clean_until(self) -> Any:
        """The same rule as the action's, said beside the field."""
        until = self.cleaned_data["until"]
        try:
            actions.refuse_unless_it_ends(until)
        except UsageFault as fault:
            raise ValidationError(str(fault)) from fault
        return until

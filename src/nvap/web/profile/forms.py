"""What is asked of somebody who wants a problem profile."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nvap.errors import UsageFault
from nvap.measures.asking import first_day, last_day
from nvap.measures.hours import SHIFTS, read_shifts
from nvap.packs.measurable import RULE_COLUMNS
from nvap.records.counting_rule import CountingRule
from nvap.web.results.layouts import FIRST_RULE
from nvap.web.results.words import RULES

USUAL_SHIFTS: Final = ", ".join(f"{each.name}={each.clock}" for each in SHIFTS)
_LONGEST: Final = 200


class ProfileForm(forms.Form):
    """Counting rule, days, and when shifts begin; `own` are the force's own rules, offered beside the toolkit's."""

    rule = forms.ChoiceField(
        label=_("Counting rule"),
        initial=FIRST_RULE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a counting rule"), "invalid_choice": _("Choose a counting rule")},
    )
    first = forms.CharField(
        label=_("First day or month"),
        required=False,
        max_length=10,
        help_text=_("For example, 2025-10 or 2025-10-01. Left empty, it is of the newest twelve whole months."),
    )
    last = forms.CharField(
        label=_("Last day or month"),
        required=False,
        max_length=10,
        help_text=_("For example, 2026-09. It is included."),
    )
    shifts = forms.CharField(
        label=_("Shifts and when they begin"),
        initial=USUAL_SHIFTS,
        max_length=_LONGEST,
        help_text=_("Each name with its beginning, on the force's own clock."),
        error_messages={"required": _("Write the shifts and when they begin")},
    )

    def __init__(self, *args: Any, own: Iterable[CountingRule] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shipped = [(rule, f"{RULES[rule]} ({rule})") for rule in RULE_COLUMNS]
        offered = [*shipped, *((each.id, f"{each.name} ({each.word})") for each in own)]
        self.fields["rule"].choices = offered  # type: ignore[attr-defined]

    def clean_first(self) -> datetime.date | None:
        """The first day."""
        return self._day("first", first_day)

    def clean_last(self) -> datetime.date | None:
        """The last day."""
        return self._day("last", last_day)

    def clean_shifts(self) -> str:
        """The shifts as `nvap profile --shifts` takes them."""
        try:
            found = read_shifts(self.cleaned_data["shifts"])
        except UsageFault:
            raise forms.ValidationError(
                gettext("Write two shifts or more as name=beginning, for example %(example)s")
                % {"example": USUAL_SHIFTS}
            ) from None
        return ",".join(f"{each.name}={each.clock}" for each in found)

    def clean(self) -> dict[str, Any]:
        """The first day comes first."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("last", gettext("The last day must not lie before the first"))
        return given

    def _day(self, name: str, read: Any) -> datetime.date | None:
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        try:
            found: datetime.date = read(text)
        except UsageFault:
            raise forms.ValidationError(
                gettext("Write a year, a month or a day, for example 2025, 2025-10 or 2025-10-01")
            ) from None
        return found

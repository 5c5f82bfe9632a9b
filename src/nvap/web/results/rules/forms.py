"""What is asked of somebody who makes, changes or retires a counting rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.records.counting_rule import CLOSURE_KINDS, CountingRule, RuleFault, faults_of, names_taken
from nvap.web.results.rules.words import CLOSED_AS, COUNTED_BY, RECORDS, ROLES, TIMES
from nvap.web.results.words import Words

_LONGEST = 500
_BETWEEN = re.compile(r"[,;\n]")


def _boxes(words: Mapping[str, Words]) -> list[tuple[str, Words]]:
    return list(words.items())


class Codes(forms.CharField):
    """Codes of the force's own, typed one after another with commas between."""

    def to_python(self, value: Any) -> Any:
        """The codes, each once."""
        return tuple(dict.fromkeys(filter(None, (each.strip() for each in _BETWEEN.split(value or "")))))

    def prepare_value(self, value: Any) -> Any:
        """The codes as they are typed."""
        return ", ".join(value) if isinstance(value, tuple | list) else value


class Why(forms.Form):
    """Why something is done; `seen` is the version that was on the page."""

    why = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("It stands in the rule's history. Name no person."),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why")},
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_why(self) -> str:
        """In one line."""
        return _line(self.cleaned_data["why"])


class RuleForm(Why):
    """A rule option by option. `others` are the force's rules beside it, whose ids and names are taken."""

    id = forms.CharField(
        label=gettext_lazy("Its short name"),
        max_length=20,
        help_text=gettext_lazy(
            "2 to 20 letters, digits and hyphens, beginning with a letter, for example R-own. It stays as it is."
        ),
        error_messages={"required": gettext_lazy("Write a short name")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Its name in words"),
        max_length=80,
        help_text=gettext_lazy("It stands on every chart and table, after “Counted:”. For example, without dementia."),
        error_messages={"required": gettext_lazy("Write a name")},
    )
    says = forms.CharField(
        label=gettext_lazy("What it counts, in a sentence"),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say what it counts")},
    )
    flag_at = forms.MultipleChoiceField(
        label=gettext_lazy("When a mental health flag on the log counts"),
        help_text=gettext_lazy("Any one of what is chosen here and under linked records is enough."),
        choices=_boxes(TIMES),
        required=False,
        initial=["closure"],
        widget=forms.CheckboxSelectMultiple,
    )
    opening_codes = Codes(
        label=gettext_lazy("Codes that are the flag at opening"),
        help_text=gettext_lazy(
            "The force's own, with commas between, for example MH1, MH2*. An asterisk takes every sub-type. Left "
            "empty, it is the flag that the mapping makes."
        ),
        required=False,
        max_length=_LONGEST,
    )
    closing_codes = Codes(
        label=gettext_lazy("Codes that are the flag at closure"),
        help_text=gettext_lazy("Written as those at opening."),
        required=False,
        max_length=_LONGEST,
    )
    code_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Without codes of its own: which meanings in the table of codes are the flag"),
        help_text=gettext_lazy(
            "By what the table of codes (code_map) says on the log's day. Left empty, it is the flag that the mapping "
            "makes."
        ),
        choices=_boxes(ROLES),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    linked_records = forms.MultipleChoiceField(
        label=gettext_lazy("Linked records that count"),
        choices=_boxes(RECORDS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    minimum_confidence = forms.FloatField(
        label=gettext_lazy("How likely a link to a person must be"),
        help_text=gettext_lazy("From 0 to 1, for links that were made by likeness. Left empty, any link counts."),
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "decimal"}),
        error_messages={"invalid": gettext_lazy("Write a number from 0 to 1, for example 0.9")},
    )
    never_codes = Codes(
        label=gettext_lazy("Codes that never count"),
        help_text=gettext_lazy("At opening or at closure, whatever else says yes; for example the code for dementia."),
        required=False,
        max_length=_LONGEST,
    )
    leaves_out = forms.MultipleChoiceField(
        label=gettext_lazy("Logs that are no incident: closed as"),
        help_text=gettext_lazy("Leave all four chosen unless the force has agreed otherwise."),
        choices=_boxes(CLOSED_AS),
        required=False,
        initial=list(CLOSURE_KINDS),
        widget=forms.CheckboxSelectMultiple,
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("What is counted"),
        choices=_boxes(COUNTED_BY),
        initial="log",
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what is counted"),
            "invalid_choice": gettext_lazy("Choose what is counted"),
        },
    )
    field_order = (
        "id", "name", "says", "flag_at", "opening_codes", "closing_codes", "code_roles", "linked_records",
        "minimum_confidence", "never_codes", "leaves_out", "unit", "why", "seen",
    )  # fmt: skip

    def __init__(self, *args: Any, others: Iterable[CountingRule], changes: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._others, self._changes = tuple(others), changes
        if changes:
            del self.fields["id"]

    def clean(self) -> dict[str, Any]:
        """The rule as `rule`, or each fault at its option."""
        given: dict[str, Any] = super().clean() or {}
        if self.errors and {"id", "name", "says", "unit"} & set(self.errors):
            return given
        rule = _rule(given, self._changes)
        for fault in faults_of(rule, names_taken(self._others)):
            self.add_error(fault.option if fault.option in self.fields else None, _said(fault))
        return given | {"rule": rule}


def initial_of(rule: CountingRule) -> dict[str, Any]:
    """A rule as the form shows it."""
    names = [name for name in RuleForm.base_fields if name not in ("id", "why", "seen")]
    return {name: list(value) if isinstance(value := getattr(rule, name), tuple) else value for name in names}


def _rule(given: Mapping[str, Any], changes: str) -> CountingRule:
    def several(name: str) -> tuple[str, ...]:
        return tuple(given.get(name) or ())

    return CountingRule(
        id=changes or given["id"].strip(),
        name=_line(given["name"]),
        says=_line(given["says"]),
        flag_at=several("flag_at"),
        linked_records=several("linked_records"),
        opening_codes=several("opening_codes"),
        closing_codes=several("closing_codes"),
        never_codes=several("never_codes"),
        code_roles=several("code_roles"),
        leaves_out=several("leaves_out"),
        unit=given["unit"],
        minimum_confidence=given.get("minimum_confidence"),
    )


def _line(text: str) -> str:
    """A text in one line, without the signs that no document can hold."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _said(fault: RuleFault) -> str:
    """A fault in words for whoever fills in the form."""
    if fault.why == "taken":
        return _("The rule %(rule)s has it already; choose another") % {"rule": fault.found}
    if fault.why == "nothing":
        return _("Nothing would count: choose a time here, or a linked record")
    if fault.why == "idle":
        return _("These codes have no effect unless a flag counts %(time)s") % {"time": TIMES[fault.found]}
    if fault.option == "id":
        return _("Write 2 to 20 letters, digits and hyphens, beginning with a letter, for example R-own")
    if fault.option == "minimum_confidence":
        return _("Write a number from 0 to 1, for example 0.9")
    said = _("“%(found)s” cannot be a code: write letters, digits, spaces and _ . / - with * only at the end")
    return said % {"found": fault.found}

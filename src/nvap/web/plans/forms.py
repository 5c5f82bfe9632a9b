"""The form of one page of the plan, made from the toolkit's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.web.plans.actions import Clash, Typed
from nvap.web.plans.fields import Blank, Place
from nvap.web.plans.models import PlanText

_VERSION = "-version"


class PlanTextField(forms.CharField):
    """A text as it is typed. A line break counts as one character, whatever the browser sends for it."""

    def to_python(self, value: Any) -> str:
        """The text without spaces around it."""
        return super().to_python(str(value or "").replace("\r\n", "\n").replace("\r", "\n")) or ""


class VersionField(forms.IntegerField):
    """The version that stood in a place when the form was opened; what cannot be read counts as none."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        """A whole number from 0."""
        try:
            return max(0, int(str(value)[:9]))
        except ValueError:
            return 0


class SectionForm(forms.Form):
    """The blanks of one page, each with the version that it was opened on."""

    def __init__(self, *args: Any, blanks: Iterable[Blank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blanks = tuple(blanks)
        for blank in self.blanks:
            self.fields[blank.place.name] = _field(blank)
            self.fields[blank.place.name + _VERSION] = VersionField(required=False)

    @property
    def typed(self) -> tuple[Typed, ...]:
        """What was typed, place by place; for a form that is valid."""
        read = self.cleaned_data
        return tuple(Typed(each.place, read[each.place.name], read[each.place.name + _VERSION]) for each in self.blanks)


def opened(blanks: Iterable[Blank], stands: Mapping[Place, PlanText]) -> SectionForm:
    """The form as somebody opens it: what stands in the plan now."""
    held = tuple(blanks)
    return SectionForm(blanks=held, initial=_initial(held, stands))


def after_clash(typed: Iterable[Typed], clashes: Iterable[Clash], opened_again: SectionForm) -> SectionForm:
    """The form as it is shown after a clash: what was typed, on the versions that stand now.

    Where only somebody else has changed a text, theirs is shown; saving once more then keeps both people's work.
    """
    mine = {each.mine.place for each in clashes}
    for each in typed:
        if each.place in mine or opened_again.initial.get(each.place.name + _VERSION, 0) == each.base:
            opened_again.initial[each.place.name] = each.text
    return opened_again


def _field(blank: Blank) -> PlanTextField:
    widget = forms.TextInput(attrs={"autocomplete": "off"}) if blank.one_line else forms.Textarea(attrs={"rows": 4})
    return PlanTextField(
        label=blank.label,
        help_text=blank.prompt,
        required=False,
        max_length=blank.longest,
        widget=widget,
        error_messages={
            "max_length": _(
                "%(label)s takes %(limit)s characters at most, and yours has %%(show_value)d. "
                "Nothing was saved; your text is still here to shorten."
            )
            % {"label": blank.full_label, "limit": blank.longest},
            "null_characters_not_allowed": gettext_lazy("Take out the character that cannot be shown (a null)."),
        },
    )


def _initial(blanks: Iterable[Blank], stands: Mapping[Place, PlanText]) -> dict[str, object]:
    initial: dict[str, object] = {}
    for each in blanks:
        row = stands.get(each.place)
        initial[each.place.name] = row.text if row else ""
        initial[each.place.name + _VERSION] = row.version if row else 0
    return initial

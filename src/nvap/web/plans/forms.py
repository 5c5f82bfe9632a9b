"""The form of a page of the plan, made from its blanks: every field with the version that it was opened on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from nvap.plan.document import SEPARATOR, Document, Place
from nvap.plan.form import YES
from nvap.plan.values import BadValue, read
from nvap.web.plans.actions.saving import Clash, Typed
from nvap.web.plans.blanks import Blank
from nvap.web.plans.models import Draft

VERSION = "--version"
_FEW = 8
_ROWS = 4


class VersionField(forms.IntegerField):
    """The version that stood in a place when the form was opened; what cannot be read counts as none."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        """A whole number from 0."""
        try:
            return max(0, int(str(value)[:9]))
        except ValueError:
            return 0


class BlankField(forms.Field):
    """A field of the plan; what it takes stands in the plan's own form (`nvap.plan.form`)."""

    def __init__(self, blank: Blank) -> None:
        super().__init__(label=blank.full_label, help_text=blank.hint, required=False, widget=_widget(blank))
        self.blank = blank
        self.max_length = blank.field.longest if blank.field.kind == "text" else None
        if blank.field.kind in ("choice", "choices", "person"):
            self.choices = choices_of(blank)

    def clean(self, value: Any) -> str:
        """What is kept of what was typed."""
        given = SEPARATOR.join(value) if isinstance(value, list | tuple) else str(value or "")
        if self.blank.field.kind == "flag":
            given = YES if value else ""
        allowed = {chosen for chosen, _words in self.blank.offered} if not self.blank.field.choices else None
        try:
            return read(self.blank.field, given, allowed)
        except BadValue as fault:
            raise forms.ValidationError(f"{self.blank.full_label}: {fault}") from None

    def prepare_value(self, value: Any) -> Any:
        """What stands in the plan as the widget wants it."""
        if self.blank.field.kind == "choices" and isinstance(value, str):
            return value.split(SEPARATOR)
        return value


class PageForm(forms.Form):
    """The blanks of one page, each with the version that it was opened on; and why, where a reason is asked for."""

    def __init__(self, *args: Any, blanks: Iterable[Blank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blanks = tuple(blanks)
        for blank in self.blanks:
            self.fields[blank.name] = BlankField(blank)
            self.fields[blank.name + VERSION] = VersionField(required=False)

    @property
    def typed(self) -> tuple[Typed, ...]:
        """What was typed, place by place; for a form that is valid."""
        cleaned = self.cleaned_data
        return tuple(Typed(each.place, cleaned[each.name], cleaned[each.name + VERSION]) for each in self.blanks)

    @property
    def as_typed(self) -> tuple[Typed, ...]:
        """What was typed as it is, checked by nothing."""
        found = []
        for each in self.blanks:
            raw = self[each.name].data
            text = SEPARATOR.join(raw) if isinstance(raw, list | tuple) else str(raw or "")
            base = VersionField().clean(self[each.name + VERSION].data)
            found.append(Typed(each.place, text.replace("\x00", ""), base))
        return tuple(found)


def opened(
    blanks: Iterable[Blank], document: Document, drafts: Mapping[Place, Draft], first: Mapping[Place, str] | None = None
) -> PageForm:
    """The form as somebody opens it: what stands in the plan, and over it what they typed and did not save."""
    held = tuple(blanks)
    initial: dict[str, Any] = {}
    for each in held:
        stands = document.texts.get(each.place)
        draft = drafts.get(each.place)
        initial[each.name] = draft.text if draft else stands.text if stands else (first or {}).get(each.place, "")
        initial[each.name + VERSION] = draft.base if draft else stands.version if stands else 0
    return PageForm(blanks=held, initial=initial)


def after_clash(typed: Iterable[Typed], clashes: Iterable[Clash], again: PageForm) -> PageForm:
    """The form as it is shown after a clash: what was typed, on the versions that stand now.

    Where only somebody else has changed a text, theirs is shown; saving once more then keeps both people's work.
    """
    mine = {each.mine.place for each in clashes}
    names = {each.place: each.name for each in again.blanks}
    for each in typed:
        name = names[each.place]
        if each.place in mine or again.initial.get(name + VERSION, 0) == each.base:
            again.initial[name] = each.text
    return again


def choices_of(blank: Blank) -> list[tuple[str, str]]:
    """What a field offers; one that takes a single value can also be left open."""
    offered = [(value, _(words)) for value, words in blank.field.choices] or list(blank.offered)
    if blank.field.kind == "choices" or (blank.field.kind == "choice" and len(offered) <= _FEW):
        return offered
    return [("", _("Nobody yet") if blank.field.kind == "person" else _("Not said yet")), *offered]


def _widget(blank: Blank) -> forms.Widget:
    kind = blank.field.kind
    if kind == "text":
        return forms.Textarea({"rows": _ROWS, "spellcheck": "true"})
    if kind == "choices":
        return forms.CheckboxSelectMultiple()
    if kind == "flag":
        return forms.CheckboxInput()
    if kind == "person" or (kind == "choice" and len(blank.field.choices or blank.offered) > _FEW):
        return forms.Select()
    if kind == "choice":
        return forms.RadioSelect()
    if kind in ("date", "number"):
        return forms.TextInput({"class": "govuk-input--width-10"})
    return forms.TextInput()

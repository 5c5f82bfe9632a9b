"""Django's forms in GOV.UK's components: which component a field becomes, and with what in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField, widgets
from django.forms.renderers import TemplatesSetting

Component = tuple[str, dict[str, Any]]


class Renderer(TemplatesSetting):
    """Renders every form of the web, also those of allauth, with our own templates."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class DateField(forms.DateField):
    """A date typed as day, month, year in one box, since that is how it is pasted and spoken."""

    widget = forms.DateInput(attrs={"class": "govuk-input--width-10"})


def first_id(bound: BoundField) -> str:
    """The id that an error's link leads to: the field's, or its first choice's."""
    return bound.auto_id or bound.html_name


def component_for(bound: BoundField) -> Component:
    """The name of the GOV.UK component for this field, and its parameters."""
    widget = bound.field.widget
    if isinstance(widget, widgets.CheckboxSelectMultiple):  # Django makes it a kind of RadioSelect
        return "checkboxes", _choices(bound)
    if isinstance(widget, widgets.RadioSelect):
        return "radios", _choices(bound)
    if isinstance(widget, widgets.CheckboxInput):
        return "checkboxes", _single_checkbox(bound)
    if isinstance(widget, widgets.Select):
        return "select", _base(bound) | {"items": _items(bound)}
    if isinstance(widget, widgets.Textarea):
        return _textarea(bound)
    if isinstance(widget, widgets.PasswordInput):
        return "password-input", _base(bound) | _attributes(bound)
    kind = {"type": getattr(widget, "input_type", "text"), "value": _text(bound)}
    return "input", _base(bound) | kind | _attributes(bound)


def _base(bound: BoundField) -> dict[str, Any]:
    params: dict[str, Any] = {
        "id": first_id(bound),
        "name": bound.html_name,
        "label": {"text": bound.label},
        "classes": bound.field.widget.attrs.get("class", ""),
    }
    return params | _hint_and_error(bound)


def _hint_and_error(bound: BoundField) -> dict[str, Any]:
    params: dict[str, Any] = {}
    if bound.help_text:
        params["hint"] = {"text": bound.help_text}
    if bound.errors:
        params["errorMessage"] = {"text": " ".join(str(error) for error in bound.errors)}
    return params


def _attributes(bound: BoundField) -> dict[str, Any]:
    """What the widget says beyond its class. No `required` (the server's own message is clearer) and no placeholder."""
    held = bound.field.widget.attrs
    known = {name: held[name] for name in ("autocomplete", "inputmode", "spellcheck") if name in held}
    other = {name: str(value) for name, value in held.items() if name in ("maxlength", "lang", "readonly")}
    return known | ({"attributes": other} if other else {})


def _textarea(bound: BoundField) -> Component:
    params = _base(bound) | _attributes(bound) | {"value": _text(bound)}
    params["rows"] = bound.field.widget.attrs.get("rows", 5)
    limit = getattr(bound.field, "max_length", None)
    if limit:
        params.pop("attributes", None)  # counted while typing, refused by the server, never cut off
        return "character-count", params | {"maxlength": limit, "threshold": 75}
    return "textarea", params


def _choices(bound: BoundField) -> dict[str, Any]:
    legend = {"text": bound.label, "classes": "govuk-fieldset__legend--s"}
    params = {"idPrefix": first_id(bound), "name": bound.html_name, "fieldset": {"legend": legend}}
    return params | _hint_and_error(bound) | {"items": _items(bound)}


def _single_checkbox(bound: BoundField) -> dict[str, Any]:
    item: dict[str, Any] = {"value": "on", "text": bound.label, "checked": bool(bound.value())}
    if bound.help_text:
        item["hint"] = {"text": bound.help_text}
    params = {"idPrefix": first_id(bound), "name": bound.html_name, "items": [item]}
    return params | {key: value for key, value in _hint_and_error(bound).items() if key == "errorMessage"}


def _items(bound: BoundField) -> list[dict[str, Any]]:
    held = bound.value()
    chosen = (
        {str(each) for each in held} if isinstance(held, list | tuple | set) else {str("" if held is None else held)}
    )
    ticked = (
        "checked"
        if isinstance(bound.field.widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple)
        else "selected"
    )
    hints = getattr(bound.field, "hints", {})
    items = []
    for value, label in bound.field.choices:  # type: ignore[attr-defined]
        item: dict[str, Any] = {"value": str(value), "text": label, ticked: str(value) in chosen}
        if value in hints:
            item["hint"] = {"text": hints[value]}
        items.append(item)
    return items


def _text(bound: BoundField) -> str:
    value = bound.value()
    shown = bound.field.widget.format_value(value)
    return "" if shown is None else str(shown)

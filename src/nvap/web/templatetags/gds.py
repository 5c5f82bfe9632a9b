"""GOV.UK Frontend's components in Django templates.

    {% gds "button" text=label href=address %}
    {% gds "input" name="email" label__text=words hint__text=more %}      two underscores go one level down
    {% field form.email %}   {% error_summary form %}                     a form's field; what is wrong with a form
    {{ run.requested_by|name_alone }}                                     somebody's name without the e-mail address

A literal in a template is safe text and is not escaped; a variable is. Never build a literal from what people typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from jinja2 import Environment, PackageLoader, PrefixLoader

from nvap.web import forms
from nvap.web.accounts.names import name_alone

register = template.Library()
register.filter("name_alone", name_alone)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # The prefix is what the components' own includes name.
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


@lru_cache(maxsize=64)
def _macro(name: str) -> Callable[[dict[str, Any]], str]:
    module = _environment().get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    macro: Callable[[dict[str, Any]], str] = getattr(module, "govuk" + "".join(map(str.capitalize, name.split("-"))))
    return macro


def component(name: str, params: dict[str, Any]) -> SafeString:
    """The markup of the GOV.UK component `name`; everything in `params` that is not marked safe is escaped."""
    return mark_safe(str(_macro(name)(_spoken(params))))  # noqa: S308 - the macros escape


@register.simple_tag
def gds(kind: str, given: dict[str, Any] | None = None, **more: Any) -> SafeString:
    """A GOV.UK component, by its name in the design system."""
    return component(kind, _with(dict(given or {}), more))


@register.simple_tag
def field(bound: BoundField, **more: Any) -> SafeString:
    """A form's field with its label, hint and error, as the GOV.UK component that fits it."""
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308 - Django's own widget
    name, params = forms.component_for(bound)
    return component(name, _with(params, more))


@register.simple_tag
def error_summary(*asked: BaseForm | None) -> SafeString | str:
    """What is wrong with a form, or with several, each line leading to its field; nothing when all is well."""
    wrong = [line for form in asked if form is not None and form.is_bound for line in _errors(form)]
    if not wrong:
        return ""
    return component("error-summary", {"titleText": gettext("There is a problem"), "errorList": wrong})


@register.simple_block_tag
def landmark(content: str, label: str) -> SafeString | str:
    """A navigation landmark of this name around what stands inside, or nothing when nothing does."""
    return format_html('<nav aria-label="{}">{}</nav>', label, content) if content.strip() else ""


@register.filter
def error_prefix(title: str, form: BaseForm | None) -> str:
    """A page's title, with a word in front when the form on it has errors, so that it is heard first."""
    return gettext("Error: %(title)s") % {"title": title} if form is not None and form.errors else title


def _with(params: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    for key, value in more.items():
        *path, last = key.split("__")
        level = params
        for step in path:
            level = level.setdefault(step, {})
        level[last] = value
    return params


def _errors(form: BaseForm) -> Iterable[dict[str, str]]:
    for name, errors in form.errors.items():
        href = f"#{forms.first_id(form[name])}" if name in form.fields else ""
        for error in errors:
            yield {"text": str(error), **({"href": href} if href else {})}


def _spoken(value: Any) -> Any:
    """Lazy translations as text of the reader's language, all the way down."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, dict):
        return {key: _spoken(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_spoken(each) for each in value]
    return value

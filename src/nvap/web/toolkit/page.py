"""What every page of the toolkit has: the pack, the way back, and the language that the pack's words stand in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nvap.packs import Pack
from nvap.web.toolkit.reading import in_plain_language
from nvap.web.toolkit.words import Words

Step = tuple[Words, str]


def show(
    request: HttpRequest,
    template: str,
    pack: Pack,
    context: dict[str, Any],
    *,
    trail: tuple[Step, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """A page of the toolkit; `trail` are the pages above it, from the home page down."""
    frame = {"pack": pack, "words_lang": _lang(pack), "trail": _steps(trail)}
    return render(request, template, frame | context, status=status)


def objective_steps(pack: Pack, current: str, page: str) -> list[dict[str, object]]:
    """The objectives as links to their own copy of a page; the current one is not a link."""
    return [
        {
            "id": each.id,
            "label": each.label,
            "address": reverse(page, args=[each.id]),
            "is_current": each.id == current,
        }
        for each in pack.objectives
    ]


def _steps(trail: tuple[Step, ...]) -> list[dict[str, str]]:
    home = (_("Home"), reverse("home"))
    return [{"text": str(words), "href": address} for words, address in (home, *trail)]


def _lang(pack: Pack) -> SafeString:
    """An attribute for what stands in the pack's language, where the page around it is in another."""
    return format_html(' lang="{}"', pack.language) if in_plain_language(pack) else SafeString("")

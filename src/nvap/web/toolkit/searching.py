"""Search over everything the toolkit holds: the form, and the hits kind by kind."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from nvap.packs import Pack
from nvap.packs.search import Hit, search
from nvap.web.toolkit.reading import LONGEST_NAME, address_of
from nvap.web.toolkit.words import KINDS, Words

LONGEST = 100
MOST_HITS = 100


class SearchForm(forms.Form):
    """Words to look for."""

    q = forms.CharField(
        label=_("Search the toolkit"),
        help_text=_("Words, or an id such as A1a or D02."),
        max_length=LONGEST,
        error_messages={
            "required": _("Write what to look for."),
            "max_length": _("Look for fewer words: %(limit_value)d characters at most, and these are %(show_value)d."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )


@dataclass(frozen=True)
class Found:
    """One hit and where its page is."""

    hit: Hit
    name: str
    address: str


@dataclass(frozen=True)
class Group:
    """The hits of one kind."""

    kind: Words
    found: tuple[Found, ...]


@dataclass(frozen=True)
class Results:
    """What was found: groups in the order of their best hit, and how many hits there are in all."""

    groups: tuple[Group, ...]
    count: int
    left_out: int


def results(pack: Pack, text: str) -> Results:
    """The hits for a text, grouped by kind; at most MOST_HITS of them."""
    hits = search(pack, text)
    kinds: dict[str, list[Found]] = {}
    for each in hits[:MOST_HITS]:
        kinds.setdefault(each.kind, []).append(_found(pack, each))
    groups = tuple(Group(KINDS[kind][1], tuple(found)) for kind, found in kinds.items())
    return Results(groups, len(hits), max(0, len(hits) - MOST_HITS))


def _found(pack: Pack, hit: Hit) -> Found:
    return Found(hit, Truncator(hit.title).chars(LONGEST_NAME), address_of(pack, hit.id))

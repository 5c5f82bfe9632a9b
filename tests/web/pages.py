"""Who may open which page: the table that the crawl walks, page by page and person by person.

Each room lists its own in `tests/web/<room>/pages.py` as `PAGES`; the crawl fails while a line of `urls.py` is in none.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SIGNED_OUT = "somebody signed out"
ALICE, BEN, CAROL, INES, OMAR = "alice_lead", "ben_analyst", "carol_admin", "ines_inspector", "omar_of_another_force"
OLGA, CHRIS, PIA, PETE = "olga_owner", "chris_chief", "pia_partner_reader", "pete_partner_contributor"
PEOPLE = (ALICE, BEN, CAROL, INES, OLGA, CHRIS, PIA, PETE, OMAR)
# Of partner organisations: they read what is shared with them, or report on what is theirs.
PARTNERS = frozenset({PIA, PETE})
EVERYBODY_SIGNED_IN = frozenset(PEOPLE)
ANYBODY = EVERYBODY_SIGNED_IN | {SIGNED_OUT}
# Omar is a lead of another force: what every lead may open he may open too, and finds his own force there.
LEADS = frozenset({ALICE, OMAR})
ADMINISTRATORS = frozenset({CAROL})


@dataclass(frozen=True)
class World:
    """The two forces and the nine people, for a page that needs one of them in its address."""

    northshire: Any
    southshire: Any
    people: dict[str, Any]
    workspace: Any


@dataclass(frozen=True)
class Page:
    """A line of the site map: who may open it.

    `arguments` makes what the address needs, in Northshire. `of_northshire` says that the address names a thing of that
    force: somebody of another force must then find nothing there, whatever their role.
    `methods`: what the page answers to; `opened`: the statuses that count as opened. `others_find_nothing`: who may
    open such a page, but not this one, which is somebody else's.
    """

    name: str
    may: frozenset[str]
    arguments: Callable[[World], tuple[Any, ...]] = field(default=lambda world: ())
    of_northshire: bool = False
    methods: tuple[str, ...] = ("get",)
    opened: frozenset[int] = frozenset({200, 204, 302})
    others_find_nothing: frozenset[str] = frozenset()

    def expected(self, person: str) -> str:
        """What this person finds: opened, sign in first, not allowed, or nothing there."""
        if person == SIGNED_OUT:
            return "opened" if person in self.may else "sign in first"
        if person == OMAR and self.of_northshire:
            return "nothing there" if ALICE in self.may or OMAR in self.may else "not allowed"
        if person in self.may:
            return "opened"
        return "nothing there" if person in self.others_find_nothing else "not allowed"


def all_pages() -> Iterator[Page]:
    """Every room's pages."""
    here = Path(__file__).parent
    for file in sorted(here.glob("*/pages.py")):
        yield from importlib.import_module(f"tests.web.{file.parent.name}.pages").PAGES

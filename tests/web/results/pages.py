"""The measures' pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import BEN, CAROL, EVERYBODY_SIGNED_IN, INES, PARTNERS, Page, World


def _decided(world: World) -> int:
    from datetime import date

    from nvap.web.results.models import Rebase

    on = {"measure": "D02", "part": "", "on": date(2025, 1, 1), "reason": "A new system."}
    return Rebase.objects.get_or_create(force=world.northshire, **on)[0].pk


def _own_rule(world: World) -> str:
    from nvap.records.counting_rule import FILE

    rule = '{"rules": [{"id": "R-own", "name": "ours", "says": "As R1."}]}'
    (world.workspace.force("northshire").folder / FILE).write_text(rule, encoding="utf-8")
    return "R-own"


RELEASED_READERS = EVERYBODY_SIGNED_IN - PARTNERS
READERS = RELEASED_READERS - {INES}
PAGES = [
    Page("measures", RELEASED_READERS),
    Page("measure", RELEASED_READERS, lambda world: ("D02",)),
    # Nothing is computed in the world of the crawl, so there is no table to download yet.
    Page("measure-file", READERS, lambda world: ("D02",), opened=frozenset({200, 404})),
    Page("measure-picture", READERS, lambda world: ("D02", "png"), opened=frozenset({200, 404})),
    # Nothing is computed in the world of the crawl, so there are no runs to compare yet.
    Page("measure-changes", READERS, lambda world: ("D02",), opened=frozenset({200, 404})),
    Page(
        "measure-changes-work",
        frozenset({BEN}),
        lambda world: ("D02",),
        methods=("post",),
        opened=frozenset({302, 404}),
    ),
    Page("measure-breakdown", READERS, lambda world: ("D01", "week")),
    # Nothing is worked out in the world of the crawl, so there is no picture to download yet.
    Page(
        "measure-breakdown-file",
        READERS,
        lambda world: ("D01", "week", "week", "png"),
        opened=frozenset({200, 404}),
    ),
    Page("measure-breakdown-work", frozenset({BEN}), lambda world: ("D01", "week"), methods=("post",)),
    Page("measure-lines", READERS, lambda world: ("D02",)),
    Page("measure-lines-withdraw", frozenset({BEN}), lambda world: ("D02", _decided(world)), of_northshire=True),
    Page("compute-measures", frozenset({BEN}), methods=("post",)),
    Page("counting-rules", READERS),
    Page("counting-rule", READERS, lambda world: (_own_rule(world),), of_northshire=True),
    Page("counting-rule-new", frozenset({BEN})),
    Page("counting-rule-change", frozenset({BEN}), lambda world: (_own_rule(world),), of_northshire=True),
    Page("counting-rule-retire", frozenset({BEN}), lambda world: (_own_rule(world),), of_northshire=True),
    Page("readiness", READERS),
    Page("loads", frozenset({BEN, CAROL})),
]

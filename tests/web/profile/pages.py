"""The problem profile's pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import EVERYBODY_SIGNED_IN, INES, PARTNERS, Page, World


def _made(world: World) -> int:
    from datetime import date

    from nvap.web.profile.models import ProfileRun

    first, last = date(2024, 9, 1), date(2025, 8, 31)
    asked = {"rule": "R1", "first": first, "last": last, "shifts": "day=07:00,night=19:00", "state": "done"}
    return ProfileRun.objects.get_or_create(force=world.northshire, **asked)[0].pk


RELEASED_READERS = EVERYBODY_SIGNED_IN - PARTNERS
READERS = RELEASED_READERS - {INES}
PAGES = [
    Page("profile", RELEASED_READERS),
    Page("profile-run", READERS, lambda world: (_made(world),), of_northshire=True),
    # Nothing is made in the world of the crawl, so there is no file to download yet.
    Page(
        "profile-file",
        READERS,
        lambda world: (_made(world), "inside", "pdf"),
        of_northshire=True,
        opened=frozenset({200, 404}),
    ),
]

"""The problem profile's pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import EVERYBODY_SIGNED_IN, INES, PARTNERS, Page, World


def _made(world: World) -> int:
    from datetime import date

    from nvap.web.profile.models import ProfileRun

    first, last = date(2024, 9, 1), date(2025, 8, 31)
    asked = {"rule": "R1", "first": first, "last": last, "shifts": "day=07:00,night=19:00", "state": "done"}
    return ProfileRun.objects.get_or_create(force=world.northshire, **asked)[0].pk


def _file(world: World) -> tuple[int, str, str]:
    from nvap.web.profile.models import ProfileRun
    from nvap.web.profile.work import folder_of

    number = _made(world)
    folder = folder_of(ProfileRun.objects.get(pk=number))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "inside.pdf").write_bytes(b"%PDF-1.7")
    return number, "inside", "pdf"


RELEASED_READERS = EVERYBODY_SIGNED_IN - PARTNERS
READERS = RELEASED_READERS - {INES}
PAGES = [
    Page("profile", RELEASED_READERS),
    Page("profile-run", READERS, lambda world: (_made(world),), of_northshire=True),
    Page("profile-file", READERS, _file, of_northshire=True),
]

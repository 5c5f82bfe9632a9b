"""A day, a month or a year as the pack writes it, said in the reader's language."""

from __future__ import annotations

import datetime

from django.utils.formats import date_format

_FORMATS = {4: "Y", 7: "F Y", 10: "j F Y"}


def in_words(written: str) -> str:
    """`2025` stays, `2025-04` becomes April 2025, `2025-04-11` becomes 11 April 2025; anything else stays as it is."""
    try:
        day = datetime.date.fromisoformat(written + "-01-01"[: max(0, 10 - len(written))])
    except ValueError:
        try:
            day = datetime.date.fromisoformat(f"{written}-01")
        except ValueError:
            return written
    return date_format(day, _FORMATS.get(len(written), "j F Y"))

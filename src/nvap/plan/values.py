"""What a field takes, read from what people type: a date in British order, a number, one of the choices."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from nvap.errors import UsageFault, nearest
from nvap.plan.document import SEPARATOR, joined
from nvap.plan.form import YES, Field

EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2099, 12, 31)
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
_LINKS = ("https", "http")
# A path on a file share, \\server\share and what lies below; shown as text, never as a link.
_SHARE = re.compile(r"\\\\[\w.-]+\\[^<>:\"|?*\n]+")
# Control characters that no page can show; line break and tab are welcome.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class BadValue(UsageFault):
    """A value that the field does not take; the message says what it takes, and never repeats a text."""


def read(field: Field, given: str, allowed: Collection[str] | None = None) -> str:
    """What is kept of a typed text: without spaces around it, dates as ISO, choices checked. Empty stays empty.

    Args:
        field: the field of the form.
        given: what was typed, chosen or stood in a cell.
        allowed: the values of a choice or person that depends on the plan; None for any.

    Raises:
        BadValue: with what the field takes.
    """
    text = given.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _UNSEEN.search(text):
        raise BadValue("Take out the character that cannot be shown; it often comes with text copied from elsewhere.")
    if len(text) > field.longest:
        raise BadValue(f"This takes {field.longest:,} characters at most, and yours has {len(text):,}.")
    if not text:
        return ""
    if field.kind == "date":
        return _date(text)
    if field.kind == "number":
        return _number(text)
    if field.kind == "flag":
        return YES if text.casefold() in (YES, "y", "true", "1", "on") else ""
    if field.kind == "link":
        return _link(text)
    if field.kind in ("choice", "person"):
        return _chosen(field, text, allowed)
    if field.kind == "choices":
        return joined(_chosen(field, each, allowed) for each in text.split(SEPARATOR))
    if field.kind == "line":
        return " ".join(text.split())
    return text


def _date(text: str) -> str:
    plain = " ".join(text.split())
    for each in _FORMATS:
        try:
            day = datetime.strptime(plain, each).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if not EARLIEST <= day <= LATEST:
            raise BadValue(f"Write a date from {EARLIEST.year} to {LATEST.year}.")
        return day.isoformat()
    raise BadValue("Write a date as day, month and year, such as 27/03/2026 or 27 March 2026.")


def _number(text: str) -> str:
    plain = text.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    if not _NUMBER.fullmatch(plain):
        raise BadValue("Write a number and nothing else, such as 9 or 12.5; leave out units and signs such as %.")
    return plain


def _link(text: str) -> str:
    if _SHARE.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.username or parts.password:
        raise BadValue("Take the name and password out of the address.")
    if parts.scheme.casefold() not in _LINKS or not parts.netloc or any(each.isspace() for each in text):
        raise BadValue(
            "Paste the whole address of the document, beginning with https://, or its path beginning with \\\\."
        )
    return text


def _chosen(field: Field, text: str, allowed: Collection[str] | None) -> str:
    values = [value for value, _words in field.choices]
    known = values if values else allowed
    if known is None or text in known:
        return text
    by_words = {words.casefold(): value for value, words in field.choices}
    if text.casefold() in by_words:
        return by_words[text.casefold()]
    if field.kind == "person":
        raise BadValue("Choose somebody from the list; a person must be added to the force before they can be named.")
    offered = [words for _value, words in field.choices] or sorted(known)
    raise BadValue(f"Choose one of: {', '.join(offered)}.{nearest(text, offered)}")

"""Which files a force may keep as evidence: told by what is in them, not by their name alone."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Final

from django.utils.translation import gettext as _

from nvap.errors import UsageFault

_WORD = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": f"{_WORD}.wordprocessingml.document",
    "xlsx": f"{_WORD}.spreadsheetml.sheet",
    "pptx": f"{_WORD}.presentationml.presentation",
}
_BEGINS: Final = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_HOLDS: Final = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
# Parts of an Office file that can run something when it is opened.
_RUNS: Final = ("vbaproject", "activex", "/embeddings/oleobject")
_MOST_PARTS: Final = 5000


class FileNotKept(UsageFault):
    """A file that is not kept; the message says why."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept."""

    ending: str
    content: bytes

    @property
    def media_type(self) -> str:
        """What it is, for browsers."""
        return MEDIA_TYPES[self.ending]

    @property
    def sha256(self) -> str:
        """The hash of its content, in hex."""
        return sha256(self.content).hexdigest()


def checked(name: str, content: bytes, *, most_mb: int) -> CheckedFile:
    """A file as it was uploaded, looked at. Raises FileNotKept for what is too large, empty or of another type."""
    if not content:
        raise FileNotKept(_("The file is empty."))
    if len(content) > most_mb * 1024**2:
        raise FileNotKept(_("The file is larger than %(most)d MB.") % {"most": most_mb})
    found = _type_of(content)
    ending = PurePath(name).suffix.casefold().lstrip(".").replace("jpeg", "jpg")
    if not found:
        raise FileNotKept(
            _("This is none of the types that may be kept: PDF, Word, Excel, PowerPoint (without macros), PNG, JPEG.")
        )
    if ending != found:
        raise FileNotKept(
            _("The file's name ends in .%(ending)s, but what is in it is %(found)s.")
            % {"ending": ending[:10], "found": found.upper()}
        )
    return CheckedFile(found, content)


def _type_of(content: bytes) -> str:
    for begins, ending in _BEGINS:
        if content.startswith(begins):
            return ending
    return _office_type(content) if content.startswith(b"PK\x03\x04") else ""


def _office_type(content: bytes) -> str:
    """The kind of Office file, by the parts that it lists; empty for another archive or one that runs something."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    parts = [each.casefold() for each in names]
    if len(parts) > _MOST_PARTS or "[content_types].xml" not in parts:
        return ""
    if any(runs in part for part in parts for runs in _RUNS):
        return ""
    return next((ending for part, ending in _HOLDS if part in parts), "")

"""The errors a person can mend, and the exit code each gives on the command line.

NvapError
├── UsageFault      the command was asked for wrongly        exit 2
├── InputFault      a file or declaration has faults          exit 1
├── Refused         the product declines, and says why        exit 3
├── FileRefused     a whole file is not read, for its faults   exit 3
└── NotEnoughData   the data cannot say                       exit 3

Each message says where, what was found, what is allowed and the nearest right thing, and never holds a row's values.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class NvapError(Exception):
    """A fault that its reader can mend; shown without a traceback."""

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        """How a notebook shows it, by IPython's own protocol: the message alone."""
        return [str(self)]


class UsageFault(NvapError):
    """The command or call was asked for wrongly."""

    exit_code = 2


class InputFault(NvapError):
    """A file, a mapping or a declaration has faults; `faults` lists every one of them, a line each."""

    def __init__(self, message: str, faults: Iterable[str] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join((message, *self.faults)))


class Refused(NvapError):
    """The product declines to do this, and says why."""

    exit_code = 3


class FileRefused(InputFault, Refused):
    """Nothing of a file is taken, for the faults it has; rows that are set aside alone are no such fault."""


class NotEnoughData(Refused):
    """The data cannot say; the message names what is missing."""


def nearest(word: str, allowed: Iterable[str]) -> str:
    """` Did you mean `x`?` for the allowed word closest to `word`, or nothing when none is close."""
    close = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f" Did you mean `{close[0]}`?" if close else ""

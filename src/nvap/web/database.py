"""Where the web's rows are kept: SQLite in the workspace, or PostgreSQL by one URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from nvap.errors import UsageFault

# Append-only triggers can be passed by INSERT OR REPLACE unless triggers are recursive. FULL keeps the last commits
# through a power cut, which NORMAL does not promise in WAL mode.
SQLITE_AT_CONNECT = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
)

Trouble = Literal["full", "busy", ""]


def trouble(fault: Exception) -> Trouble:
    """Which of the troubles that pass, or that an operator mends, a fault of the database is; empty for any other.

    A disk at a limit of its own (a quota, a largest size for files) answers with an error of input and output.
    """
    words = str(fault).casefold()
    if any(told in words for told in ("full", "no space left", "disk i/o error", "disk quota")):
        return "full"
    return "busy" if "locked" in words else ""


def sqlite(path: Path) -> dict[str, Any]:
    """Django's database entry for the SQLite file at `path`."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,  # the last connection to close empties the write-ahead log, which no page should wait for
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": SQLITE_AT_CONNECT},
    }


def postgresql(url: str) -> dict[str, Any]:
    """Django's database entry for `postgresql://user:password@host:port/name?sslmode=…`.

    A folder as host (`?host=/run/postgresql`) is a Unix socket. Raises UsageFault for any other kind of URL; the
    message never holds the URL, since it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise UsageFault("NVAP_DATABASE_URL must read postgresql://user:password@host:port/name.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "OPTIONS": options,
    }

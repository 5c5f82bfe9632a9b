"""Handing messages to the force's own mail server: one connection for a run, and plain words for what went wrong.

    with mail.opened() as post:
        post.send(message)          raises NotSent, whose words may be shown and kept: never the server's own text

A password goes over an encrypted connection or to this machine only.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from nvap.errors import UsageFault
from nvap.wording import phrase

KEPT_APART = "smtp-password"  # the file in the keys folder that may hold the password
LONGEST_WAIT_SECONDS = 20
_PORTS = {"smtp": 25, "smtps": 465}
_HERE = ("localhost", "127.0.0.1", "::1")


class NotSent(Exception):
    """A message was not sent; the words say why."""


@dataclass(frozen=True)
class Server:
    """The mail server as `NVAP_SMTP_URL` names it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    encrypted: bool = False


class Post:
    """A way to the mail server, opened with the first message; where it cannot be opened, each message says why."""

    def __init__(self, to: Server | None) -> None:
        self._to = to
        self._connection: smtplib.SMTP | None = None
        self._fault = "" if to else phrase("no mail server is set")

    def send(self, message: EmailMessage) -> None:
        """Hand one message over. Raises NotSent."""
        if self._fault or self._to is None:
            raise NotSent(self._fault)
        try:
            self._connection = self._connection or self._open(self._to)
            self._connection.send_message(message)
        except (OSError, smtplib.SMTPException) as fault:
            raise NotSent(_words(fault)) from fault

    def close(self) -> None:
        """End the conversation, where there is one."""
        if self._connection is not None:
            _closed(self._connection)

    def _open(self, to: Server) -> smtplib.SMTP:
        try:
            return _connected(to)
        except (OSError, smtplib.SMTPException) as fault:
            self._fault = _words(fault)  # nobody waits for it a second time
            raise
        except NotSent as fault:
            self._fault = str(fault)
            raise


def server() -> Server | None:
    """The mail server that is set; None where none is."""
    return read(settings.NVAP_SMTP_URL, settings.NVAP_KEYS) if settings.NVAP_SMTP_URL else None


def read(url: str, keys: Path) -> Server:
    """The server of `smtp://user:password@host:port` or `smtps://…`; the password may lie in the keys folder instead.

    Raises UsageFault for anything else; the message never holds the URL, since it may hold a password.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _PORTS or not parts.hostname or port == -1 or parts.path.strip("/") or parts.query:
        raise UsageFault("NVAP_SMTP_URL must read smtp://user:password@host:port, or smtps://… .")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    kept = keys / KEPT_APART
    if user and not password and kept.exists():
        password = kept.read_text(encoding="utf-8").strip()
    return Server(parts.hostname, port or _PORTS[parts.scheme], user, password, parts.scheme == "smtps")


@contextmanager
def opened() -> Iterator[Post]:
    """The way to the mail server that is set, closed at the end."""
    post = Post(server())
    try:
        yield post
    finally:
        post.close()


def _connected(to: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if to.encrypted:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=LONGEST_WAIT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(to.host, to.port, timeout=LONGEST_WAIT_SECONDS)
    try:
        connection.ehlo()
        encrypted = to.encrypted
        if not encrypted and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
            encrypted = True
        if to.user:
            if not encrypted and to.host not in _HERE:
                raise NotSent(phrase("the mail server offers no encryption, so the password was kept back"))
            connection.login(to.user, to.password)
    except (OSError, smtplib.SMTPException, NotSent):
        _closed(connection)
        raise
    return connection


def _closed(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()


def _words(fault: Exception) -> str:
    """What went wrong, without anything that the server said."""
    if isinstance(fault, ssl.SSLError):
        return phrase("the mail server's certificate is not trusted")
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return phrase("the mail server does not take this user and password")
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return phrase("the mail server refused the address")
    if isinstance(fault, smtplib.SMTPSenderRefused):
        return phrase("the mail server refused the sender")
    if isinstance(fault, smtplib.SMTPResponseException | smtplib.SMTPServerDisconnected):
        return phrase("the mail server broke off")
    if isinstance(fault, TimeoutError):
        return phrase("the mail server did not answer in time")
    return phrase("the mail server cannot be reached")

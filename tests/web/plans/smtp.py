"""A mail server on this machine that keeps what it is given: for the tests of the digest."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


class Sink(socketserver.ThreadingTCPServer):
    """Takes messages; refuses the addresses in `refused`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.messages: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.heard: list[str] = []

    @property
    def url(self) -> str:
        """How NVAP_SMTP_URL names it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            cast(Sink, self.server).heard.append(line)
            word = line.split(maxsplit=1)[0].upper()
            if word == "DATA":
                self._say("354 go on")
                self._keep()
            elif word == "RCPT" and any(each in line for each in cast(Sink, self.server).refused):
                self._say("550 nobody called olga@northshire.example lives here")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        parsed = message_from_bytes(b"".join(lines), policy=policy.default)
        cast(Sink, self.server).messages.append(cast(EmailMessage, parsed))
        self._say("250 kept")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def sink() -> Iterator[Sink]:
    """A running one."""
    server = Sink()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()

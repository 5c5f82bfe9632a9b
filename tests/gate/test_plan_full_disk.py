"""A disk that is really full while somebody saves the plan: the text stays in the form, and nothing is half written."""

from __future__ import annotations

import re
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import OpenerDirector, Request

import pytest
from tests.browser.conftest import FORCE, PREPARE, _environment, _python
from tests.gate.test_plan_kills import Server, _signed_in, _token

pytestmark = pytest.mark.gate

PAGE = "/plan/O1/change/"
EVIDENCE = "/plan/evidence/A1a/add/"
FIELD = "O1--description--external--"
MOST_SAVES = 400
FILES_ON = """
from nvap.web import start
start.configure()
from nvap.web.accounts.models import Force, User
from nvap.web.plans.actions.settings import set_rules
lead = User.objects.get(email__startswith="nvap-lead@")
set_rules(force=Force.objects.get(), self_approval=False, files=True, by=lead)
"""
# A session notes once a minute that it is in use: make a minute pass.
A_MINUTE_LATER = """
from nvap.web import start
start.configure()
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
for each in Session.objects.all():
    held = SessionStore(each.pk)
    held["seen"] -= 120
    held.save()
"""


@dataclass
class Disk:
    """A server on a disk that can be filled, and emptied again."""

    server: Server
    fill: Callable[[], None]
    empty: Callable[[], None]

    @property
    def database(self) -> Path:
        return self.server.folder / "workspace" / "nvap.sqlite3"


@pytest.fixture(params=["no room", "limit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A small disk of its own, filled to the last byte; and a server that may write no file larger than it has."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = request.param == "no room"
    if mounted and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False).returncode:
        pytest.skip("only an administrator may mount a small disk; the limit is tried in any case")
    try:
        _python(_environment(folder), PREPARE.format(force=FORCE))
        _python(_environment(folder), FILES_ON)
        server = Server(folder)
        yield _small_disk(server) if mounted else _limited(server)
        server.kill()
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)


def _small_disk(server: Server) -> Disk:
    filler = server.folder / "filler"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            for size in (2**20, 2**12, 1):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    continue

    return Disk(server, fill, filler.unlink)


def _limited(server: Server) -> Disk:
    """The server may write no file beyond the size that the database has now, as under a quota."""

    def limit(most: int) -> None:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    size = (server.folder / "workspace" / "nvap.sqlite3").stat().st_size
    return Disk(server, lambda: limit(size), lambda: limit(resource.RLIM_INFINITY))


def test_when_the_disk_is_full_no_acknowledged_text_is_lost_and_the_others_stay_in_the_form(disk: Disk) -> None:
    lead = _signed_in(disk.server)
    disk.fill()

    saved, refused = [], ""
    for number in range(MOST_SAVES):
        text = f"round {number} " + "Officers were briefed. " * 200
        status, page = _posts(lead, disk.server.address + PAGE, {FIELD: text.strip()})
        if status == 503:
            refused = text.strip()
            break
        assert status == 200
        assert "Saved. 1 field was changed." in page
        saved.append(text.strip())

    assert refused, "the disk never filled up: the test tried nothing"
    assert "Not saved: the disk is full" in page
    assert f"{refused}</textarea>" in page
    assert _texts(disk.database) == saved

    # A draft is a smaller thing to write, and may still find room.
    status, page = _posts(lead, disk.server.address + PAGE, {FIELD: refused, "act": "later"})
    kept = status == 200 and f"{refused}</textarea>" in _read(lead, disk.server.address + PAGE)
    assert kept or (status == 503 and f"{refused}</textarea>" in page)

    disk.empty()
    assert _posts(lead, disk.server.address + PAGE, {FIELD: refused})[0] == 200
    assert _texts(disk.database) == [*saved, refused]


# A server that may write no large file cannot even receive one: that is refused before it reaches the plan.
@pytest.mark.parametrize("disk", ["no room"], indirect=True)
def test_when_the_disk_is_full_a_file_of_evidence_is_refused_with_its_words_in_the_form(disk: Disk) -> None:
    lead = _signed_in(disk.server)
    disk.fill()
    words = {"ev-2--title----": "Minutes of March", "ev-2--dated----": "3/3/2026"}

    status, page = _posts(lead, disk.server.address + EVIDENCE, words, file=b"%PDF-1.7 " + b"x" * 4 * 1024**2)

    assert status == 503
    assert "Not saved: the disk is full" in page
    assert 'value="Minutes of March"' in page
    with sqlite3.connect(disk.database) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM plans_evidencefile").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM plans_text WHERE key = 'ev-2'").fetchone() == (0,)

    disk.empty()
    status, page = _posts(lead, disk.server.address + EVIDENCE, words, file=b"%PDF-1.7 minutes")
    assert "minutes-of-march.pdf" in page


@pytest.mark.parametrize("disk", ["no room"], indirect=True)
def test_a_full_disk_keeps_nobody_from_reading_the_plan(disk: Disk) -> None:
    lead = _signed_in(disk.server)
    _python(_environment(disk.server.folder), A_MINUTE_LATER)
    disk.fill()

    assert "Change the plan" in _read(lead, disk.server.address + PAGE)
    status, page = _posts(lead, disk.server.address + PAGE, {FIELD: "Officers were briefed. " * 200})

    assert (status, "Not saved: the disk is full" in page) == (503, True)
    assert "Officers were briefed. Officers" in page


def _posts(browser: OpenerDirector, address: str, typed: dict[str, str], file: bytes | None = None) -> tuple[int, str]:
    """Open a page, write in it, send it; the status and what is shown in the end."""
    page = _read(browser, address)
    form = dict(re.findall(r'<input type="hidden" name="([^"]+--version)" value="([^"]*)"', page))
    form |= {"csrfmiddlewaretoken": _token(page), "act": "save"} | typed
    asked = Request(address, urlencode(form).encode()) if file is None else _with_file(address, form, file)
    try:
        answer = browser.open(asked, timeout=60)
    except HTTPError as refused:
        return refused.code, refused.read().decode()
    return answer.status, answer.read().decode()


def _read(browser: OpenerDirector, address: str) -> str:
    page: str = browser.open(address, timeout=30).read().decode()
    return page


def _with_file(address: str, form: dict[str, str], file: bytes) -> Request:
    line = "a-line-between-the-parts"
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in form.items()
    ]
    head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="minutes.pdf"\r\n\r\n'.encode()
    body = b"".join(parts) + head + file + f"\r\n--{line}--\r\n".encode()
    return Request(address, body, {"Content-Type": f"multipart/form-data; boundary={line}"})


def _texts(path: Path) -> list[str]:
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = database.execute("SELECT text FROM plans_text WHERE key = 'O1' AND side = 'external' ORDER BY version")
        return [text for (text,) in rows]

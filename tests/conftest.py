"""For every test: the network is shut. For those of the web: a database, a workspace with two forces, nine people.

    alice_lead            NVAP lead of Northshire
    ben_analyst           analyst of Northshire
    carol_admin           force administrator of Northshire
    ines_inspector        inspector of Northshire, for 30 more days
    olga_owner            impact owner of Northshire
    chris_chief           chief officer of Northshire
    pia_partner_reader    partner reader of Northshire
    pete_partner_contributor partner contributor of Northshire
    omar_of_another_force NVAP lead of Southshire

    browse(alice_lead).get("/plan/")        a client signed in as somebody

NVAP_TEST_DATABASE=postgres runs the same tests on a private PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# The same examples each time, and no clock: a busy machine is slow, not wrong.
hypothesis_settings.register_profile(
    "nvap", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("nvap")

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # tests import each other's helpers as `tests.…`

if TYPE_CHECKING:
    from django.test import Client

    from nvap.records.workspace import Workspace
    from nvap.web.accounts.models import Force, User

_ends: list[Callable[[], None]] = []


def pytest_configure(config: pytest.Config) -> None:
    """Give the tests a database of their own, cheap passwords, and settings that no environment can change."""
    from django.conf import settings
    from django.db import connections
    from tests import postgres

    from nvap.web import database

    folder = Path(tempfile.mkdtemp(prefix="nvap-tests-"))
    _ends.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    if os.environ.get("NVAP_TEST_DATABASE", "sqlite") == "postgres":
        try:
            cluster = postgres.start()
        except postgres.NoPostgres as fault:
            raise pytest.UsageError(str(fault)) from None
        _ends.append(cluster.stop)
        entry = database.postgresql(cluster.url) | {"NAME": "postgres", "CONN_MAX_AGE": 0, "TEST": {"NAME": "nvap"}}
    else:
        entry = database.sqlite(folder / "nvap.sqlite3") | {"TEST": {"NAME": str(folder / "test.sqlite3")}}
    settings.DATABASES = {"default": entry}
    # Django has read the product's own database already, and must forget it before anything opens it.
    connections._settings = None
    connections.__dict__.pop("settings", None)
    del connections["default"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.NVAP_PRACTICE = True
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.LANGUAGE_COOKIE_SECURE = False
    settings.SECURE_HSTS_SECONDS = 0
    settings.NVAP_WORKSPACE = folder / "no-workspace"


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started."""
    while _ends:
        _ends.pop()()


# The browser's driver keeps an event loop in this process for the whole run, which Django would take for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(autouse=True, scope="session")
def _shut_network() -> Iterator[None]:
    """No test reaches beyond this machine; the attempt fails with these words."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _only_here(getattr(socket.socket, name)))
    yield
    patch.undo()


def _only_here(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError("A test tried to reach the network.")
        return connect(self, address)

    return guarded


@pytest.fixture
def workspace(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A practice workspace with two forces, Northshire and Southshire, and nothing loaded."""
    from nvap.records.workspace import make_workspace

    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("NVAP_KEYS", str(tmp_path / "keys"))
    made = make_workspace(tmp_path / "workspace", kind="practice")
    made.add_force("northshire", "Northshire Police")
    made.add_force("southshire", "Southshire Police")
    settings.NVAP_WORKSPACE = made.path
    return made


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any, workspace: Workspace) -> Iterator[None]:
    """The database without a transaction around the test, for what needs real commits.

    In place of pytest-django's, which empties every table afterwards; a journal cannot be emptied. The whole database
    is kept before such a test and put back after it.
    """
    from django.db import connection, connections

    kept = {"sqlite": _KeptFile, "postgresql": _KeptDatabase}[connection.vendor](connection)
    with django_db_blocker.unblock():
        connections.close_all()
        kept.keep()
        yield
        connections.close_all()
        kept.put_back()


class _KeptFile:
    """An SQLite database, copied beside itself."""

    def __init__(self, connection: Any) -> None:
        self._name = str(connection.settings_dict["NAME"])

    def keep(self) -> None:
        self._copy(self._name, f"{self._name}.kept")

    def put_back(self) -> None:
        self._copy(f"{self._name}.kept", self._name)

    def _copy(self, name: str, to: str) -> None:
        with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(to)) as target:
            source.backup(target)


class _KeptDatabase:
    """A PostgreSQL database, copied by the server."""

    def __init__(self, connection: Any) -> None:
        self._connection, self._name = connection, connection.settings_dict["NAME"]

    def keep(self) -> None:
        self._run(f'CREATE DATABASE "{self._name}_kept" TEMPLATE "{self._name}"')

    def put_back(self) -> None:
        self._run(f'DROP DATABASE "{self._name}" WITH (FORCE)')
        self._run(f'ALTER DATABASE "{self._name}_kept" RENAME TO "{self._name}"')

    def _run(self, command: str) -> None:
        with self._connection._nodb_cursor() as cursor:
            cursor.execute(command)


@pytest.fixture
def northshire(db: None, workspace: Workspace) -> Force:
    """The force that all but one of the people belong to."""
    return _mirror(workspace, "northshire")


@pytest.fixture
def southshire(db: None, workspace: Workspace) -> Force:
    """The other force."""
    return _mirror(workspace, "southshire")


@pytest.fixture
def alice_lead(northshire: Force) -> User:
    """Alice, NVAP lead of Northshire."""
    return _person("Alice Lead", northshire, "nvap_lead")


@pytest.fixture
def ben_analyst(northshire: Force) -> User:
    """Ben, analyst of Northshire."""
    return _person("Ben Analyst", northshire, "analyst")


@pytest.fixture
def carol_admin(northshire: Force) -> User:
    """Carol, force administrator of Northshire."""
    return _person("Carol Admin", northshire, "force_admin")


@pytest.fixture
def ines_inspector(northshire: Force) -> User:
    """Ines, inspector at Northshire, for 30 more days."""
    return _person("Ines Inspector", northshire, "inspector", days=30)


@pytest.fixture
def olga_owner(northshire: Force) -> User:
    """Olga, impact owner of Northshire."""
    return _person("Olga Owner", northshire, "impact_owner")


@pytest.fixture
def chris_chief(northshire: Force) -> User:
    """Chris, chief officer of Northshire."""
    return _person("Chris Chief", northshire, "chief_officer")


@pytest.fixture
def pia_partner_reader(northshire: Force) -> User:
    """Pia, who reads what Northshire shares with partners."""
    return _person("Pia Partner", northshire, "partner_reader", days=30)


@pytest.fixture
def pete_partner_contributor(northshire: Force) -> User:
    """Pete, who reports to Northshire on what is his."""
    return _person("Pete Partner", northshire, "partner_contributor", days=30)


@pytest.fixture
def omar_of_another_force(southshire: Force) -> User:
    """Omar, NVAP lead of Southshire."""
    return _person("Omar Other", southshire, "nvap_lead")


@pytest.fixture
def browse(db: None, workspace: Workspace) -> Callable[..., Client]:
    """A browser of one's own: `browse(alice_lead)`, or `browse()` for somebody signed out."""
    from django.test import Client

    def as_person(user: User | None = None, **more: Any) -> Client:
        client = Client(**more)
        if user is not None:
            client.force_login(user)
        return client

    return as_person


def _mirror(workspace: Workspace, code: str) -> Force:
    from nvap.web.accounts import actions

    return actions.mirror_forces(forces=[workspace.force(code)], by="the tests")[0]


PASSWORD = "three words together"


def _person(name: str, force: Force, role: str, *, days: int | None = None) -> User:
    from django.utils import timezone

    from nvap.web.accounts import actions

    until = timezone.localdate() + timedelta(days=days) if days else None
    email = f"{name.split(maxsplit=1)[0].lower()}@{force.code}.example"
    membership = actions.add_person(
        force=force, email=email, name=name, role_name=role, until=until, by="the tests", password=PASSWORD
    )
    return membership.user

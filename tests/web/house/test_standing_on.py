"""What the web stands on: its keys, its database, its settings, its catalogues and assets."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.conftest import ROOT

from nvap.errors import InputFault, Refused, UsageFault
from nvap.records.workspace import make_workspace
from nvap.web import database, keys, migration


def test_a_secret_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    first = keys.secret(tmp_path / "keys", "web-signing.key")
    second = keys.secret(tmp_path / "keys", "web-signing.key")

    assert first == second
    assert len(first) == 64
    assert keys.secret(tmp_path / "keys", "journal.key") != first
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "keys" / "web-signing.key").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_secret_that_others_may_read_is_refused_with_the_command_that_closes_it(tmp_path: Path) -> None:
    keys.secret(tmp_path, "web-signing.key")
    (tmp_path / "web-signing.key").chmod(0o644)

    with pytest.raises(Refused, match="chmod 600"):
        keys.secret(tmp_path, "web-signing.key")


def test_a_damaged_secret_is_refused(tmp_path: Path) -> None:
    keys.write_once(tmp_path / "journal.key", "not hexadecimal")

    with pytest.raises(InputFault, match="64 hexadecimal digits"):
        keys.secret(tmp_path, "journal.key")


def test_a_secret_made_by_another_process_at_the_same_time_stays(tmp_path: Path) -> None:
    keys.write_once(tmp_path / "k", "first")
    keys.write_once(tmp_path / "k", "second")

    assert (tmp_path / "k").read_text() == "first\n"
    assert [each.name for each in tmp_path.iterdir()] == ["k"]


def test_a_postgresql_url_becomes_djangos_entry() -> None:
    entry = database.postgresql("postgresql://nvap:p%40ss@db.force.example:5433/nvap?sslmode=verify-full")

    assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("nvap", "nvap", "p@ss")
    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == ("db.force.example", "5433", {"sslmode": "verify-full"})


def test_another_kind_of_url_is_refused_without_repeating_it() -> None:
    with pytest.raises(UsageFault) as refused:
        database.postgresql("mysql://nvap:secret@db/nvap")

    assert "secret" not in str(refused.value)


def test_sqlite_keeps_what_was_committed_and_lets_no_trigger_be_passed(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own settings")
    held = {}
    with connection.cursor() as cursor:
        for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers"):
            held[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]

    assert held == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def test_the_models_and_their_migrations_agree(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def run_python(code: str, workspace: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NVAP_WORKSPACE": str(workspace), "NVAP_KEYS": str(workspace) + "-keys", **more}
    for name in ("DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"):
        environment.pop(name, None)
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


PREPARE = """
from nvap.web import start
start.configure()
from nvap.web import migration
migration.prepare(by="tests", progress=print)
"""


def test_a_new_database_is_prepared_and_an_old_one_copied_first(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "w", kind="practice")
    workspace.add_force("northshire", "Northshire Police")
    older = "from nvap.web import start\nstart.configure()\nfrom django.core.management import call_command\n"

    first = run_python(PREPARE, workspace.path)
    second = run_python(PREPARE, workspace.path)
    run_python(older + "call_command('migrate', 'mfa', 'zero', verbosity=0)", workspace.path)
    third = run_python(PREPARE, workspace.path)

    assert "Preparing the database" in first.stdout, first.stderr
    assert second.stdout == ""
    assert "a copy is in" in third.stdout, third.stderr
    (copy,) = (workspace.path / "backups").iterdir()
    with sqlite3.connect(copy) as held:
        assert held.execute("SELECT code FROM accounts_force").fetchall() == [("northshire",)]
    held.close()


def test_ten_copies_are_kept(tmp_path: Path, workspace: Any, db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is backed up by whoever runs it")
    backups = workspace.path / "backups"
    backups.mkdir()
    for number in range(12):
        (backups / f"nvap-2020-01-{number + 1:02}T000000Z.sqlite3").touch()
    sqlite3.connect(workspace.path / "nvap.sqlite3").close()

    kept = migration.back_up(workspace.path, progress=lambda text: None)

    assert kept in set(backups.iterdir())
    assert len(list(backups.iterdir())) == 10


def test_a_real_workspace_passes_djangos_own_check_for_deployment(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "real", kind="real")
    code = (
        "from nvap.web import start\nstart.configure()\nfrom django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='WARNING')"
    )

    checked = run_python(code, workspace.path)

    assert checked.returncode == 0, checked.stderr


def test_in_a_real_workspace_http_leads_to_https(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "real", kind="real")
    code = (
        "from nvap.web import start\nstart.configure()\nfrom django.test import Client\n"
        "answer = Client(SERVER_NAME='localhost').get('/sign-in/')\nprint(answer.status_code, answer['Location'])"
    )

    assert run_python(code, workspace.path).stdout.split() == ["301", "https://localhost/sign-in/"]


def test_the_catalogues_hold_every_text() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "catalogues.py", "check"], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr


def test_english_is_whole_and_no_translation_loses_a_name_that_is_filled_in() -> None:
    from babel.messages.pofile import read_po

    folder = ROOT / "src" / "nvap" / "web" / "locale"
    for language in ("en", "cy"):
        with (folder / language / "LC_MESSAGES" / "django.po").open("rb") as file:
            catalog = read_po(file, locale=language)
        problems = [str(problem) for message, errors in catalog.check() for problem in errors if message.string]
        assert problems == []
        if language == "en":
            assert [message.id for message in catalog if message.id and not message.string] == []


def test_a_number_without_a_translation_is_said_as_english_says_it() -> None:
    from babel.messages.catalog import Catalog

    catalogues = _tool("catalogues")
    catalog = Catalog(locale="cy")
    message = catalog.add(("%(count)s extract", "%(count)s extracts"), string=("", "", "", "", ""))

    catalogues.say_number_in_english(message, catalog)

    assert message.string == ("%(count)s extracts", "%(count)s extract", *["%(count)s extracts"] * 3)


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 rhes"), (2, "2 res"), (3, "3 rhes"), (6, "6 rhes"), (8, "8 rhes"), (0, "0 rhes")]
)
def test_welsh_says_a_number_by_its_own_rule(count: int, said: str) -> None:
    from gettext import c2py

    from babel.messages.pofile import read_po

    file = ROOT / "src" / "nvap" / "web" / "locale" / "cy" / "LC_MESSAGES" / "django.po"
    with file.open("rb") as opened:
        catalog = read_po(opened, locale="cy")
    message = catalog.get(("%(count)s row", "%(count)s rows"))

    assert message is not None
    assert message.string[c2py(catalog.plural_expr)(count)] % {"count": count} == said


def _tool(name: str) -> Any:
    """A module of the tools, which are no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_npm_lock_names_no_registry() -> None:
    lock = (ROOT / "assets" / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in lock


def test_the_assets_hold_neither_the_typeface_nor_the_crown_of_govuk() -> None:
    gds = ROOT / "src" / "nvap" / "web" / "static" / "gds"
    css = (gds / "nvap.css").read_text(encoding="utf-8")

    assert "GDS Transport" not in css
    assert "@font-face" not in css
    assert sorted(each.name for each in gds.iterdir() if not each.name.startswith(".")) == [
        "LICENCES.md",
        "govuk-frontend.min.js",
        "nvap.css",
    ]


def test_the_assets_are_built_with_no_npm_on_the_path(tmp_path: Path) -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("assets", ROOT / "tools" / "assets.py")
    assert spec
    assert spec.loader
    assets = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(assets)
    environment = {**os.environ, "PATH": str(tmp_path)}
    patch = pytest.MonkeyPatch()
    patch.setenv("PATH", environment["PATH"])
    try:
        node, npm = assets.find_node()
    finally:
        patch.undo()

    said = subprocess.run([*npm, "--version"], env=environment, capture_output=True, text=True, check=True)
    assert Path(node).is_absolute()
    assert said.stdout[:1].isdigit()

"""`nvap run` and its parts: they start, say what to do when they cannot, and end everything they started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django_tasks_db.models import DBTaskResult

from nvap.errors import Refused
from nvap.records.workspace import make_workspace
from nvap.web import serving, working

LONGEST_WAIT = 60


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `nvap …` on a workspace that has a force already; whatever still runs at the end is ended."""
    # Where the tests run in a shell's background, Ctrl-C is ignored, and so it would be by what they start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    workspace = make_workspace(tmp_path / "w", kind="practice")
    workspace.add_force("northshire", "Northshire Police")
    environment = {**os.environ, "NVAP_WORKSPACE": str(workspace.path), "NVAP_KEYS": str(tmp_path / "keys")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    processes: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "nvap", *words]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=LONGEST_WAIT)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What the process prints, up to the line that holds `words`; fails when it ends before."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(f"It ended without saying {words!r}:\n{said}", pytrace=False)


def children_of(process: subprocess.Popen[str]) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in listed.stdout.split()]


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(numbers: list[int]) -> bool:
    """Whether all have ended within a minute; looks ten times a second."""
    for _ in range(LONGEST_WAIT * 10):
        if not any(is_alive(each) for each in numbers):
            return True
        time.sleep(0.1)
    return False


posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


@posix
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_run_starts_web_and_worker_and_ends_both_when_told(
    started: Callable[..., subprocess.Popen[str]], how: signal.Signals
) -> None:
    port = free_port()
    process = started("run", "--port", str(port))

    said = read_until(process, "Inspector")
    with urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=20) as answer:
        page = answer.read().decode()
    workers = children_of(process)
    process.send_signal(how)
    rest, _ = process.communicate(timeout=LONGEST_WAIT)

    assert f"Open http://127.0.0.1:{port} in a browser" in said
    assert "Sign in" in page
    assert len(workers) == 1
    assert wait_until_gone(workers)
    assert (process.returncode, rest.strip().splitlines()[-1]) == (0, "Stopped.")


@posix
@pytest.mark.gate
def test_when_run_is_killed_its_worker_ends_by_itself(started: Callable[..., subprocess.Popen[str]]) -> None:
    process = started("run", "--port", str(free_port()))
    read_until(process, "Inspector")
    workers = children_of(process)

    process.kill()

    assert workers
    assert wait_until_gone(workers)


@posix
@pytest.mark.gate
def test_a_worker_that_was_killed_is_started_again(started: Callable[..., subprocess.Popen[str]]) -> None:
    process = started("run", "--port", str(free_port()))
    read_until(process, "Inspector")
    first = children_of(process)

    os.kill(first[0], signal.SIGKILL)
    read_until(process, "starting it again")
    process.terminate()
    process.communicate(timeout=LONGEST_WAIT)

    assert process.returncode == 0


def test_a_taken_port_is_said_at_once_with_the_next_step(
    started: Callable[..., subprocess.Popen[str]], taken: int
) -> None:
    process = started("run", "--port", str(taken))

    said, _ = process.communicate(timeout=LONGEST_WAIT)

    assert process.returncode == 3
    assert f"Port {taken} on 127.0.0.1 cannot be used" in said
    assert f"--port {taken + 1}" in said
    assert "Traceback" not in said


def test_a_port_that_is_free_is_not_refused() -> None:
    serving.refuse_when_taken("127.0.0.1", free_port())


def test_the_web_alone_does_not_start_on_a_database_that_is_not_prepared(
    started: Callable[..., subprocess.Popen[str]],
) -> None:
    said, _ = started("serve", "--port", str(free_port())).communicate(timeout=LONGEST_WAIT)

    assert "Run `nvap migrate` first." in said
    assert "Traceback" not in said


def test_a_second_worker_is_refused(workspace: Any) -> None:
    with (
        working.only_worker(workspace.path),
        pytest.raises(Refused, match="Another worker is at work"),
        working.only_worker(workspace.path),
    ):
        pass


def test_when_a_worker_has_ended_the_next_may_start(workspace: Any) -> None:
    with working.only_worker(workspace.path):
        pass
    with working.only_worker(workspace.path):
        pass


def job(attempts: int) -> Any:
    return DBTaskResult.objects.create(
        status="RUNNING",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="nvap.web.results.tasks.compute",
        queue_name="default",
        backend_name="default",
        worker_ids=[f"worker-{number}" for number in range(attempts)],
    )


def test_a_job_that_was_cut_off_is_done_again_but_not_for_ever(db: None) -> None:
    once, thrice = job(1), job(3)

    put_back = working.put_back_what_was_cut_off()

    once.refresh_from_db()
    thrice.refresh_from_db()
    assert (put_back, once.status, thrice.status) == (1, "READY", "FAILED")
    assert "ended 3 times" in thrice.traceback

"""The worker: does the jobs that pages and loads ask for, one after the other; and starting it beside the web."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import DatabaseError, connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from nvap import packs
from nvap.errors import NvapError, Refused
from nvap.web import mail, workspace
from nvap.web.plans.actions import messaging

LONGEST_GOODBYE_SECONDS = 15
MOST_ATTEMPTS = 3
DIGEST_HOURS = range(7, 18)  # UTC: in the working day of every force
_BETWEEN_DIGESTS_SECONDS = 60 * 60
_NEW_PROCESS_GROUP = 0x00000200  # subprocess names it on Windows only


def work(*, attached: bool) -> None:
    """Do jobs until told to end. `attached`: end when standard input closes, as it does when the starter is gone.

    Raises Refused when another worker has this workspace already.
    """
    with only_worker(workspace.current().path):
        put_back_what_was_cut_off()
        worker = Worker(
            queue_names=["*"],
            interval=1.0,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"worker-{os.getpid()}",
            excluded_queue_names=[],
        )
        worker.configure_signals()
        if sends_digests():
            threading.Thread(target=_send_digests_daily, daemon=True).start()
        if attached:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it, by closing its input
            threading.Thread(target=_end_with_the_starter, args=(worker,), daemon=True).start()
        worker.run()


def put_back_what_was_cut_off() -> int:
    """Put jobs back in the queue that an earlier worker had begun when it was ended; returns how many.

    A job during which three workers ended counts as failed: it may be what ended them.
    """
    put_back = 0
    for job in DBTaskResult.objects.running():
        spent = len(job.worker_ids) >= MOST_ATTEMPTS
        job.status = "FAILED" if spent else "READY"
        job.finished_at = timezone.now() if spent else None
        job.traceback = f"The worker ended {MOST_ATTEMPTS} times during this job." if spent else ""
        job.save(update_fields=["status", "finished_at", "traceback"])
        put_back += not spent
    return put_back


@contextmanager
def only_worker(folder: Path) -> Iterator[None]:
    """Hold the workspace's worker lock; the system lets go of it even when the process is killed."""
    with (folder / "worker.lock").open("a+b") as file:
        if not _lock(file):
            raise Refused(f"Another worker is at work in {folder} already; one is enough.")
        yield


class WorkerBeside:
    """A worker as a child process that lives no longer than its starter; started again when it ends by mishap."""

    MOST_RESTARTS = 5

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._ending = threading.Event()
        self._child = self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Ask the worker to finish, wait a while, and end it if it does not."""
        self._ending.set()
        child = self._child
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(LONGEST_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        # In a group of its own, so that Ctrl-C reaches only the starter, which then ends both in order.
        windows = os.name == "nt"
        return subprocess.Popen(
            [sys.executable, "-m", "nvap", "worker", "--attached"],
            stdin=subprocess.PIPE,
            start_new_session=not windows,
            creationflags=_NEW_PROCESS_GROUP if windows else 0,
        )

    def _watch(self) -> None:
        for _ in range(self.MOST_RESTARTS):
            code = self._child.wait()
            if self._ending.wait(2):
                return
            self._say(f"The worker ended unexpectedly (code {code}); starting it again.")
            self._child = self._start()
        self._child.wait()
        if not self._ending.is_set():
            self._say("The worker keeps ending. Pages still open; nothing new is computed. See its messages above.")


def sends_digests() -> bool:
    """Whether a mail server is set; one that is set wrongly is said, and holds up no other job."""
    try:
        return mail.server() is not None
    except (NvapError, OSError) as fault:
        logging.getLogger(__name__).error("No digests are sent: %s", fault)
        return False


def send_digests_by_day() -> int:
    """Send the digests, where it is day; returns how many messages were handed over or tried."""
    if timezone.now().hour not in DIGEST_HOURS:
        return 0
    return messaging.send_digests(pack=packs.pack(), by="the worker").total()


def _send_digests_daily() -> None:
    """Ask every hour of the day; who has had today's message gets no other."""
    while True:
        try:
            send_digests_by_day()
        except (DatabaseError, NvapError, OSError):
            logging.getLogger(__name__).exception("The digests could not be sent; they are tried again.")
        finally:
            connections.close_all()
        time.sleep(_BETWEEN_DIGESTS_SECONDS)


def _end_with_the_starter(worker: Worker) -> None:
    while sys.stdin.buffer.read(1):
        pass
    worker.running = False


def _lock(file: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415 - only there on Windows

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl  # noqa: PLC0415 - not there on Windows

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

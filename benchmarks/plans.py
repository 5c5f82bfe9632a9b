"""The plan's pages over HTTP: 43 forces with five years, beside one with five years and one in its first.

    python -m benchmarks.plans [--forces 43] [--periods 60] [--activities 6] [--seconds 20] [--clients 4] [--json]

For each of the three, a workspace with made plans is served by `nvap serve`, and so many clients signed in as the lead
of one force open the plan's pages in turn for so many seconds, all on this machine's loopback. What stands beside the
large one is the same with one force, since nobody has another program that shows these plans.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

from benchmarks.plans_world import PASSWORD, PREPARE, email

PAGES = (
    "/plan/", "/plan/O1/", "/plan/activity/A1a/", "/plan/activity/A1a/change/", "/plan/progress/", "/plan/measures/",
    "/plan/consequences/", "/plan/impact/LT-org/", "/plan/check/", "/plan/history/", "/",
)  # fmt: skip


def main() -> int:
    """Serve the worlds one after the other, and print what their pages cost."""
    parser = argparse.ArgumentParser(description="Time the plan's pages.")
    for name, given in (("forces", 43), ("periods", 60), ("activities", 6), ("seconds", 20), ("clients", 4)):
        parser.add_argument(f"--{name}", type=int, default=given)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for forces, periods in ((asked.forces, asked.periods), (1, asked.periods), (1, 12)):
        found = measured(forces, periods, asked.activities, seconds=asked.seconds, clients=asked.clients)
        told = {"name": "plan pages", "forces": forces, "periods": periods, **found}
        print(json.dumps(told) if asked.json else in_words(told))
    return 0


def in_words(told: dict[str, object]) -> str:
    """One world's figures as a line."""
    return ", ".join(f"{name}: {value}" for name, value in told.items())


def measured(forces: int, periods: int, activities: int, *, seconds: int, clients: int) -> dict[str, object]:
    """Make a world, serve it, and open its pages."""
    with tempfile.TemporaryDirectory(prefix="nvap-plans-") as folder:
        environment = {**os.environ, "NVAP_WORKSPACE": f"{folder}/workspace", "NVAP_KEYS": f"{folder}/keys"}
        sizes = {"forces": forces, "periods": periods, "activities": activities}
        subprocess.run([sys.executable, "-c", PREPARE.format(**sizes)], env=environment, check=True)
        port = free_port()
        with Path(folder, "log").open("w") as log:
            command = [sys.executable, "-m", "nvap", "serve", "--port", str(port)]
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait(f"http://127.0.0.1:{port}")
            return loaded(f"http://127.0.0.1:{port}", seconds, clients)
        finally:
            server.terminate()
            server.wait(30)


def loaded(address: str, seconds: int, clients: int) -> dict[str, object]:
    """Open the pages with several clients at once; pages a second, and the times that half and 95% of them took."""
    browser = signed_in(address)
    there = [page for page in PAGES if opens(browser, address + page)]
    times: list[float] = []
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=browse, args=(address, there, end, times)) for _ in range(clients)]
    began = time.monotonic()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    took = sorted(times)
    return {
        "pages": len(took),
        "kinds": len(there),
        "pages_a_second": round(len(took) / (time.monotonic() - began), 1),
        "median_ms": round(statistics.median(took) * 1000),
        "p95_ms": round(took[int(len(took) * 0.95)] * 1000),
    }


def browse(address: str, pages: list[str], end: float, times: list[float]) -> None:
    """One client: page after page until the time is over."""
    browser = signed_in(address)
    while time.monotonic() < end:
        for page in pages:
            began = time.perf_counter()
            browser.open(address + page, timeout=60).read()
            times.append(time.perf_counter() - began)


def opens(browser: OpenerDirector, address: str) -> bool:
    """Whether there is such a page."""
    try:
        browser.open(address, timeout=60).read()
    except HTTPError:
        return False
    return True


def signed_in(address: str) -> OpenerDirector:
    """A browser signed in as the lead of the first force."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{address}/sign-in/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    told = {"csrfmiddlewaretoken": token[1] if token else "", "login": email(0), "password": PASSWORD}
    browser.open(f"{address}/sign-in/", urlencode(told).encode()).read()
    return browser


def wait(address: str) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        try:
            urlopen(f"{address}/accessibility/", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not open its port")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


if __name__ == "__main__":
    raise SystemExit(main())

"""The wheel runs everything by itself, in an empty environment, installed from the offline folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.gate


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the bundle's wheels and nothing else."""
    folder = tmp_path_factory.mktemp("bundle")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [sys.executable, "tools/bundle.py", "--out", str(folder / "bundle"), "--platform", "linux"]
    subprocess.run([*command, "--python", version], check=True, cwd=ROOT)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "place")], check=True)
    pip = [str(folder / "place/bin/pip"), "install", "-q", "--no-index", "--find-links", "wheels", "--require-hashes"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    subprocess.run([*pip, "-r", "requirements-linux.txt"], check=True, cwd=folder / "bundle", env=environment)
    return folder / "place/bin"


def test_the_offline_folder_lists_the_hash_of_every_file(installed: Path) -> None:
    bundle = installed.parent.parent / "bundle"

    checked = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=bundle, check=False)

    assert checked.returncode == 0
    listed = (bundle / "SHA256SUMS").read_text().splitlines()
    assert len(listed) == sum(1 for path in bundle.rglob("*") if path.is_file()) - 1


def test_the_installed_wheel_runs_the_whole_product_and_stops_at_ctrl_c(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "NVAP_WORKSPACE": str(tmp_path / "workspace"),
        "NVAP_KEYS": str(tmp_path / "keys"),
    }
    log = tmp_path / "log"
    with log.open("w") as output:
        running = subprocess.Popen(
            [str(installed / "nvap"), "run", "--port", str(port)],
            env=environment,
            cwd=tmp_path,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        page = wait_for_page(f"http://127.0.0.1:{port}/", running, log)
        styles = re.search(r'href="(/static/[^"]+\.css)"', page)
        assert styles is not None
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{styles.group(1)}") as answer:
            assert "govuk" in answer.read().decode()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=120) in (0, 130)
        assert still_running(running.pid) == ""
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
    assert f"http://127.0.0.1:{port}" in log.read_text()


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def wait_for_page(address: str, running: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(360):
        assert running.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    pytest.fail(f"no page within three minutes:\n{log.read_text()}")


def still_running(group: int) -> str:
    listed = subprocess.run(["ps", "-o", "pid=,args=", "-g", str(group)], capture_output=True, text=True, check=False)
    return "\n".join(line for line in listed.stdout.splitlines() if "<defunct>" not in line)

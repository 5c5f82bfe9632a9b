"""`python -m journeys`: walk the journeys; 1 when a step of any fails."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from journeys.site import NotStarted, Site, started
from journeys.walker import Failed, Walker
from journeys.walks import JOURNEYS, Journey

OUT = Path(__file__).parent / "out"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Walk them all; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m journeys", description="Scripted users in a real browser.")
    parser.add_argument(
        "--only", action="append", choices=[each.name for each in JOURNEYS], help="some journeys (default: all)"
    )
    parser.add_argument("--out", type=Path, default=OUT, help="where the pictures go (default: journeys/out)")
    asked = parser.parse_args()
    chromium = os.environ.get("NVAP_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if chromium is None:
        print("No Chromium on this machine. Install it with: apt-get install chromium", file=sys.stderr)
        return 1
    wanted = [each for each in JOURNEYS if not asked.only or each.name in asked.only]
    print("Starting `nvap run` with the made-up force (about a minute) …", flush=True)
    try:
        with started() as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            failed = [each.name for each in wanted if not walk(each, site, browser, asked.out)]
            browser.close()
    except NotStarted as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"\n{len(wanted) - len(failed)} of {len(wanted)} journeys done; pictures in {asked.out}")
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def walk(journey: Journey, site: Site, browser: Browser, out: Path) -> bool:
    """Walk one journey in a browser of its own; whether every step ended as it should."""
    print(f"\n{journey.name}: wants {journey.want}", flush=True)
    pictures = out / journey.name
    shutil.rmtree(pictures, ignore_errors=True)
    context = browser.new_context(viewport=journey.screen, accept_downloads=True)  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    walker = Walker(context.new_page(), site, pictures)
    try:
        journey.walk(walker)
    except (Failed, Error) as fault:
        print(f"      FAILED: {fault}", flush=True)
        walker.picture("failed")
        return False
    finally:
        context.close()
    return True


if __name__ == "__main__":
    raise SystemExit(main())

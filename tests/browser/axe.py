"""axe-core, as npm brought it for `make setup`: the rules of WCAG 2.2 levels A and AA, and best practice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "assets" / "node_modules" / "axe-core" / "axe.min.js"
# By tag, since the one rule of WCAG 2.2 (target-size) is off by default.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands: rule, what it asks, and where."""
    if not SCRIPT.exists():
        raise FileNotFoundError(f"axe-core is not built: run `make setup` ({SCRIPT})")
    page.wait_for_load_state()
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        f"{page.url}: {each['id']}: {each['help']}: {node['html'][:160]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]

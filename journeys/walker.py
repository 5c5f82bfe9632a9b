"""Somebody with a browser: says what they do, which page they are on, and keeps a picture of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page

from journeys.site import Site


class Failed(Exception):
    """A step did not end as it should; the message says what was found."""


class Walker:
    """One scripted user. Each step prints a line and leaves a picture in the journey's folder."""

    def __init__(self, page: Page, site: Site, pictures: Path) -> None:
        self.page, self.site, self._pictures = page, site, pictures
        self._steps = 0
        self.actions = self.words = 0
        self.opened: set[str] = set()
        pictures.mkdir(parents=True, exist_ok=True)

    def do(self, words: str, act: Callable[[], object], *, picture: bool = True) -> None:
        """Do one thing, say where that leads, and keep a picture."""
        self._steps += 1
        print(f"  {self._steps:2}. {words}", flush=True)
        act()
        print(f"      {self.page.url.removeprefix(self.site.address) or '/'}  “{self.page.title()}”", flush=True)
        if picture:
            self.picture(words)

    def sees(self, words: str) -> None:
        """Fail unless these words stand on the page."""
        if not self.page.get_by_text(words).first.is_visible():
            raise Failed(f"“{words}” is not on {self.page.url}")
        print(f"      sees “{words}”", flush=True)

    def say(self, words: str) -> None:
        """Print what a journey found out."""
        print(f"      {words}", flush=True)

    def expect(self, words: str, *, holds: bool) -> None:
        """Fail unless something holds."""
        if not holds:
            raise Failed(f"not so: {words} ({self.page.url})")
        print(f"      {words}", flush=True)

    def click(self, what: Locator) -> None:
        """Press a button, follow a link, tick or choose: one action."""
        self.actions += 1
        what.click()
        self.page.wait_for_load_state()
        self.opened.add(self.page.url.split("?")[0])

    def fill(self, what: Locator, text: str) -> None:
        """Type a text into a field: one action, and its words are counted."""
        self.actions += 1
        self.words += len(text.split())
        what.fill(text)

    def choose(self, what: Locator, label: str) -> None:
        """Choose from a list: one action."""
        self.actions += 1
        what.select_option(label=label)

    def tick(self, name: str, value: str) -> None:
        """Choose a radio or tick a box by its field's name and value: one action."""
        self.actions += 1
        self.page.locator(f"input[name='{name}'][value='{value}']").check()

    def cost(self, job: str, *, most: int) -> None:
        """Say what a job took; fail where it took more actions than it may."""
        said = f"{job}: {self.actions} actions (at most {most}), {self.words} words typed, {len(self.opened)} pages"
        print(f"      {said}", flush=True)
        if self.actions > most:
            raise Failed(said)
        self.actions = self.words = 0
        self.opened.clear()

    def picture(self, words: str) -> None:
        """Keep a picture of the whole page."""
        name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60]
        self.page.screenshot(path=self._pictures / f"{self._steps:02}-{name}.png", full_page=True)

    def open(self, address: str) -> None:
        """Go to an address of the site."""
        response = self.page.goto(self.site.address + address)
        if response is None or response.status >= 400:
            raise Failed(f"{address} answered {response.status if response else 'nothing'}")

    def follow(self, link: str, *, within: str = "main") -> None:
        """Follow a link by its words."""
        self.page.locator(within).get_by_role("link", name=link).first.click()
        self.page.wait_for_load_state()

    def sign_in(self, role: str) -> None:
        """Sign in with the demonstration account of a role."""
        email, password = self.site.sign_ins[role]
        self.open("/sign-in/")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.site.address}/")

    def tab_to(self, words: str, *, most: int = 60) -> None:
        """Press Tab until the focus is on the control with these words, checking that each focus can be seen."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(_FOCUS)
            if not focus["seen"]:
                raise Failed(f"the focus on “{focus['words']}” cannot be seen")
            if focus["words"].startswith(words):
                return
        raise Failed(f"“{words}” was not reached in {most} presses of Tab on {self.page.url}")


_FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
  const painted = style.backgroundColor !== "rgba(0, 0, 0, 0)";
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" || painted;
  const inside = box.bottom > 0 && box.top < innerHeight;
  return {words: (label || one.innerText || one.value || one.ariaLabel || "").trim(), seen: marked && inside};
}"""

"""A plan of Northshire's, started; and ways to write in it as a browser would."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def plan(northshire: Any, alice_lead: Any) -> Any:
    """Northshire's plan on its first day: monthly, January to December 2026, reports due 14 days after."""
    from nvap import packs
    from nvap.plan.periods import regular
    from nvap.web.plans.actions import starting

    periods = regular("monthly", date(2026, 1, 1), 12, 14)
    return starting.start(force=northshire, pack=packs.pack(), frequency="monthly", periods=periods, by=alice_lead)


@pytest.fixture
def bob_lead(northshire: Any) -> Any:
    """Bob, a second NVAP lead of Northshire."""
    return person(northshire, "Bob Lead", "nvap_lead")


def person(force: Any, name: str, role: str) -> Any:
    """Somebody of a force."""
    from django.utils import timezone

    from nvap.web.accounts import actions
    from nvap.web.accounts.roles import LONGEST_DAYS

    until = timezone.localdate() + timedelta(days=30) if role in LONGEST_DAYS else None
    email = f"{name.split(maxsplit=1)[0].lower()}@{force.code}.example"
    facts = {"name": name, "role_name": role, "until": until, "password": "three words together"}
    return actions.add_person(force=force, email=email, by="the tests", **facts).user


def write(plan: Any, by: Any, texts: dict[tuple[str, ...], str], **more: Any) -> Any:
    """Save texts by place, `{("A1a", "decision"): "will-do"}`, on the versions that stand now."""
    from nvap.plan.document import Place
    from nvap.web.plans.actions.saving import Typed, save
    from nvap.web.plans.document import document_of

    stands = document_of(plan).texts
    places = {Place(*place): text for place, text in texts.items()}
    typed = [Typed(place, text, stands[place].version if place in stands else 0) for place, text in places.items()]
    return save(plan=plan, typed=typed, by=by, **more)


def held(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back from the first form as it stands: its fields, choices and hidden versions."""
    page = client.get(address).content.decode()
    found: dict[str, Any] = dict(re.findall(r'<input type="hidden" name="([^"]+--version)" value="([^"]*)"', page))
    found |= {
        name: text.removeprefix("\n") for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', page)
    }
    for tag in re.findall(r'<input class="govuk-(?:input|radios__input|checkboxes__input)[^>]*>', page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if "checkboxes" in tag and name:
            found.setdefault(name[1], [])
            if " checked" in tag and value:
                found[name[1]].append(value[1])
        elif name and ("radios" not in tag or " checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {key: html.unescape(value) if isinstance(value, str) else value for key, value in found.items()}

"""Every line of the site map, opened by everybody: this force's people, another force's, and somebody signed out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests.web.pages import OMAR, PEOPLE, SIGNED_OUT, Page, World, all_pages

PAGES = list(all_pages())
WHO = (*PEOPLE, SIGNED_OUT)


@pytest.fixture
def world(request: pytest.FixtureRequest, workspace: Any, northshire: Any, southshire: Any) -> World:
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    return World(northshire, southshire, people, workspace)


def found(page: Page, status: int, location: str) -> str:
    if status == 302 and location.startswith(reverse("account_login")) and page.name != "account_login":
        return "sign in first"
    if status in page.opened:
        return "opened"
    # A program is not led to the sign-in page: it is told that it must show who it is.
    return {401: "sign in first", 403: "not allowed", 404: "nothing there"}.get(status, f"status {status}")


def test_every_address_of_the_site_map_is_in_the_table_once() -> None:
    names = {pattern.name for pattern in get_resolver().url_patterns}

    listed = Counter(page.name for page in PAGES)

    assert set(listed) == names
    assert max(listed.values()) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_opens_for_those_in_the_table_and_for_nobody_else(
    page: Page, world: World, browse: Callable[..., Client]
) -> None:
    address = reverse(page.name, args=page.arguments(world))
    answers, expected = {}, {}

    for who in WHO:
        for method in page.methods:
            response = getattr(browse(world.people.get(who)), method)(address)
            answers[who, method] = found(page, response.status_code, response.get("Location", ""))
            expected[who, method] = page.expected(who)
            if who == OMAR and response.status_code == 200:
                assert b"Northshire" not in response.content

    assert answers == expected


def test_another_forces_thing_and_a_thing_that_is_not_there_look_the_same(
    world: World, browse: Callable[..., Client], southshire: Any
) -> None:
    from nvap.web.accounts import actions

    actions.add_person(
        force=southshire, email="sam@southshire.example", name="Sam", role_name="force_admin", until=None, by="tests"
    )
    sam = southshire.memberships.get(role="force_admin").user
    alice = world.people["alice_lead"].memberships.get().pk

    theirs = browse(sam).get(reverse("person", args=[alice]))
    nothing = browse(sam).get(reverse("person", args=[987654]))

    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert without_token_and_address(theirs) == without_token_and_address(nothing)


def without_token_and_address(response: Any) -> str:
    """A page without the two things in it that differ from request to request: the form's token, the address asked."""
    text: str = response.content.decode()
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", text)

"""Northshire with results, and programs that read them with a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.web.results.conftest import computed, loaded, with_results

__all__ = ["computed", "loaded", "with_results"]


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def token_of(user: Any, *, name: str = "Power BI", days: int = 30, force: Any = None) -> tuple[Any, str]:
    """A token of somebody's (in their only force, or the one named), and its secret."""
    from django.utils import timezone

    from nvap.web.api import actions

    own = user.memberships.get(**({"force": force} if force else {}))
    return actions.make_token(membership=own, name=name, until=timezone.localdate() + timedelta(days=days), by=user)


def with_secret(secret: str, **more: Any) -> Client:
    """A program that shows this secret as a bearer."""
    return Client(headers={"Authorization": f"Bearer {secret}"}, **more)


@pytest.fixture
def program(db: None) -> Callable[[Any], Client]:
    """A program with a token of somebody's: `program(ben_analyst).get("/api/v1/")`."""
    return lambda user: with_secret(token_of(user)[1])

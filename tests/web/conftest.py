"""For every test of the web: English again after whatever language the one before it chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its language behind in the thread: a server's next request sets it anew, a test does not."""
    from django.utils import translation

    with translation.override("en"):
        yield

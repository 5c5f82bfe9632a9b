"""Pages of a long list, each with the address of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest

from nvap.web.api.schemas import OnePage

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page:
    """Which part of a list: how many before it, how many on it at most, how many in all."""

    offset: int
    limit: int
    total: int

    def answer(self, request: HttpRequest, items: Sequence[dict[str, Any]], **kept: str | None) -> dict[str, Any]:
        """The page with its items. `kept` holds the next pages to the same rows; None takes a name out of the query."""
        return {
            "total": self.total,
            "limit": self.limit,
            "offset": self.offset,
            "next": self._next(request, kept),
            "items": items,
        }

    def _next(self, request: HttpRequest, kept: dict[str, str | None]) -> str | None:
        after = self.offset + self.limit
        if after >= self.total:
            return None
        query = request.GET.copy()
        for name, value in {**kept, "limit": str(self.limit), "offset": str(after)}.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def page_of(asked: OnePage, total: int) -> Page:
    """The page that is asked for, of a list of so many."""
    return Page(asked.offset, asked.limit, total)


def page_of_list(listed: Sequence[Item], page: Page) -> Sequence[Item]:
    """The items that stand on a page."""
    return listed[page.offset : page.offset + page.limit]

"""`limit`, `offset` and links (CON-16, CON-17)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakes.cloud_connector.errors import ApiError

DEFAULT_LIMIT = 1000
MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """What part of a list is wanted."""

    limit: int
    offset: int


def read_page(query: Mapping[str, str], title: str) -> Page:
    """The page that a query asks for. Raises ApiError with `title`."""
    numbers = {}
    for name, default in (("limit", DEFAULT_LIMIT), ("offset", 0)):
        value = query.get(name) or str(default)
        if not re.fullmatch("[+-]?[0-9]{1,40}", value) or not 0 <= int(value) <= MOST:
            raise ApiError(400, title, f"{name}: {value} is no whole number from 0")
        numbers[name] = int(value)
    return Page(**numbers)


def paginated(path: str, page: Page, total: int, data: Sequence[Any]) -> dict[str, Any]:
    """The body of a list answer."""
    return {"meta": {"count": total}, "links": links(path, page, total), "data": list(data)}


def links(path: str, page: Page, total: int) -> dict[str, str]:
    """Path and query of the pages that exist; none for an empty list."""
    if total == 0 or page.limit == 0:
        return {}
    offsets = {"first": 0, "last": (total - 1) // page.limit * page.limit}
    if page.offset + page.limit < total:
        offsets["next"] = page.offset + page.limit
    if page.offset > 0:
        offsets["prev"] = max(0, page.offset - page.limit)
    return {name: f"{path}?limit={page.limit}&offset={offset}" for name, offset in offsets.items()}

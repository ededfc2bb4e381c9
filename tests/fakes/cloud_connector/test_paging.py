from __future__ import annotations

import pytest

from fakes.cloud_connector.errors import ApiError
from fakes.cloud_connector.paging import Page, links, paginated, read_page


def test_defaults():
    assert read_page({}, "t") == read_page({"limit": "", "offset": "+0"}, "t") == Page(1000, 0)


@pytest.mark.parametrize("query", [{"limit": "-1"}, {"offset": "1_0"}, {"offset": "9" * 30}, {"limit": "٣"}])
def test_refused(query):
    with pytest.raises(ApiError, match=f"{next(iter(query))}: "):
        read_page(query, "t")


@pytest.mark.parametrize(
    ("offset", "offsets"),
    [
        (0, {"first": 0, "last": 8, "next": 4}),
        (4, {"first": 0, "last": 8, "next": 8, "prev": 0}),
        (2, {"first": 0, "last": 8, "next": 6, "prev": 0}),
        (8, {"first": 0, "last": 8, "prev": 4}),
    ],
)
def test_eleven_rows_by_four(offset, offsets):
    expected = {name: f"/p?limit=4&offset={number}" for name, number in offsets.items()}
    assert links("/p", Page(4, offset), 11) == expected


def test_last_of_an_exact_fit():
    assert links("/p", Page(4, 0), 8)["last"].endswith("offset=4")


def test_empty_list_has_no_links():
    assert paginated("/p", Page(4, 0), 0, []) == {"meta": {"count": 0}, "links": {}, "data": []}
    assert links("/p", Page(0, 0), 5) == {}


def test_numbers_have_64_bits():
    assert read_page({"limit": str(2**63 - 1)}, "t").limit == 2**63 - 1
    with pytest.raises(ApiError):
        read_page({"offset": str(2**63)}, "t")

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from hopcheck.conform.diff.difference import EVERYWHERE, Diff, Difference, ItemDiff, Side
from hopcheck.conform.diff.terminal import MOST_LINES, SHOWN_CHARACTERS, line, markdown, render

SERVER = Difference("-", "a>b", "x.response", "GET /", "header.server", '"old"', None)
STATUS = Difference("~", "a>b", "x.response", "GET /?q=1", "status", "200", "404")
MESSAGE = Difference("+", "a>b", "y.request", "", "", None, 'method "GET"')
Make = Callable[..., Diff]


@pytest.fixture
def make() -> Make:
    def made(*items: ItemDiff, **changes: Any) -> Diff:
        stand_in, component = Side("stand-in", "", "a"), Side("cmd", "./mine", "b")
        return Diff("ingress", stand_in, component, items, **changes)

    return made


def test_what_is_alike_takes_a_line(make: Make) -> None:
    diff = make(ItemDiff("one", ()), ItemDiff("two", ()))
    assert diff.alike
    assert render(diff) == ["- stand-in", "+ cmd:./mine", "", "ingress: 2 items, all alike"]


def test_what_recurs_is_told_once_and_headers_last(make: Make) -> None:
    both = tuple(ItemDiff(f"case {n}", (SERVER, STATUS)) for n in range(EVERYWHERE))
    diff = make(*both, ItemDiff("other", (MESSAGE,)), ItemDiff("alike", ()))
    assert render(diff)[2:] == [
        "",
        "in many items:",
        "  ~ x.response status: 200 -> 404  [3 of 5 items: case 0, case 1, case 2]",
        '  - every response header.server: "old"  [3 of 5 items: case 0, case 1, case 2]',
        "",
        "other:",
        '  + y.request: method "GET"',
        "",
        "ingress: 5 items, 1 alike, 4 differ",
    ]


def test_a_line_names_the_request_without_its_query() -> None:
    assert line(STATUS) == "~ x.response (GET /?…) status: 200 -> 404"


def test_long_values_are_shown_from_where_they_part() -> None:
    ours, theirs = "a" * 300 + "b" * 200, "a" * 300 + "c" * 200
    shown = line(Difference("~", "", "m", "", "body", ours, theirs))
    assert "aabbb" in shown
    assert "aaccc" in shown
    assert len(shown) < 2 * SHOWN_CHARACTERS + 40


def test_an_item_is_cut_and_says_so(make: Make) -> None:
    many = tuple(Difference("+", "", "m", "", f"place{n}", None, "1") for n in range(MOST_LINES + 5))
    lines = render(make(ItemDiff("one", many)))
    assert "  … and 5 more, see --json" in lines
    assert sum("place" in each for each in lines) == MOST_LINES


def test_what_was_not_compared_is_told_by_its_cause(make: Make) -> None:
    broken = [ItemDiff(f"case {n}", (), "not played with the component") for n in range(5)]
    lines = render(make(*broken, troubles=("the stand-in fell",)))
    assert "  case 0, case 1, case 2 and 2 more: not played with the component" in lines
    assert lines[-2:] == ["the stand-in fell", "ingress: 5 items, 0 alike, 0 differ, 5 not compared"]


def test_markdown(make: Make) -> None:
    lines = markdown(make(ItemDiff("one", (STATUS,)), ItemDiff("two", (), "gone")))
    assert lines[0] == "### ingress: cmd:./mine against stand-in"
    assert lines[6:9] == ["```diff", "~ x.response (GET /?…) status: 200 -> 404", "```"]
    assert lines[-1] == "- two: gone"


def test_json_has_all(make: Make) -> None:
    tree = json.loads(orjson.dumps(make(ItemDiff("one", (STATUS,)), ItemDiff("two", ())).as_dict()))
    assert (tree["alike"], tree["differing"], tree["component"]["given"]) == (1, 1, "./mine")
    assert tree["items"] == [
        {
            "name": "one",
            "broken": "",
            "differences": [
                {
                    "sign": "~",
                    "edge": "a>b",
                    "what": "x.response",
                    "asked": "GET /?q=1",
                    "place": "status",
                    "stand_in": "200",
                    "component": "404",
                }
            ],
        }
    ]


def test_control_characters_are_escaped() -> None:
    assert "\x1b" not in line(Difference("+", "", "m", "", "body", None, "\x1b[2J"))

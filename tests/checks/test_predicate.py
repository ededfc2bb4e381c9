import pytest
from checks_world import request

from hopcheck.checks.predicate import header, holds, matches, resolve
from hopcheck.trace import Event, Payload


def event(attrs=None, payload=None):
    return Event(
        1,
        1,
        1,
        "",
        "tap",
        "a>b",
        "http",
        "request",
        "a",
        "b",
        None,
        None,
        attrs or {},
        None if payload is None else Payload(payload),
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("status", 200),
        ("args.1", "x"),
        ("args.7", None),
        ("args.1.y", None),
        ("body.a.b", 1),
        ("body.a.0", None),
        ("headers.host", "h"),
        ("headers.other", None),
        ("source", "a"),
        ("target", "b"),
        ("edge", "a>b"),
        ("no.where", None),
    ],
)
def test_resolve(path, value):
    seen = event({"status": 200, "args": [0, "x"], "headers": [["host", "h"]]}, b'{"a": {"b": 1}}')
    assert resolve(seen, path) == value


def test_body_that_is_no_json_holds_nothing():
    assert resolve(event(payload=b"x"), "body.a") is None
    assert resolve(event(), "body") is None


@pytest.mark.parametrize(
    ("value", "asked", "held"),
    [
        (0, 0, True),
        (0, False, False),
        (None, 0, False),
        (200, [200, 304], True),
        (500, [200, 304], False),
        ("abc", {"prefix": "ab"}, True),
        ("abc", {"suffix": "ab"}, False),
        (None, {"prefix": ""}, False),
        (["--register"], {"contains": ["--status", "--register"]}, True),
        ([], {"contains": ["--status"]}, False),
        (None, {"contains": ["x"]}, False),
        ([["a/data/in", 1]], {"topic": "/data/in"}, True),
        ([], {"topic": "x"}, False),
        (None, {"present": False}, True),
        (0, {"present": True, "not": 0}, False),
        (1, {"present": True, "not": 0}, True),
        (None, {"not": [1, 2]}, True),
    ],
)
def test_holds(value, asked, held):
    assert holds(value, asked) is held


def test_every_path_must_hold():
    assert matches({"status": 0, "source": "a"}, event({"status": 0}))
    assert not matches({"status": 0, "source": "b"}, event({"status": 0}))
    assert matches({}, event())


def test_header_is_the_first():
    draft = request("a>b", "GET", "/", "x")
    assert header(event(draft.attrs), "host") == "server.example"

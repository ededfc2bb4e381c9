from __future__ import annotations

import pytest

from fakes.remediations.etag import matches, of_json, strong, weak

# What Express, which uses the same package, is publicly known to answer with for these bodies.
HELLO, EMPTY_LIST, EMPTY_OBJECT = (
    '"c-Lve95gjOVATpfV8EL5X4nxwjKHE"',
    '"2-l9Fw4VUO7kr8CvBlt4zaMCqXZ0w"',
    '"2-vyGp6PvFo4RvsFtPoIWeCReyIC8"',
)


def test_length_in_hex_and_digest() -> None:
    assert strong(b"Hello World!") == HELLO
    assert strong(b"x" * 2888).startswith('"b48-')


def test_nothing_has_a_tag_too() -> None:
    assert strong(b"") == '"0-2jmj7l5rSw0yVb/vlWAYkK/YBwk"'


def test_weak_is_marked() -> None:
    assert weak(b"Hello World!") == f"W/{HELLO}"


@pytest.mark.parametrize(("value", "tag"), [([], EMPTY_LIST), ({}, EMPTY_OBJECT)])
def test_json_is_compact(value: object, tag: str) -> None:
    assert of_json(value) == tag


def test_json_keeps_its_order_and_its_letters() -> None:
    assert of_json({"b": [1, "é"], "a": None}) == strong('{"b":[1,"é"],"a":null}'.encode())
    assert of_json({"a": 1, "b": 2}) != of_json({"b": 2, "a": 1})


@pytest.mark.parametrize("header", [HELLO, f"W/{HELLO}", f'"x", {HELLO}', f'W/"x",W/{HELLO} , "y"', "*"])
@pytest.mark.parametrize("tag", [HELLO, f"W/{HELLO}"])
def test_named(header: str, tag: str) -> None:
    assert matches(header, tag)


@pytest.mark.parametrize("header", [None, "", '"x"', HELLO.strip('"'), HELLO[:-2] + '"', HELLO.lower()])
def test_not_named(header: str | None) -> None:
    assert not matches(header, HELLO)

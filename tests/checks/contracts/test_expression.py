from __future__ import annotations

import pytest

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.expression import Equality, resolve


@pytest.fixture
def record(seen):
    return seen("kafka", "record", "a>b", {"topic": "t", "key": "k", "headers": [["h", "1"]]}, {"a": {"b": 1}})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$message.key", "k"),
        ("$message.topic", "t"),
        ("$message.header#/h", "1"),
        ("$message.payload#/a/b", 1),
        ("$message.payload#/a/c/d", None),
        ("$message.header#/x", None),
    ],
)
def test_resolve(record, text, value):
    assert resolve(text, record) == value


def test_equality(record):
    same = Equality("w", {"this": "$message.key", "that": "$message.topic", "part": ".(t?)"})
    assert same.check(record, "c", "r")[0].expected == '$message.topic: ""'
    assert Equality("w", {"this": "$message.key", "that": "$message.key"}).check(record, "c", "r") == []


@pytest.mark.parametrize(
    "node",
    [
        {"this": "$message.key"},
        {"this": "$message.key", "that": "key"},
        {"this": "$message.key", "that": "$message.key", "part": "("},
    ],
)
def test_bad_equality(node):
    with pytest.raises(ContractError, match=r"^w:"):
        Equality("w", node)

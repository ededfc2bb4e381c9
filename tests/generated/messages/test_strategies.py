import json

import pytest

from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.generated.messages import DBUS, KAFKA, LINES, MQTT, PROTOCOLS, Messages
from hopcheck.generated.messages_sequence import numbered, sequences
from hopcheck.generated.messages_table import Tally, table
from hopcheck.generated.strategies import Valid
from hopcheck.generated.strategies_broken import OVERSIZED, VALID, WAYS, damaged, instead
from hopcheck.home import CONTRACTS

KINDS = {VALID, "missing", "renamed", "added", "retyped", "wrong value", "oversized", "wrong encoding"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_called_valid_keeps_its_schema_and_what_is_forbidden_does_not(generated, put, protocol):
    seen = set()

    def made(messages):
        for message in messages:
            seen.add(message.kind)
            value = message.beside["args"] if protocol == DBUS else read(message.data)
            holds = generated.holds(protocol, message.name, value)
            if message.kind == VALID:
                assert holds
            elif message.kind in ("missing", "renamed", "retyped", "added"):
                assert not holds

    names = generated.names(protocol)
    lists = generated.any_of(protocol, *names).map(lambda each: [each])
    put(protocol, "by schema", lists, made, 60)
    assert seen <= KINDS
    assert VALID in seen


def read(data):
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError):
        return None


def test_every_fate_comes_about(generated, put):
    kinds, lengths = set(), set()

    def fate(messages):
        kinds.update(message.kind for message in messages)
        lengths.add(len(messages))

    put(MQTT, "sequences", sequences(generated.of(MQTT, "data")), fate, 80)
    assert kinds >= {"duplicate", "stale", "reordered"}
    assert min(lengths) == 1


def test_an_id_is_another_one_for_another_sequence_and_the_same_in_one(generated, put):
    def number(messages):
        [message] = messages
        assert numbered(message, "a") == numbered(message, "a")
        if message.kind == VALID:
            assert numbered(message, "a").data != numbered(message, "b").data

    put(MQTT, "numbered", generated.of(MQTT, "data").map(lambda each: [each]), number, 20)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_changes_what_is_sent(way):
    value = {"a": "text", "b": [1, {"c": None}]}
    for number in range(1, 9):
        found = damaged(value, way, number)
        assert found.data != json.dumps(value, separators=(",", ":")).encode() or way == "Latin-1"
        assert len(found.data) < 1_100_000


def test_something_stands_in_the_place_of_any_scalar():
    assert [instead({"a": 1, "b": [2]}, number, b"X") for number in (0, 1, 2)] == [
        b'{"a":X,"b":[2]}',
        b'{"a":1,"b":[X]}',
        b'{"a":X,"b":[2]}',
    ]


def test_a_schema_that_nothing_keeps_has_no_strategy():
    assert Valid(Schemas.__new__(Schemas)).of(At("", {"enum": ["a"]}), At("", {"const": "b"})) is None


def test_the_same_size_gives_the_same_messages():
    first, second = (Messages(CONTRACTS, 3)._mqtt("event") for _ in range(2))
    assert repr(first).count("event") == repr(second).count("event")


def test_a_table_says_how_many_how_fast_and_what_of_it():
    tally = Tally(KAFKA, "announce")
    tally.kinds.update({VALID: 3, OVERSIZED: 1})
    tally.seconds = 2.0
    assert table([Tally.from_dict(tally.as_dict())])[2] == "| kafka | announce | 3 | oversized 1 | 4 | 2 | 0 |"
    assert LINES in PROTOCOLS

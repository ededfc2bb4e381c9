from __future__ import annotations

import json
import re

import pytest

from fakes.rhc import envelope


def test_absent_members_are_empty_and_names_match_in_any_case():
    assert envelope.data(b'{"Message_ID": "m", "extra": [1], "metadata": {"a": null}}') == envelope.Data(
        "m", "", "", {"a": ""}, b""
    )


def test_content_keeps_its_spelling():
    assert envelope.data(b'{"content" :\t{"a" : 1.0, "b":"\\u00e9"} , "directive":"d"}').content == (
        b'{"a" : 1.0, "b":"\\u00e9"}'
    )


def test_last_of_equal_names_wins():
    assert envelope.data(b'{"directive":"a","DIRECTIVE":"b"}').directive == "b"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"{} x",
        b'{"message_id": 1}',
        b'{"version": "1"}',
        b'{"version": 1.0}',
        b'{"sent": ""}',
        b'{"sent": "2024-01-01"}',
        b'{"sent": "2024-13-01T00:00:00Z"}',
        b'{"metadata": {"a": 1}}',
        b'{"metadata": []}',
        b'{"content": NaN}',
    ],
)
def test_wrong_types_reject_the_whole_message(payload):
    with pytest.raises(envelope.BadMessage):
        envelope.data(payload)


@pytest.mark.parametrize("sent", ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.123456789+02:00"])
def test_timestamps_with_any_fraction_are_taken(sent):
    assert envelope.control(json.dumps({"sent": sent, "type": "command"}).encode()).type == "command"


def test_command_arguments_are_texts():
    assert envelope.command(b'{"command":"ping","arguments":{},"message":"x"}') == envelope.Command("ping", {})
    with pytest.raises(envelope.BadMessage):
        envelope.command(b'{"command":"reconnect","arguments":{"delay":5}}')


def test_new_messages_carry_the_envelope():
    one, two = (envelope.new("event", content="pong") for _ in range(2))
    assert (one["type"], one["version"], one["response_to"], one["content"]) == ("event", 1, "", "pong")
    assert one["message_id"] != two["message_id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", one["sent"])
    assert envelope.control(envelope.encode(one)).message_id == one["message_id"]


@pytest.mark.parametrize(
    ("spelled", "embedded"),
    [
        (b'{"a" : [1.0, "b c" ] }\n', b'{"a":[1.0,"b c"]}'),
        (b'"<\\"&> \\u00e9"', b'"\\u003c\\"\\u0026\\u003e \\u00e9"'),
        (b"null", b"null"),
    ],
)
def test_compact_keeps_numbers_and_strings(spelled, embedded):
    assert envelope.compact(spelled) == embedded
    assert json.loads(embedded) == json.loads(spelled)


@pytest.mark.parametrize("spelled", [b"", b"nope", b"NaN", b"\xff", b"1 2"])
def test_compact_refuses_what_is_no_json(spelled):
    with pytest.raises(ValueError):  # noqa: PT011
        envelope.compact(spelled)


def test_half_a_surrogate_pair_is_decoded_as_go_does():
    found = envelope.data(b'{"message_id": "\\ud800a", "metadata": {"\\udc00": "\\ud83d\\ude00"}}')
    assert (found.message_id, found.metadata) == ("\ufffda", {"\ufffd": "\U0001f600"})

import json

import pytest

from hopcheck.generated.messages import DBUS, KAFKA, LINES, MQTT, Message
from hopcheck.generated.messages_receivers import NOWHERE, RECEIVERS
from hopcheck.generated.messages_source import SOURCES
from hopcheck.home import CONTRACTS


@pytest.mark.parametrize("role", list(SOURCES))
def test_the_same_seed_draws_what_its_receiver_has_columns_for(role):
    source, receiver = SOURCES[role], RECEIVERS[role]
    one, two = (source.drawn(CONTRACTS, 2, 7) for _ in range(2))
    assert [list(map(repr, each)) for each in one] == [list(map(repr, each)) for each in two]
    for sent in (each for sequence in one for each in source.fresh(sequence)):
        assert len(sent.beside) == len(receiver.columns)
        assert not receiver.places or sent.beside[0] in receiver.places


def test_nobody_is_told_to_leave_or_to_call_somebody_else():
    leave = Message(MQTT, "command", "valid", "", b'{"command":"disconnect"}', {"topic": "control/in"})
    assert SOURCES["rhc"].sent(leave) is None
    announce = Message(
        KAFKA, "announce", "valid", "", b'{"url":"https://example.com/a?b"}', {"headers": {}, "key": None}
    )
    sent = SOURCES["playbook-dispatcher"].sent(announce)
    assert sent is not None
    assert json.loads(sent.data) == {"url": NOWHERE}
    line = SOURCES["playbook-dispatcher"].sent(Message(LINES, "playbook", "valid", "", b"{}"))
    assert line is not None
    assert line.data == b"{}\n"


@pytest.mark.parametrize(("text", "passes"), [("a", True), ("\0", False), ("\ud800", False)])
def test_what_no_bus_lets_pass_is_not_sent(text, passes):
    metadata = {"return_url": "https://example.com/", "note": text}
    call = Message(DBUS, "Worker1.Dispatch", "valid", "", b"", {"args": ["a", "m", "", metadata]})
    sent = SOURCES["rhc-worker-playbook"].sent(call)
    assert (sent is not None) is passes
    assert sent is None or json.loads(sent.beside[0])[3]["return_url"] == NOWHERE

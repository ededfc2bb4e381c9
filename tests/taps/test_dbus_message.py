from __future__ import annotations

from typing import Any

import pytest
from dbus_fast import Message, MessageType, Variant

from hopcheck.taps.dbus_message import Call, Calls, Names, arguments, first_bytes

BUS = "org.freedesktop.DBus"
DAEMON = "com.redhat.Yggdrasil1"
DISPATCHER = "com.redhat.Yggdrasil1.Dispatcher1"
WORKER = "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook"
# FIPS 180-2, appendix B.1.
ABC = {"bytes": 3, "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}


def owner_changed(name: str, old: str, new: str, sender: str = BUS) -> Message:
    return Message(
        message_type=MessageType.SIGNAL,
        sender=sender,
        path="/org/freedesktop/DBus",
        interface=BUS,
        member="NameOwnerChanged",
        signature="sss",
        body=[name, old, new],
    )


def call(member: str = "GetNameOwner", destination: str = BUS, signature: str = "s", *body: Any) -> Message:
    return Message(
        destination=destination,
        path="/org/freedesktop/DBus",
        interface=BUS,
        member=member,
        signature=signature,
        body=list(body) or [WORKER],
    )


def answered(owner: str, sender: str = BUS) -> Message:
    return Message(message_type=MessageType.METHOD_RETURN, sender=sender, reply_serial=1, signature="s", body=[owner])


@pytest.fixture
def names() -> Names:
    names = Names()
    for name, owner in ((DAEMON, ":1.1"), (DISPATCHER, ":1.2"), (WORKER, ":1.3"), ("org.example.Two", ":1.2")):
        assert names.learn(owner_changed(name, "", owner), None) is None
    return names


def test_a_call_keeps_what_its_return_will_lack() -> None:
    message = Message(destination=WORKER, path="/w", interface="com.redhat.Yggdrasil1.Worker1", member="Dispatch")
    assert Call.of(message, "x", ":1.3") == Call("x", "/w", "com.redhat.Yggdrasil1.Worker1", "Dispatch", ":1.3")
    assert Call.of(message, "x", WORKER).callee is None


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        (call(), WORKER),
        (call("NameHasOwner"), None),
        (call(destination=WORKER), None),
        (call("GetNameOwner", BUS, "ss", WORKER, ""), None),
    ],
)
def test_only_the_bus_is_asked_for_an_owner(message: Message, asked: str | None) -> None:
    assert Call.of(message, "x", BUS).asked_owner_of == asked


def test_names_are_known_by_their_owner(names: Names) -> None:
    assert names.owner(WORKER) == ":1.3"
    assert names.of(":1.3") == names.of(WORKER) == [WORKER]
    assert names.of(":1.2") == names.of(DISPATCHER) == [DISPATCHER, "org.example.Two"]


def test_a_name_that_nobody_owns_stands_for_itself() -> None:
    names = Names()
    assert (names.owner(WORKER), names.of(WORKER), names.of(":1.9")) == (WORKER, [WORKER], [])


def test_nobody_is_nobody(names: Names) -> None:
    assert (names.owner(None), names.of(None)) == (None, [])


def test_a_name_that_moves(names: Names) -> None:
    names.learn(owner_changed(WORKER, ":1.3", ":1.7"), None)
    assert (names.owner(WORKER), names.of(":1.3")) == (":1.7", [])


def test_a_name_that_is_given_up(names: Names) -> None:
    names.learn(owner_changed(WORKER, ":1.3", ""), None)
    assert (names.owner(WORKER), names.of(":1.3")) == (WORKER, [])


def test_the_end_of_a_connection_is_told(names: Names) -> None:
    assert names.learn(owner_changed(":1.3", ":1.3", ""), None) == ":1.3"
    assert names.learn(owner_changed(":1.8", "", ":1.8"), None) is None


def test_an_owner_that_was_asked_for() -> None:
    names = Names()
    names.learn(answered(":1.3"), Call.of(call(), "x", BUS))
    assert names.owner(WORKER) == ":1.3"


@pytest.mark.parametrize("asked", [None, Call.of(call("NameHasOwner"), "x", BUS)])
def test_an_answer_to_something_else(asked: Call | None) -> None:
    names = Names()
    names.learn(answered(":1.3"), asked)
    assert names.of(":1.3") == []


def test_only_the_bus_is_believed(names: Names) -> None:
    assert names.learn(owner_changed(WORKER, ":1.3", ":1.666", sender=":1.666"), None) is None
    names.learn(owner_changed(":1.3", ":1.3", "", sender=":1.666"), None)
    names.learn(answered(":1.666", sender=":1.666"), Call.of(call(), "x", BUS))
    assert names.owner(WORKER) == ":1.3"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (":1.1", "rhc"),
        (":1.2", "rhc"),
        (DAEMON, "rhc"),
        (DISPATCHER, "rhc"),
        (":1.3", "rhc-worker-playbook"),
        (WORKER, "rhc-worker-playbook"),
        (BUS, "bus"),
        (None, "*"),
        (":1.9", ":1.9"),
        ("com.redhat.Yggdrasil1x", "com.redhat.Yggdrasil1x"),
    ],
)
def test_roles(names: Names, name: str | None, role: str) -> None:
    assert names.role(name) == role


def test_a_worker_yet_to_be_activated_has_its_role() -> None:
    assert Names().role(WORKER) == "rhc-worker-playbook"


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ([], []),
        (["s", 1, True, 0.5], ["s", 1, True, 0.5]),
        ([b"abc"], [ABC]),
        ([bytearray(b"abc")], [ABC]),
        ([Variant("b", True), Variant("v", Variant("ay", b"abc"))], [True, ABC]),
        ([{1: Variant("as", ["x"])}], [{"1": ["x"]}]),
        ([("x", [b"abc"])], [["x", [ABC]]]),
    ],
)
def test_arguments_as_json(body: list[Any], plain: list[Any]) -> None:
    assert arguments(body) == plain


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (["id", b"\xff", b"second"], b"\xff"),
        ([bytearray(b"x")], b"x"),
        ([b""], b""),
        (["text", [b"inside"], {"k": b"inside"}], None),
        ([], None),
    ],
)
def test_the_first_bytes_among_the_arguments(body: list[Any], content: bytes | None) -> None:
    assert first_bytes(body) == content


def pending(serial: int, sender: str, callee: str | None) -> tuple[Message, Call]:
    asked = Message(destination=callee or BUS, path="/", member="M", serial=serial)
    asked.sender = sender
    return asked, Call.of(asked, f"{sender}#{serial}", callee or BUS)


def reply(sender: str, destination: str, reply_serial: int, serial: int = 9) -> Message:
    return Message(
        message_type=MessageType.METHOD_RETURN,
        sender=sender,
        destination=destination,
        reply_serial=reply_serial,
        serial=serial,
    )


def test_an_answer_is_to_a_call_once() -> None:
    calls = Calls()
    calls.begin(*pending(7, ":1.1", ":1.3"))
    assert calls.answered(reply(":1.3", ":1.2", 7)) is None
    call = calls.answered(reply(":1.3", ":1.1", 7))
    assert call is not None
    assert call.exchange == ":1.1#7"
    assert calls.answered(reply(":1.3", ":1.1", 7)) is None
    assert len(calls) == 0


def test_who_left_is_answered_and_the_bus_refuses_that() -> None:
    calls = Calls()
    calls.begin(*pending(7, ":1.1", ":1.3"))
    calls.leave(":1.1")
    first = calls.answered(reply(":1.3", ":1.1", 7, serial=5))
    second = calls.answered(reply(BUS, ":1.3", 5))
    assert first is not None
    assert first == second
    assert len(calls) == 0


@pytest.mark.parametrize("leaving", [[":1.1", ":1.3"], [":1.3", ":1.1"]])
def test_what_nobody_can_answer_is_forgotten(leaving: list[str]) -> None:
    calls = Calls()
    calls.begin(*pending(7, ":1.1", ":1.3"))
    calls.begin(*pending(8, ":1.1", None))
    calls.begin(*pending(7, ":1.2", ":1.4"))
    for connection in leaving:
        calls.leave(connection)
        # The bus answers in the place of one that ended.
        if connection == ":1.3":
            calls.answered(reply(BUS, ":1.1", 7))
    assert len(calls) == 1


def test_a_refusal_that_never_came_is_forgotten_with_the_one_who_answered() -> None:
    calls = Calls()
    calls.begin(*pending(7, ":1.1", ":1.3"))
    calls.leave(":1.1")
    assert calls.answered(reply(":1.3", ":1.1", 7, serial=5)) is not None
    assert len(calls) == 1
    calls.leave(":1.3")
    assert len(calls) == 0

"""Somebody on a machine: what it does, and how platform and bus answer."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from hopcheck.topology.played import Visit
from hopcheck.topology.visit import CERTIFICATES, asks_for_workers, shows
from hopcheck.trace import Event
from steps.world import World

DENIED = "org.freedesktop.DBus.Error.AccessDenied"
REFUSED = 0x80


@when(parsers.re(r"somebody on a machine shows a certificate that is (?P<certificate>.+)"))
def shows_a_certificate(world: World, certificate: str) -> None:
    """A client on a machine shows it to the broker, subscribes to the system's topic, then asks the gateway."""
    assert certificate in CERTIFICATES, f"no certificate is {certificate!r}; there is: {'; '.join(CERTIFICATES)}"
    world.visit = world.stage.visit(shows(certificate), f"a certificate that is {certificate}")


@when(parsers.re(r'"(?P<user>[a-z-]+)" on a machine asks rhc for its workers'))
def asks(world: World, user: str) -> None:
    """ListWorkers, called on the system bus by this user of the machine."""
    world.visit = world.stage.visit(asks_for_workers(user), f"{user} asking for the workers")


def _seen(world: World) -> Visit:
    assert world.visit is not None, "nobody came: a When is missing"
    return world.visit


def _at(world: World, tap: str) -> list[Event]:
    return [event for event in _seen(world).seen if event.tap == tap]


def _answers(world: World) -> list[Event]:
    return [event for event in _seen(world).seen if event.edge == "rhc>ingress" and event.op in ("refused", "response")]


@then("the broker lets it in")
def broker_lets_it_in(world: World) -> None:
    """The client, not the broker, ends the connection that nobody reads; the subscription is granted."""
    [end] = _at(world, "mqtt:passthrough")
    assert end.op == "closed", f"the broker refused: {end.attrs.get('reason')}"
    assert _granted(world) == [True], "the subscription was not granted"


@then("the broker hangs up")
def broker_hangs_up(world: World) -> None:
    """The broker itself ends the connection, in the TLS handshake that the tap does not take part in."""
    [end] = _at(world, "mqtt:passthrough")
    assert end.op == "refused", "the client was let in, and left by itself"
    assert end.source == "broker"
    assert not _granted(world), "a subscription was answered"


@then("the broker grants it nothing")
def broker_grants_nothing(world: World) -> None:
    """The subscription to the system's topic is answered with a failure code."""
    assert _granted(world) == [False], f"the subscription: {_granted(world) or 'no answer'}"


def _granted(world: World) -> list[bool]:
    answers = [event for event in _at(world, "mqtt:visitors") if event.op == "SUBACK"]
    return [max(event.attrs["codes"]) < REFUSED for event in answers]


@then("the gateway hangs up")
def gateway_hangs_up(world: World) -> None:
    """No HTTP came of it: the TLS handshake was refused."""
    answers = _answers(world)
    assert [event.op for event in answers] == ["refused"], f"it was answered {[e.attrs.get('status') for e in answers]}"
    assert "TLS" in answers[0].attrs["reason"]


@then(parsers.re(r"the gateway answers (?P<status>\d+)"))
def gateway_answers(world: World, status: str) -> None:
    """The HTTP status that the visitor got."""
    assert [event.attrs.get("status") for event in _answers(world)] == [int(status)]


@then("the bus denies it")
def bus_denies(world: World) -> None:
    """The call was seen, and AccessDenied from the bus itself; rhc was never asked."""
    calls, answers = _bus(world)
    assert len(calls) == 1, f"{len(calls)} calls were seen"
    assert [(event.op, event.attrs["error_name"], event.source) for event in answers] == [("error", DENIED, "bus")]


@then("rhc answers it")
def rhc_answers(world: World) -> None:
    """The call was answered by rhc."""
    calls, answers = _bus(world)
    assert len(calls) == 1, f"{len(calls)} calls were seen"
    assert [(event.op, event.source) for event in answers] == [("return", "rhc")]


def _bus(world: World) -> tuple[list[Event], list[Event]]:
    about = [event for event in _seen(world).seen if event.attrs.get("member") == "ListWorkers"]
    return [e for e in about if e.op == "call"], [e for e in about if e.op in ("return", "error")]

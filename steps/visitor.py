"""Somebody on a machine: what it does, and how platform and bus answer."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from hopcheck.topology.played import Visit
from hopcheck.topology.visit import CERTIFICATES, asks_for_workers, shows
from hopcheck.trace import Event
from steps.world import World

DENIED = "org.freedesktop.DBus.Error.AccessDenied"


@when(parsers.re(r"somebody on a machine shows a certificate that is (?P<certificate>.+)"))
def shows_a_certificate(world: World, certificate: str) -> None:
    """A client on a machine shows it to the broker, speaks in the system's name, then asks the gateway."""
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
    """The client, not the broker, ends the connection that nobody reads; what it says reaches Cloud Connector."""
    end = _end(world)
    assert end.op == "closed", f"the broker refused: {end.attrs.get('reason')}"
    assert _said(world), "the visitor said nothing"
    assert _passed_on(world) == 2, f"what it said at two doors was passed on {_passed_on(world)} times"


@then("the broker hangs up")
def broker_hangs_up(world: World) -> None:
    """The broker itself ends the connection, in the TLS handshake that the tap does not take part in."""
    end = _end(world)
    assert end.op == "refused", "the client was let in, and left by itself"
    assert end.source == "broker"
    assert not _said(world), "the visitor was let in at the tap's door"
    assert not _passed_on(world), "what it said was passed on"


@then("the broker drops what it says")
def broker_drops(world: World) -> None:
    """It was let in and spoke, and Cloud Connector got the system's own later word, but nothing before it."""
    assert _said(world), "the visitor said nothing"
    assert not _passed_on(world), "what it said in the system's name was passed on"


def _end(world: World) -> Event:
    """How the one connection ended that the tap took no part in."""
    ends = _at(world, "mqtt:passthrough")
    assert len(ends) == 1, f"at the door that leaves TLS alone {len(ends)} connections ended"
    return ends[0]


def _said(world: World) -> list[Event]:
    return [e for e in _at(world, "mqtt:visitors") if e.op == "PUBLISH" and e.source == "rhc"]


def _passed_on(world: World) -> int:
    """How many of the visitor's messages Cloud Connector got."""
    topic = f"/{_seen(world).identity.client_id}/control/out"
    delivered = [
        event.payload.json
        for event in _seen(world).seen
        if event.op == "PUBLISH"
        and event.attrs["leg"] == "connector"
        and event.attrs["topic"].endswith(topic)
        and event.payload is not None
    ]
    return sum(isinstance(message, dict) and message.get("type") == "event" for message in delivered)


@then("the gateway hangs up")
def gateway_hangs_up(world: World) -> None:
    """The gateway refuses the TLS handshake, so that no HTTP is spoken."""
    answers = _answers(world)
    assert [event.op for event in answers] == ["refused"], f"it was answered {[e.attrs.get('status') for e in answers]}"
    assert "TLS" in answers[0].attrs["reason"]


@then(parsers.re(r"the gateway answers (?P<http_status>\d+)"))
def gateway_answers(world: World, http_status: str) -> None:
    """The HTTP status that the visitor got."""
    assert [event.attrs.get("status") for event in _answers(world)] == [int(http_status)]


@then("the bus denies it")
def bus_denies(world: World) -> None:
    """The call was seen, and AccessDenied from the bus itself; rhc was never asked."""
    calls, answers = _bus(world)
    assert len(calls) == 1, f"{len(calls)} calls were seen"
    assert [(event.op, event.attrs["error_name"], event.source) for event in answers] == [("error", DENIED, "bus")]


@then("rhc answers it")
def rhc_answers(world: World) -> None:
    """rhc itself answered the call."""
    calls, answers = _bus(world)
    assert len(calls) == 1, f"{len(calls)} calls were seen"
    assert [(event.op, event.source) for event in answers] == [("return", "rhc")]


def _bus(world: World) -> tuple[list[Event], list[Event]]:
    about = [event for event in _seen(world).seen if event.attrs.get("member") == "ListWorkers"]
    return [e for e in about if e.op == "call"], [e for e in about if e.op in ("return", "error")]

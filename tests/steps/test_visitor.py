from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from hopcheck.topology.identity import Identity
from hopcheck.topology.played import Visit
from hopcheck.topology.visit import CERTIFICATES
from steps import visitor as steps

WEB = Identity.new("web")
TOPIC = f"redhat/insights/{WEB.client_id}/control/out"


@pytest.fixture
def made(world):
    """A world in which a visitor's stay was seen as these events."""

    def make(*events):
        built = world(events=events)
        built.visit = Visit("a visitor", WEB, tuple(built.stage.trace))
        return built

    return make


@pytest.fixture
def stage():
    """A stage that notes who comes."""
    came = []
    return SimpleNamespace(came=came, visit=lambda errand, what: came.append((errand, what)) or what)


def at(tap, op, source="rhc", leg="host", **more):
    where = {"protocol": "mqtt", "edge": "rhc<>cloud-connector", "tap": tap}
    return {**where, "op": op, "source": source, "leg": leg, **more}


def end(op, source):
    return at("mqtt:passthrough", op, source, reason="hung up")


SAID = at("mqtt:visitors", "PUBLISH", topic=TOPIC)
LEFT, REFUSED = end("closed", "rhc"), end("refused", "broker")


def passed(kind="event", topic=TOPIC):
    payload = json.dumps({"type": kind}).encode()
    return at("mqtt:connector", "PUBLISH", "broker", "connector", topic=topic, payload=payload)


def test_a_visitor_is_sent_with_its_certificate(stage):
    world = SimpleNamespace(stage=stage, visit=None)
    for certificate in CERTIFICATES:
        steps.shows_a_certificate(world, certificate)
        assert world.visit == f"a certificate that is {certificate}"
    assert len(stage.came) == len(CERTIFICATES)
    with pytest.raises(AssertionError, match="no certificate is 'forged'; there is: its own; expired"):
        steps.shows_a_certificate(world, "forged")


def test_somebody_asks_on_the_bus(stage):
    world = SimpleNamespace(stage=stage, visit=None)
    steps.asks(world, "nobody")
    assert world.visit == "nobody asking for the workers"


def test_a_then_without_a_when_says_so(world):
    with pytest.raises(AssertionError, match="nobody came: a When is missing"):
        steps.gateway_answers(world(), "200")


def test_let_in(made):
    steps.broker_lets_it_in(made(LEFT, SAID, passed(), passed(), passed("connection-status")))


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((REFUSED, SAID, passed(), passed()), "the broker refused: hung up"),
        ((LEFT, passed(), passed()), "the visitor said nothing"),
        ((LEFT, SAID, passed()), "at two doors was passed on 1 times"),
        ((LEFT, SAID, passed(), passed(topic="redhat/insights/x/control/out")), "passed on 1 times"),
        ((), "at the door that leaves TLS alone 0 connections ended"),
        ((LEFT, LEFT, SAID, passed(), passed()), "2 connections ended"),
    ],
)
def test_not_let_in(made, events, says):
    with pytest.raises(AssertionError, match=says):
        steps.broker_lets_it_in(made(*events))


def test_hung_up_on(made):
    steps.broker_hangs_up(made(REFUSED, passed("connection-status")))


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((LEFT,), "the client was let in, and left by itself"),
        ((REFUSED, SAID), "let in at the tap's door"),
        ((REFUSED, passed()), "what it said was passed on"),
        ((end("refused", "rhc"),), "assert"),
    ],
)
def test_not_hung_up_on(made, events, says):
    with pytest.raises(AssertionError, match=says):
        steps.broker_hangs_up(made(*events))


def test_dropped(made):
    steps.broker_drops(made(LEFT, SAID, passed("connection-status")))
    with pytest.raises(AssertionError, match="the visitor said nothing"):
        steps.broker_drops(made(LEFT))
    with pytest.raises(AssertionError, match="was passed on"):
        steps.broker_drops(made(LEFT, SAID, passed()))


def gateway(op, **attrs):
    return {"edge": "rhc>ingress", "op": op, **attrs}


def test_the_gateway_answers(made):
    steps.gateway_answers(made(gateway("request"), gateway("response", status=401)), "401")
    for events in ((gateway("response", status=200),), (gateway("refused", reason="TLS"),), ()):
        with pytest.raises(AssertionError):
            steps.gateway_answers(made(*events), "401")


def test_the_gateway_hangs_up(made):
    steps.gateway_hangs_up(made(gateway("refused", reason="TLS: certificate required")))
    for event in (gateway("response", status=200), gateway("refused", reason="upstream unreachable")):
        with pytest.raises(AssertionError):
            steps.gateway_hangs_up(made(event))
    with pytest.raises(AssertionError):
        steps.gateway_hangs_up(made())


def bus(op, source="rhc", member="ListWorkers", error_name=None):
    where = {"protocol": "dbus", "edge": "rhc<>rhc-worker-playbook"}
    return {**where, "op": op, "source": source, "member": member, "error_name": error_name}


CALL, ANSWER = bus("call", ":1.9"), bus("return")
DENIED = bus("error", "bus", error_name=steps.DENIED)


def test_denied_by_the_bus(made):
    steps.bus_denies(made(CALL, DENIED, bus("return", member="Get")))


def test_answered_by_rhc(made):
    steps.rhc_answers(made(CALL, ANSWER))


@pytest.mark.parametrize(
    "events",
    [
        (),
        (CALL,),
        (DENIED,),
        (CALL, CALL, DENIED),
        (CALL, bus("error", "rhc", error_name=steps.DENIED)),
        (CALL, bus("error", "bus", error_name="org.freedesktop.DBus.Error.ServiceUnknown")),
        (CALL, DENIED, ANSWER),
        (CALL, bus("return", "bus")),
    ],
)
def test_neither_denied_nor_answered(made, events):
    for step in (steps.bus_denies, steps.rhc_answers):
        with pytest.raises(AssertionError):
            step(made(*events))

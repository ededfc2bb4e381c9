from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from hopcheck.topology.disturbance import DISTURBANCES
from hopcheck.topology.machines import SECOND, SKEW_S
from hopcheck.topology.story import ALONE
from steps import machine as steps

MQTT, BUS, WORKER = steps.MQTT, steps.BUS, steps.WORKER


@pytest.fixture
def client(world):
    return world().played.identity.client_id


@pytest.fixture
def made(world, client):
    """A world in which this happened on the machine; ``None`` is the disturbance itself."""

    def make(*events):
        told = {"protocol": "kit", "op": "fault", "edge": "kit", "client_id": client}
        return world(events=tuple(told if e is None else {"host": client, **e} for e in events))

    return make


def mqtt(op, session="s2", leg="host", **more):
    return {"protocol": "mqtt", "op": op, "edge": MQTT, "leg": leg, "connection": session, **more}


def published(leg="host", topic="redhat/insights/x/control/out", target="broker", body=None, **more):
    payload = None if body is None else json.dumps(body).encode()
    return mqtt("PUBLISH", leg=leg, topic=topic, target=target, payload=payload, **more)


def status(leg="host", target="broker", **content):
    return published(leg, target=target, body={"type": "connection-status", "content": content})


def bus(op, member, *args):
    return {"protocol": "dbus", "op": op, "edge": BUS, "member": member, "args": list(args)}


RUNNER = {
    "protocol": "process",
    "op": "spawn",
    "target": "ansible-runner",
    "edge": "rhc-worker-playbook>ansible-runner",
}
ASKED = published(topic="redhat/insights/x/data/in", target="rhc")
ACCEPTED, GRANTED = mqtt("CONNACK", code=0), mqtt("SUBACK", codes=[1])
OFFLINE, ONLINE = (status("connector", "cloud-connector", state=s) for s in ("offline", "online"))


def test_the_kinds_of_machines_are_those_that_there_are():
    world = SimpleNamespace(story=ALONE)
    steps.a_plan_on_a_machine(world, "whose rhc systemd restarts")
    assert (world.story.machine, world.story.uploads) == ("whose rhc systemd restarts", 0)
    with pytest.raises(AssertionError, match="there is no machine 'of glass'; there are those whose rhc"):
        steps.a_plan_on_a_machine(world, "of glass")


@pytest.mark.parametrize("what", DISTURBANCES)
def test_a_fault_asserts_a_disturbed_run_and_anything_else_a_complete_one(what):
    world = SimpleNamespace(story=ALONE)
    steps.a_plan_on_one_machine(world)
    plain = world.story
    steps.something_befalls_it(world, what)
    assert world.story.disturbance == what
    assert world.story.outcome == ("disturbed" if DISTURBANCES[what].fault else "complete")
    assert world.story.label != plain.label


def test_what_nobody_knows_cannot_befall_it():
    with pytest.raises(AssertionError, match="nothing is called 'its fuse blows'; there is: its machine is restarted"):
        steps.something_befalls_it(SimpleNamespace(story=ALONE), "its fuse blows")


def test_a_new_session_with_both_subscriptions(made):
    steps.the_system_connects_again(made(None, ACCEPTED, GRANTED, GRANTED))
    steps.the_system_connects_again(made(None, ACCEPTED, mqtt("SUBACK", codes=[1, 1])))


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((ACCEPTED, GRANTED, GRANTED), "nothing befell this machine"),
        ((ACCEPTED, GRANTED, GRANTED, None), "no MQTT session was accepted"),
        ((None, mqtt("CONNACK", code=5), GRANTED, GRANTED), "no MQTT session was accepted"),
        ((None, mqtt("CONNACK", leg="connector", code=0), GRANTED, GRANTED), "no MQTT session was accepted"),
        ((None, ACCEPTED, GRANTED), "1 subscriptions were answered"),
        ((None, ACCEPTED, GRANTED, mqtt("SUBACK", "s1", codes=[1])), "1 subscriptions were answered"),
        ((None, ACCEPTED, GRANTED, mqtt("SUBACK", codes=[128])), "a subscription was refused"),
    ],
)
def test_what_is_no_new_session(made, events, says):
    with pytest.raises(AssertionError, match=says):
        steps.the_system_connects_again(made(*events))


def connect(serial):
    return mqtt("CONNECT", tls={"client_serial": serial})


def test_the_new_certificate(made):
    steps.the_certificate_is_new(made(connect("1"), None, connect("2")))


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((None, connect("2")), "never connected before"),
        ((connect("1"), None), "never connected after"),
        ((connect("1"), None, connect("1")), "the certificate is the old one"),
        ((connect("1"), None, connect("2"), connect("1")), "the certificate is the old one"),
    ],
)
def test_what_is_no_new_certificate(made, events, says):
    with pytest.raises(AssertionError, match=says):
        steps.the_certificate_is_new(made(*events))


def test_the_will(made):
    steps.told_offline(made(ONLINE, None, OFFLINE, ONLINE))


@pytest.mark.parametrize(
    "events",
    [
        (OFFLINE, None, ONLINE),
        (None,),
        (None, status("host", "broker", state="offline")),
        (None, status("connector", "broker", state="offline")),
    ],
)
def test_what_is_no_will(made, events):
    with pytest.raises(AssertionError, match="after the disturbance Cloud Connector was told"):
        steps.told_offline(made(*events))


def test_a_status_without_content_is_no_error_of_the_steps(made):
    odd = published("connector", target="cloud-connector", body={"type": "connection-status"})
    steps.told_offline(made(None, odd, OFFLINE))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_starts_of_the_playbook_are_counted(made, count):
    world = made(*[RUNNER] * count, {**RUNNER, "op": "exit"}, {**RUNNER, "host": "another"})
    for step, wanted in ((steps.the_playbook_is_started_once, 1), (steps.the_playbook_is_not_started, 0)):
        if count == wanted:
            step(world)
        else:
            with pytest.raises(AssertionError, match="ansible-runner was started"):
                step(world)


HEALED = {"protocol": "kit", "op": "healed", "edge": "kit"}
GET = {"edge": "rhc>remediations", "source": "rhc"}


@pytest.fixture
def cut(made, client):
    healed = {**HEALED, "client_id": client}
    return lambda *events: made(*(healed if event is HEALED else event for event in events))


def test_nothing_comes_through_a_cut(cut):
    steps.nothing_comes_through(cut(None, ASKED, HEALED, GET))


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((None, ASKED, GET), "the network was never whole again"),
        ((None, published(source="rhc"), HEALED, GET), "event 2 came through: PUBLISH"),
        ((None, ASKED, HEALED), "the system never asked for the playbook"),
        ((GET, None, ASKED, HEALED), "the playbook was asked for at 1, before 4"),
    ],
)
def test_what_comes_through_a_cut(cut, events, says):
    with pytest.raises(AssertionError, match=says):
        steps.nothing_comes_through(cut(*events))


def owner(new=":1.7", name=WORKER):
    return bus("signal", "NameOwnerChanged", name, "", new)


HANDED = {**bus("call", "Dispatch", "rhc_worker_playbook", "id"), "source": "rhc", "destination_names": [WORKER]}


def test_the_worker_is_woken_by_the_message(made):
    steps.activated(made(ASKED, HANDED, owner()))


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((HANDED, owner()), "no data message came"),
        ((ASKED, HANDED), "the worker never owned its name"),
        ((owner(), ASKED, HANDED), "before the message came"),
        ((ASKED, owner(name="another"), HANDED), "the worker never owned its name"),
        ((ASKED, owner(""), HANDED), "the worker never owned its name"),
        ((ASKED, owner(), HANDED), "before rhc asked for it"),
        ((ASKED, owner()), "rhc never asked for it"),
        ((ASKED, {**HANDED, "source": ":1.9"}, owner()), "rhc never asked for it"),
        (({**ASKED, "leg": "connector"}, HANDED, owner()), "no data message came"),
    ],
)
def test_a_worker_that_was_awake(made, events, says):
    with pytest.raises(AssertionError, match=says):
        steps.activated(made(*events))


SHORT = SECOND.rpartition(".")[2]
BOTH = {name: {} for name in ("rhc_worker_playbook", "rhc-worker-playbook", SHORT, SHORT.replace("_", "-"))}


def test_both_workers_are_told_of_in_one_status(made):
    steps.told_of_both(made(status(dispatchers=None), status(dispatchers=BOTH)))


@pytest.mark.parametrize("missing", BOTH)
def test_each_spelling_counts(made, missing):
    with pytest.raises(AssertionError, match="it was told of"):
        steps.told_of_both(made(status(dispatchers={name: {} for name in BOTH if name != missing})))


def test_the_second_worker_is_handed_nothing(made):
    steps.second_is_handed_nothing(made(HANDED))
    with pytest.raises(AssertionError, match="nothing was handed"):
        steps.second_is_handed_nothing(made(bus("return", "Dispatch")))
    with pytest.raises(AssertionError, match=SHORT):
        steps.second_is_handed_nothing(made(HANDED, bus("call", "Dispatch", SHORT, "id")))


WALL = "2026-01-02T03:04:05+00:00"


@pytest.mark.parametrize(("sent", "right"), [("04:04:05", True), ("04:04:55", True), ("03:04:05", False)])
def test_an_hour_ahead(made, sent, right):
    assert SKEW_S == 3600
    body = {"type": "connection-status", "sent": f"2026-01-02T{sent}+00:00"}
    world = made(published(body=body, wall=WALL))
    if right:
        steps.an_hour_ahead(world)
    else:
        with pytest.raises(AssertionError, match="seconds ahead"):
            steps.an_hour_ahead(world)


def test_a_system_that_says_nothing_shows_no_clock(made):
    with pytest.raises(AssertionError, match="published no connection status"):
        steps.an_hour_ahead(made(published(leg="connector", body={"type": "connection-status", "sent": WALL})))

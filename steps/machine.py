"""Machines of a kind of their own, what befalls them, and what is seen of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from pytest_bdd import given, parsers, then

from hopcheck.checks.history import body, member
from hopcheck.topology.disturbance import DISTURBANCES
from hopcheck.topology.machines import MACHINES, SECOND, SKEW_S
from hopcheck.topology.story import ALONE, Story
from hopcheck.trace import Event
from steps.world import World

WORKER = "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook"
MQTT, BUS = "rhc<>cloud-connector", "rhc<>rhc-worker-playbook"
CLOCK_TOLERANCE_S = 60


@given(parsers.re(r"a plan on a machine (?P<kind>.+)"))
def a_plan_on_a_machine(world: World, kind: str) -> None:
    """The main job's plan on one machine of this kind."""
    assert kind in MACHINES, f"there is no machine {kind!r}; there are those {', those '.join(filter(None, MACHINES))}"
    world.story = Story(f"a plan on a machine {kind}", machine=kind, uploads=0)


@given("a plan on one machine")
def a_plan_on_one_machine(world: World) -> None:
    """The main job's plan on a machine like any other."""
    world.story = replace(ALONE, label="a plan on one machine", uploads=0)


@given(parsers.re(r"(?P<what>its .+)"))
def something_befalls_it(world: World, what: str) -> None:
    """What befalls the machine while the plan runs; where that is a fault, the outcome is "disturbed" from then on."""
    assert what in DISTURBANCES, f"nothing is called {what!r}; there is: {'; '.join(DISTURBANCES)}"
    outcome = "disturbed" if DISTURBANCES[what].fault else "complete"
    label = f"{world.story.label}, {what}"
    world.story = replace(world.story, label=label, outcome=outcome, disturbance=what)


def _here(world: World) -> list[Event]:
    """Everything seen of the plan's machine, in order."""
    assert world.played is not None, "nothing has been executed: a When is missing"
    client = world.played.identity.client_id
    return [event for event in world.stage.trace if event.host == client]


def _told(world: World) -> Event:
    """The kit's entry about the disturbance."""
    assert world.played is not None
    client = world.played.identity.client_id
    told = [
        event
        for event in world.stage.trace.where(protocol="kit", client_id=client)
        if event.op in ("fault", "disturbance")
    ]
    assert told, "nothing befell this machine"
    return told[-1]


def _after(world: World) -> list[Event]:
    since = _told(world).seq
    return [event for event in _here(world) if event.seq > since]


def _statuses(events: list[Event]) -> Iterator[tuple[Event, dict[str, Any]]]:
    """The connection-status messages among these, each with what it says."""
    for event in events:
        told = body(event) if event.op == "PUBLISH" else None
        if isinstance(told, dict) and told.get("type") == "connection-status":
            yield event, told


@then("the system connects again")
def the_system_connects_again(world: World) -> None:
    """After the disturbance the broker accepts a CONNECT and grants both subscriptions, in one new session."""
    accepted = [e for e in _after(world) if e.op == "CONNACK" and e.attrs["leg"] == "host" and e.attrs["code"] == 0]
    assert accepted, "no MQTT session was accepted after the disturbance"
    session = accepted[-1].attrs["connection"]
    grants = [e for e in _after(world) if e.op == "SUBACK" and e.attrs["connection"] == session]
    codes = [code for event in grants for code in event.attrs["codes"]]
    assert len(codes) >= 2, f"{len(codes)} subscriptions were answered in the new session"
    assert max(codes) < 0x80, f"a subscription was refused: {codes}"


@then("the certificate that it connects with is the new one")
def the_certificate_is_new(world: World) -> None:
    """The certificate of the last MQTT session has another serial number than the one before the renewal."""
    since = _told(world).seq
    sessions = [event for event in _here(world) if event.op == "CONNECT" and event.attrs["leg"] == "host"]
    before = [event.attrs["tls"]["client_serial"] for event in sessions if event.seq < since]
    after = [event.attrs["tls"]["client_serial"] for event in sessions if event.seq > since]
    assert before, "the system was never connected before"
    assert after, "the system never connected after"
    assert after[-1] not in before, "the certificate is the old one"


@then("Cloud Connector is told that the system went offline")
def told_offline(world: World) -> None:
    """Cloud Connector got the system's will after the disturbance."""
    states = [
        member(told, "content", "state")
        for event, told in _statuses(_after(world))
        if event.attrs["leg"] == "connector" and event.target == "cloud-connector"
    ]
    assert "offline" in states, f"after the disturbance Cloud Connector was told: {states or 'nothing'}"


@then("the playbook is started once")
def the_playbook_is_started_once(world: World) -> None:
    """ansible-runner was started exactly once on the machine, whatever befell it."""
    started = [event for event in _here(world) if event.op == "spawn" and event.target == "ansible-runner"]
    assert len(started) == 1, f"ansible-runner was started {len(started)} times"


@then("the playbook is not started")
def the_playbook_is_not_started(world: World) -> None:
    """ansible-runner was not started on the machine."""
    started = [event for event in _here(world) if event.op == "spawn" and event.target == "ansible-runner"]
    assert not started, f"ansible-runner was started: event {started[0].seq}"


@then("nothing comes from the system before the network is whole again")
def nothing_comes_through(world: World) -> None:
    """Between the cut and the answer to the message that was lost, nothing is seen that comes from the system."""
    since = _told(world)
    healed = world.stage.trace.where(protocol="kit", op="healed", client_id=since.attrs["client_id"])
    assert healed, "the network was never whole again"
    seen = [
        event
        for event in _here(world)
        if since.seq < event.seq < healed[0].seq and event.protocol in ("http", "mqtt") and event.source == "rhc"
    ]
    assert not seen, f"event {seen[0].seq} came through: {seen[0].op} on {seen[0].edge}"
    asked = [event for event in _here(world) if event.edge == "rhc>remediations" and event.op == "request"]
    assert asked, "the system never asked for the playbook"
    assert asked[0].seq > healed[0].seq, f"the playbook was asked for at {asked[0].seq}, before {healed[0].seq}"


@then("the worker owns its bus name only once rhc asks for it")
def activated(world: World) -> None:
    """The worker's name has no owner before the message comes, then rhc writes to the name, then it has one."""
    asked = [
        event
        for event in _here(world)
        if event.op == "PUBLISH" and event.attrs["leg"] == "host" and event.attrs["topic"].endswith("/data/in")
    ]
    assert asked, "no data message came"
    bus = [event for event in _here(world) if event.edge == BUS]
    owned = [
        event.seq
        for event in bus
        if event.attrs.get("member") == "NameOwnerChanged"
        and event.attrs["args"][0] == WORKER
        and event.attrs["args"][2]
    ]
    assert owned, "the worker never owned its name"
    assert owned[0] > asked[0].seq, f"the worker owned its name at event {owned[0]}, before the message came"
    calls = [
        event.seq
        for event in bus
        if event.op == "call" and event.source == "rhc" and WORKER in event.attrs["destination_names"]
    ]
    assert calls, "rhc never asked for it"
    assert calls[0] < owned[0], f"the worker owned its name at event {owned[0]}, before rhc asked for it at {calls[0]}"


@then("Cloud Connector is told of both workers")
def told_of_both(world: World) -> None:
    """A connection status lists the playbook worker and the second one, in both spellings of the dispatchers' key."""
    second = SECOND.rpartition(".")[2]
    wanted = {"rhc_worker_playbook", "rhc-worker-playbook", second, second.replace("_", "-")}
    told = [set(member(status, "content", "dispatchers") or {}) for _, status in _statuses(_here(world))]
    assert any(wanted <= names for names in told), f"it was told of {told}"


@then("the second worker is handed nothing")
def second_is_handed_nothing(world: World) -> None:
    """Every Dispatch goes to the worker that the message names, none to the other one."""
    calls = [e for e in _here(world) if e.edge == BUS and e.op == "call" and e.attrs["member"] == "Dispatch"]
    assert calls, "nothing was handed to any worker"
    assert {call.attrs["args"][0] for call in calls} == {"rhc_worker_playbook"}


@then("the system's messages say a time an hour ahead")
def an_hour_ahead(world: World) -> None:
    """The time in each online status is an hour ahead of the moment at which a tap saw it."""
    ahead = [
        (datetime.fromisoformat(told["sent"]) - datetime.fromisoformat(event.wall)).total_seconds()
        for event, told in _statuses(_here(world))
        if event.attrs["leg"] == "host"
    ]
    assert ahead, "the system published no connection status"
    assert all(abs(seconds - SKEW_S) < CLOCK_TOLERANCE_S for seconds in ahead), (
        f"seconds ahead: {ahead} (libfaketime does not reach Go programs, such as the real yggd)"
    )

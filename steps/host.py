"""What can be seen on the remediation targets."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_bdd import parsers, then

from hopcheck.checks.relations.remediations import identifiers
from hopcheck.topology.fleet import ISSUES
from hopcheck.topology.stage import Member
from hopcheck.trace import Event
from steps.world import World


def _since_execute(world: World, members: Iterable[Member]) -> list[Event]:
    assert world.played is not None
    trace, clients = world.stage.trace, {member.identity.client_id for member in members}
    start = trace.where(protocol="kit", op="stimulus", plan=world.played.plan)[0].seq
    return [e for e in trace if e.seq > start and e.host in clients]


def _executes_nothing(events: Iterable[Event]) -> None:
    started = [e for e in events if e.edge == "rhc-worker-playbook>ansible-runner"]
    assert not started, f"ansible-runner was started: event {started[0].seq}"


@then("nothing is executed")
def nothing_is_executed(world: World) -> None:
    """ansible-runner was not started on any system of the plan after Execute."""
    assert world.played is not None
    _executes_nothing(_since_execute(world, world.played.cast))


@then(parsers.re(r"nothing is executed on (?P<system>[\w-]+)"))
def nothing_is_executed_on(world: World, system: str) -> None:
    """ansible-runner was not started on this system after Execute."""
    _executes_nothing(_since_execute(world, [world.member(system)]))


@then("only the plan's systems are asked for anything")
def only_the_plans_systems(world: World) -> None:
    """Between Execute and the next one nothing was sent to a system that the plan does not name."""
    assert world.played is not None
    trace, clients = world.stage.trace, {member.identity.client_id for member in world.played.cast}
    presses = [e.seq for e in trace.where(protocol="kit", op="stimulus")]
    start = trace.where(protocol="kit", op="stimulus", plan=world.played.plan)[0].seq
    until = min((seq for seq in presses if seq > start), default=len(trace) + 1)
    sent = [
        e
        for e in trace.where(edge="rhc<>cloud-connector", op="PUBLISH", leg="host", target="rhc")
        if start < e.seq < until and e.attrs["topic"].endswith("/data/in") and e.host not in clients
    ]
    assert not sent, f"{sent[0].host} was sent a message: event {sent[0].seq}"


@then(parsers.re(r'(?P<system>[\w-]+) is served a playbook for "(?P<issues>.+)"'))
def is_served_a_playbook_for(world: World, system: str, issues: str) -> None:
    """The issues that the playbook names which this system fetched, in their order."""
    client = world.member(system).identity.client_id
    answers = world.stage.trace.where(edge="rhc>remediations", op="response", host=client)
    assert answers, f"{system} was served no playbook"
    text = answers[-1].payload.text or "" if answers[-1].payload is not None else ""
    asked = [ISSUES[issue.strip()] for issue in issues.split(",")]
    assert identifiers(text) == asked, f"the playbook of {system} is for {identifiers(text)}"


@then(parsers.re(r'the system holds the file "(?P<path>.+)" saying "(?P<text>.+)"'))
def system_holds_file(world: World, path: str, text: str) -> None:
    """A file below each system's scratch directory, after the run."""
    assert world.played is not None
    for member in world.played.connected:
        file = world.stage.topology.hosts[member.identity.name].files / path
        assert file.is_file(), f"{member.identity.name} has no file {path}"
        assert file.read_text().strip() == text, f"on {member.identity.name}"


@then(parsers.re(r'the upload carries the code "(?P<code>\w+)"'))
def upload_carries_code(world: World, code: str) -> None:
    """Each worker's last upload has an executor_on_failed event with this code, as UNDEFINED_ERROR."""
    assert world.played is not None
    for member in world.played.connected:
        uploads = [e for e in _since_execute(world, [member]) if e.edge == "rhc>ingress" and e.op == "request"]
        assert uploads, f"the worker of {member.identity.name} uploaded nothing"
        assert uploads[-1].payload is not None
        told = (uploads[-1].payload.text or "").replace('": "', '":"')
        assert f'"crc_dispatcher_error_code":"{code}"' in told, f"{member.identity.name} uploaded another code, or none"

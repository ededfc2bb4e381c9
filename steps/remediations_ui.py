"""What the user of the Remediations UI sees."""

from __future__ import annotations

from typing import Any

from pytest_bdd import parsers, then

from hopcheck.topology.stage import Member
from steps.world import World


def _answers(world: World, path_end: str) -> list[Any]:
    """Bodies of the answers on the UI's edge to requests whose path ends so."""
    trace = world.stage.trace
    asked = {
        e.exchange
        for e in trace.where(edge="remediations-ui>remediations", op="request")
        if e.attrs["path"].endswith(path_end)
    }
    return [
        e.payload.json
        for e in trace.where(edge="remediations-ui>remediations", op="response")
        if e.exchange in asked and e.payload is not None
    ]


@then(parsers.re(r'the UI shows "(?P<status>[^"]+)"'))
def ui_shows(world: World, status: str) -> None:
    """The status of the run in the last answer that the UI got."""
    assert world.played is not None
    answers = _answers(world, f"/playbook_runs/{world.played.run}")
    assert answers, "the UI never asked for the status of this run"
    assert answers[-1]["status"] == status


@then(parsers.re(r'the log says "(?P<text>.+)"'))
def log_says(world: World, text: str) -> None:
    """The text stands in the log of every system of the plan, as the UI last got it."""
    assert world.played is not None
    for member in world.played.connected:
        _says(world, member, text)


@then(parsers.re(r'the log of (?P<system>[\w-]+) says "(?P<text>.+)"'))
def log_of_system_says(world: World, system: str, text: str) -> None:
    """The text stands in the log of one system of the plan, as the UI last got it."""
    _says(world, world.member(system), text)


@then(parsers.re(r'the UI shows "(?P<status>[^"]+)" for (?P<system>[\w-]+)'))
def ui_shows_for_system(world: World, status: str, system: str) -> None:
    """The status of a system in the last list of systems that the UI got for this run."""
    found = [
        item["status"] for item in _systems(world) if item["system_id"] == world.member(system).identity.inventory_id
    ]
    assert found == [status], f"the UI shows {found or 'nothing'} for {system}"


@then(parsers.re(r"the UI does not list (?P<system>[\w-]+)"))
def ui_does_not_list(world: World, system: str) -> None:
    """A system that was given nothing to do is not among the systems of the run that the UI got."""
    listed = [item["system_id"] for item in _systems(world)]
    assert world.member(system).identity.inventory_id not in listed, f"the UI lists {system}"


@then(parsers.re(r'the UI was shown (?P<system>[\w-]+) as "(?P<connection>[^"]+)"'))
def ui_was_shown_as(world: World, system: str, connection: str) -> None:
    """How a system could be reached when the user pressed Execute."""
    assert world.played is not None
    answers = _answers(world, f"/{world.played.plan}/connection_status")
    assert answers, "the UI never asked how the systems of this plan can be reached"
    of = world.member(system).identity.inventory_id
    found = [item["connection_status"] for item in answers[-1]["data"] if of in item["system_ids"]]
    assert found == [connection], f"the UI was shown {found or 'nothing'} for {system}"


def _systems(world: World) -> list[Any]:
    assert world.played is not None
    answers = _answers(world, f"/playbook_runs/{world.played.run}/systems")
    assert answers, "the UI never asked for the systems of this run"
    return list(answers[-1]["data"])


def _says(world: World, member: Member, text: str) -> None:
    assert world.played is not None
    answers = _answers(world, f"/playbook_runs/{world.played.run}/systems/{member.identity.inventory_id}")
    assert answers, f"the UI never asked for the log of {member.identity.name}"
    assert text in answers[-1]["console"], answers[-1]["console"]


@then(parsers.re(r'the UI is answered (?P<http_status>\d+)(?: "(?P<error>\w+)")?'))
def ui_is_answered(world: World, http_status: str, error: str | None) -> None:
    """The HTTP status of the answer to Execute and, where it is given, its one error's code, as NO_EXECUTORS."""
    assert world.played is not None
    trace = world.stage.trace
    asked = {
        e.exchange
        for e in trace.where(edge="remediations-ui>remediations", op="request", method="POST")
        if e.attrs["path"].endswith(f"/{world.played.plan}/playbook_runs")
    }
    answers = [e for e in trace.where(op="response") if e.exchange in asked]
    seen = [e.attrs["status"] for e in answers]
    assert seen == [int(http_status)], f"it is answered {', '.join(map(str, seen)) or 'nothing'}"
    assert answers[0].payload is not None
    codes = [str(each["code"]) for each in answers[0].payload.json.get("errors", [])]
    assert codes == ([] if error is None else [error]), f"the error's code is {', '.join(codes) or 'not there'}"

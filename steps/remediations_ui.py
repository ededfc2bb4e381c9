"""What the user of the Remediations UI sees."""

from __future__ import annotations

from typing import Any

from pytest_bdd import parsers, then

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


@then(parsers.re(r'the UI shows "(?P<status>\w+)"'))
def ui_shows(world: World, status: str) -> None:
    """The status in the last answer that the UI got for this run."""
    assert world.played is not None
    answers = _answers(world, f"/playbook_runs/{world.played.run}")
    assert answers, "the UI never asked for the status of this run"
    assert answers[-1]["status"] == status


@then(parsers.re(r'the log says "(?P<text>.+)"'))
def log_says(world: World, text: str) -> None:
    """The system's log as the UI last got it."""
    assert world.played is not None
    path = f"/playbook_runs/{world.played.run}/systems/{world.played.identity.inventory_id}"
    answers = _answers(world, path)
    assert answers, "the UI never asked for the log of this run"
    assert text in answers[-1]["console"], answers[-1]["console"]


@then(parsers.re(r'the UI is answered (?P<status>\d+) "(?P<code>\w+)"'))
def ui_is_answered(world: World, status: str, code: str) -> None:
    """The Remediations API's answer to Execute."""
    assert world.played is not None
    trace = world.stage.trace
    asked = {
        e.exchange
        for e in trace.where(edge="remediations-ui>remediations", op="request", method="POST")
        if e.attrs["path"].endswith(f"/{world.played.plan}/playbook_runs")
    }
    answers = [e for e in trace.where(op="response") if e.exchange in asked]
    assert [e.attrs["status"] for e in answers] == [int(status)]
    assert answers[0].payload is not None
    assert [error["code"] for error in answers[0].payload.json["errors"]] == [code]

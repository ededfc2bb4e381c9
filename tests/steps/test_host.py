from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hopcheck.topology.identity import Identity
from steps.host import (
    is_served_a_playbook_for,
    nothing_is_executed,
    nothing_is_executed_on,
    only_the_plans_systems,
    system_holds_file,
    upload_carries_code,
)

Make = Callable[..., Any]
STIMULUS = {"protocol": "kit", "op": "stimulus", "edge": "kit", "plan": "plan"}


def host(world: Any) -> str:
    assert world.played is not None
    identity: Identity = world.played.identity
    return identity.client_id


def spawned(client_id: str) -> dict[str, Any]:
    return {"protocol": "process", "op": "spawn", "edge": "rhc-worker-playbook>ansible-runner", "host": client_id}


def test_an_execution_after_the_stimulus_counts(world: Make) -> None:
    client_id = host(world())
    nothing_is_executed(world(events=(spawned(client_id), STIMULUS)))
    nothing_is_executed(world(events=(STIMULUS, spawned("another"))))
    with pytest.raises(AssertionError, match="ansible-runner was started: event 2"):
        nothing_is_executed(world(events=(STIMULUS, spawned(client_id))))


def test_a_file_of_the_system(world: Make, tmp_path: Path) -> None:
    (tmp_path / "motd").write_text("Hello.\n")
    system_holds_file(world(), "motd", "Hello.")
    with pytest.raises(AssertionError):
        system_holds_file(world(), "motd", "Bye.")
    with pytest.raises(AssertionError, match="host-1 has no file none"):
        system_holds_file(world(), "none", "x")


def test_the_code_of_the_last_upload(world: Make) -> None:
    def upload(code: str) -> dict[str, Any]:
        return {
            "edge": "rhc>ingress",
            "host": host(world()),
            "payload": f'{{"event_data": {{"crc_dispatcher_error_code": "{code}"}}}}'.encode(),
        }

    upload_carries_code(world(events=(STIMULUS, upload("B"), upload("A"))), "A")
    with pytest.raises(AssertionError):
        upload_carries_code(world(events=(STIMULUS, upload("A"), upload("B"))), "A")
    with pytest.raises(AssertionError, match="the worker of host-1 uploaded nothing"):
        upload_carries_code(world(events=(upload("A"), STIMULUS)), "A")


def test_an_execution_elsewhere_is_not_this_systems(world: Make, cast: Any) -> None:
    events = (STIMULUS, spawned(cast[0].identity.client_id))
    nothing_is_executed_on(world(events=events, cast=cast), "mail")
    with pytest.raises(AssertionError, match="ansible-runner was started: event 2"):
        nothing_is_executed_on(world(events=events, cast=cast), "web")


def test_a_message_to_a_system_that_the_plan_has_not(world: Make) -> None:
    def sent(client_id: str) -> dict[str, Any]:
        return {
            "protocol": "mqtt",
            "op": "PUBLISH",
            "edge": "rhc<>cloud-connector",
            "host": client_id,
            "leg": "host",
            "target": "rhc",
            "topic": f"redhat/insights/{client_id}/data/in",
        }

    made = world()
    only_the_plans_systems(world(events=(sent("b"), STIMULUS, sent(host(made)), {**STIMULUS, "plan": "2"}, sent("b"))))
    with pytest.raises(AssertionError, match="another was sent a message: event 2"):
        only_the_plans_systems(world(events=(STIMULUS, sent("another"))))


def test_the_issues_of_a_served_playbook(world: Make) -> None:
    text = b"# Identifier: (test:write-config,fix)\n- hosts: x\n# Identifier: (test:fails,fix)\n"
    answer = {"op": "response", "edge": "rhc>remediations", "host": host(world()), "payload": text}
    is_served_a_playbook_for(world(events=(answer,)), "web", "config, one that cannot be fixed")
    for issues in ("config", "one that cannot be fixed, config", "config, message of the day"):
        with pytest.raises(AssertionError, match="the playbook of web is for"):
            is_served_a_playbook_for(world(events=(answer,)), "web", issues)
    with pytest.raises(AssertionError, match="web was served no playbook"):
        is_served_a_playbook_for(world(), "web", "config")

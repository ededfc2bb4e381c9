from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hopcheck.topology.identity import Identity
from steps.host import nothing_is_executed, system_holds_file, upload_carries_code

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
    with pytest.raises(AssertionError, match="the system has no file none"):
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
    with pytest.raises(AssertionError, match="the worker uploaded nothing"):
        upload_carries_code(world(events=(upload("A"), STIMULUS)), "A")

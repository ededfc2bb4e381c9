from __future__ import annotations

import pytest

from hopcheck.bench.ansible import BareRunError, Call, spans
from hopcheck.trace import Event

PLAYBOOK = "/var/lib/w/id.yaml"
ARGV = ["/usr/bin/python3", "-m", "ansible_runner", "run", "--ident", "id", "--playbook", PLAYBOOK, "/var/lib/w/runs"]


def event(op, t, exchange="x", edge="worker>runner", **attrs):
    return Event(1, t, t, "", "tap", edge, "process", op, "a", "b", exchange, None, attrs, None)


def test_call():
    call = Call.seen(
        event(
            "spawn",
            1,
            argv=ARGV,
            env={"PATH": "/bin", "PYTHONPATH": "/shim"},
            files={PLAYBOOK: {"text": "- hosts: localhost\n"}},
        )
    )
    assert call.arguments == tuple(ARGV[3:])
    assert call.env == {"PATH": "/bin"}
    assert (call.playbook, call.content) == (PLAYBOOK, "- hosts: localhost\n")
    assert call.artifacts == "/var/lib/w/runs/artifacts/id"


@pytest.mark.parametrize("files", [{}, {PLAYBOOK: {"text": None}}])
def test_a_playbook_that_nobody_recorded(files):
    with pytest.raises(BareRunError, match="does not hold"):
        Call.seen(event("spawn", 1, argv=ARGV, env={}, files=files))


def test_spans_join_spawn_and_exit():
    events = [
        event("spawn", 10**9, "a"),
        event("spawn", 2 * 10**9, "b", "runner>client"),
        event("exit", 5 * 10**9, "b", "runner>client"),
        event("exit", 8 * 10**9, "a"),
        event("exit", 9 * 10**9, "other", "nobody"),
    ]
    assert spans(events) == {"runner>client": 3.0, "worker>runner": 7.0}

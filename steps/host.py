"""What can be seen on the remediation target."""

from __future__ import annotations

from pytest_bdd import parsers, then

from hopcheck.trace import Event
from steps.world import World


def _since_execute(world: World) -> list[Event]:
    assert world.played is not None
    trace, played = world.stage.trace, world.played
    start = trace.where(protocol="kit", op="stimulus", plan=played.plan)[0].seq
    return [e for e in trace if e.seq > start and e.host == played.identity.client_id]


@then("nothing is executed")
def nothing_is_executed(world: World) -> None:
    """ansible-runner was not started on the system after Execute."""
    started = [e for e in _since_execute(world) if e.edge == "rhc-worker-playbook>ansible-runner"]
    assert not started, f"ansible-runner was started: event {started[0].seq}"


@then(parsers.re(r'the system holds the file "(?P<path>.+)" saying "(?P<text>.+)"'))
def system_holds_file(world: World, path: str, text: str) -> None:
    """A file below the system's scratch directory, after the run."""
    assert world.played is not None
    host = world.stage.topology.hosts[world.played.identity.name]
    file = host.files / path
    assert file.is_file(), f"the system has no file {path}"
    assert file.read_text().strip() == text


@then(parsers.re(r'the upload carries the code "(?P<code>\w+)"'))
def upload_carries_code(world: World, code: str) -> None:
    """The worker's last upload has an executor_on_failed event with this code."""
    uploads = [e for e in _since_execute(world) if e.edge == "rhc>ingress" and e.op == "request"]
    assert uploads, "the worker uploaded nothing"
    assert uploads[-1].payload is not None
    assert f'"crc_dispatcher_error_code":"{code}"' in (uploads[-1].payload.text or "").replace('": "', '":"')

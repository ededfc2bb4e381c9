"""What cases of insights-client have given: plays to verify and calls of the command that no playbook brings about."""

from __future__ import annotations

import hashlib
import re

import yaml

from hopcheck.topology import signing
from hopcheck.topology.given.known import given
from hopcheck.topology.host import Host
from hopcheck.topology.host_config import REVOCATIONS, File
from hopcheck.topology.scene import Scene

CLIENT, VERIFIER = "/usr/bin/insights-client", "/usr/libexec/rhc-playbook-verifier"
REGISTERED = "/etc/insights-client/.registered"
PLAY, OTHER = "test-write-config.yml", "test-fails.yml"
MISFITS = ("/hosts,/vars/insights_signature,/vars/nothing", "/tasks,/vars/insights_signature", "/vars/a/b")
"""Lists that exclude what a play has not, what must be signed, and what lies too deep."""


@given("plays that were changed after they were signed")
def _changed(scene: Scene) -> None:
    host, play = scene.first_host, _signed(scene, PLAY)
    commented = re.sub(r"(?m)^( *)tasks:", r"\1# nothing of this is signed\n\1tasks:  # nor this", play)
    _verify(scene, host, commented, "H-065", True, "a play with comments")
    elsewhere = re.sub(r"(?m)^( *hosts:).*$", r"\1 elsewhere", play)
    _verify(scene, host, elsewhere, "H-065", True, "a play for other hosts")
    _verify(scene, host, play.replace("fixed = true", "fixed = false"), "H-065", False, "a play with another task")


@given("plays that nobody can verify")
def _misfits(scene: Scene) -> None:
    host, play = scene.first_host, _signed(scene, PLAY)
    for lacking in ("vars", "insights_signature", "insights_signature_exclude"):
        [document] = yaml.load(play, yaml.CSafeLoader)
        del (document if lacking == "vars" else document["vars"])[lacking]
        _verify(scene, host, yaml.safe_dump([document], sort_keys=False), "H-066", False, f"a play without {lacking}")
    names = [str(number) for number in range(len(MISFITS))]
    asked = {"plays": dict.fromkeys(names, play), "exclude": dict(zip(names, MISFITS, strict=True))}
    signed = scene.call(signing.ask(scene.plan.scratch, asked))["plays"]
    for name, exclude in asked["exclude"].items():
        _verify(scene, host, signed[name], "H-066", False, f"a play that excludes {exclude}")


@given("a play that was revoked")
def _revoked(scene: Scene) -> None:
    host = scene.host(File(REVOCATIONS, _revocations(scene).encode()))
    _verify(scene, host, _signed(scene, PLAY), "H-067", False, "a revoked play")
    _verify(scene, host, _signed(scene, OTHER), "H-067", True, "a play beside a revoked one")


@given("a revocation list that was altered")
def _altered_list(scene: Scene) -> None:
    altered = re.sub(r"name: .* revocation list", "name: another list", _revocations(scene))
    host = scene.host(File(REVOCATIONS, altered.encode()))
    _verify(scene, host, _signed(scene, OTHER), "H-067", False, "a play where the revocation list was altered")


@given("a host that is not registered")
def _unregistered(scene: Scene) -> None:
    host = scene.first_host
    client_id = host.identity.client_id
    scene.call(host.call("rm", REGISTERED))
    scene.tell("unregistered", client_id=client_id)
    _call(scene, host, CLIENT)
    scene.call(host.call("touch", REGISTERED))
    scene.tell("registered", client_id=client_id)


@given("an upload that nobody can store")
def _not_stored(scene: Scene) -> None:
    scene.stop("s3")
    scene.afterwards(lambda: scene.start("s3"))
    _call(scene, scene.first_host, CLIENT)


@given("a test of the connection")
def _test_connection(scene: Scene) -> None:
    _call(scene, scene.first_host, CLIENT, "--test-connection")


def _signed(scene: Scene, name: str) -> str:
    return (scene.plan.templates / name).read_text()


def _revocations(scene: Scene) -> str:
    """The revocation list with one play on it."""
    asked = {"plays": {PLAY: _signed(scene, PLAY)}, "revoke": [PLAY]}
    return str(scene.call(signing.ask(scene.plan.scratch, asked))["revocation_list"])


def _verify(scene: Scene, host: Host, playbook: str, clause: str, verified: bool, what: str) -> None:
    """Call the verifier as the worker does; what must become of the playbook is written down before."""
    digest = hashlib.sha256(playbook.encode()).hexdigest()
    scene.tell("verify", client_id=host.identity.client_id, sha256=digest, clause=clause, verified=verified, what=what)
    _call(scene, host, VERIFIER, "--stdin", stdin=playbook.encode())


def _call(scene: Scene, host: Host, *argv: str, stdin: bytes = b"") -> None:
    began = len(scene.trace)
    scene.call(host.call(*argv, stdin=stdin))
    scene.wait(
        lambda e: e.seq > began and (e.host, e.op) == (host.identity.client_id, "exit"), f"{argv[0]} to be called"
    )

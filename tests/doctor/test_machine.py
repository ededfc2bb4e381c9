from __future__ import annotations

import shutil
import socket
import subprocess
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hopcheck.config import OPTIONS
from hopcheck.doctor import machine
from hopcheck.doctor.check import Check
from hopcheck.doctor.machine import checks
from hopcheck.doctor.needs import Needs, needs
from hopcheck.topology import room, scratch
from hopcheck.topology.containers.engine import Engine, EngineError
from hopcheck.topology.sut import Sut

PROCESSES, MACHINES = Needs(False, False, True), Needs(True, True, False)
DEFAULTS: dict[str, Any] = {option.name: option.default for option in OPTIONS}
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(cls: type[Engine], timeout: float) -> Engine:
        raise EngineError("no container engine answers; start one")

    monkeypatch.setattr(Engine, "connect", classmethod(refuse))


def named(needed: Needs = PROCESSES, **values: Any) -> dict[str, Check]:
    options = {**DEFAULTS, **{name.replace("_", "-"): value for name, value in values.items()}}
    return {check.name: check for check in checks(needed, options)}


def engine_with(monkeypatch: pytest.MonkeyPatch, *images: str) -> None:
    from docker.errors import ImageNotFound

    def get(name: str) -> str:
        if name not in images:
            raise ImageNotFound(name)
        return name

    client = SimpleNamespace(images=SimpleNamespace(get=get), close=lambda: None)
    found = Engine(client, "docker", "20.10", 1, "cgroupfs")
    monkeypatch.setattr(Engine, "connect", classmethod(lambda cls, timeout: found))


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        ({}, PROCESSES),
        ({"runtime": "containers"}, MACHINES),
        ({"host-image": "x"}, MACHINES),
        ({"sut": {"rhc": Sut("rhc", "host")}}, MACHINES),
        ({"sut": {"ingress": Sut("ingress", "image", "x")}}, Needs(False, True, True)),
        ({"sut": {"ingress": Sut("ingress", "cmd", "x")}}, PROCESSES),
    ],
)
def test_what_a_configuration_needs(values: dict[str, Any], needed: Needs) -> None:
    assert needs({**DEFAULTS, **values}) == needed


def test_a_program_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path: None if name in ("gpg", "iptables") else f"/bin/{name}")
    found = named()
    assert found["gpg"] == Check(
        "gpg", "problem", "missing: signs and verifies playbooks", "apt-get install gpg", "gpg"
    )
    assert found["mosquitto"] == Check("mosquitto", "ok", "/bin/mosquitto")
    assert "iptables" not in found
    assert named(MACHINES)["iptables"].state == "warning"


@pytest.mark.parametrize(("needed", "state"), [(PROCESSES, "warning"), (MACHINES, "problem")])
def test_without_an_engine(needed: Needs, state: str) -> None:
    check = named(needed)["engine"]
    assert (check.state, check.said, check.todo) == (state, "no container engine answers", "start one")
    assert "image" not in named(needed)


def test_images(monkeypatch: pytest.MonkeyPatch) -> None:
    engine_with(monkeypatch, "mine:1", "hopcheck/host-offline:latest")
    assert "image" not in named()
    assert named(MACHINES)["image"].said == "hopcheck/host-offline:latest"
    assert named(MACHINES, host_image="mine:1")["image"] == Check("image", "ok", "mine:1")
    assert named(MACHINES, host_image="other")["image"].state == "problem"
    sut = {"ingress": Sut("ingress", "image", "ingress:1")}
    check = named(Needs(False, True, True), sut=sut)["image"]
    assert (check.state, check.said) == ("problem", "ingress:1 is not there")
    engine_with(monkeypatch)
    assert named(MACHINES)["image"].state == "warning"
    assert "hopcheck images build" in named(MACHINES)["image"].todo


@pytest.mark.parametrize(
    ("needed", "status", "state", "says"),
    [
        (PROCESSES, 0, "ok", "an overlay over /etc"),
        (PROCESSES, 1, "problem", "refuses them: unshare: unshare failed: Operation not permitted"),
        (MACHINES, 1, "warning", "refuses them"),
    ],
)
def test_namespaces(monkeypatch: pytest.MonkeyPatch, needed: Needs, status: int, state: str, says: str) -> None:
    said = b"more\nunshare: unshare failed: Operation not permitted\n"
    monkeypatch.setattr(
        subprocess, "run", lambda argv, **_: subprocess.CompletedProcess(argv, status, b"", said if status else b"")
    )
    check = named(needed)["namespaces"]
    assert check.state == state
    assert says in check.said


def test_namespaces_are_really_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "cannot be tried" in named()["namespaces"].said
    (tmp_path / "unshare").write_text('#!/bin/sh\necho "$*" >&2\nexit 1\n')
    (tmp_path / "unshare").chmod(0o755)
    said = named()["namespaces"].said
    assert "--mount --pid --fork --mount-proc" in said
    assert "overlay" in said


def test_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    assert named()["ports"].state == "ok"
    monkeypatch.setattr(machine, "free_ports", lambda _: (_ for _ in ()).throw(OSError("fewer than 60")))
    assert named()["ports"].state == "problem"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        taken = named(first_port=port - 3)["ports"]
    assert taken.state == "problem"
    assert str(port) in taken.said.split(": ")[1].split(", ")
    # Others may listen anywhere near.
    monkeypatch.setattr(machine, "_free", lambda each: each != port)
    later = named(first_port=port - machine.Ports.needed())["ports"]
    assert (later.state, later.said.split(": ")[1]) == ("warning", str(port))


@pytest.mark.parametrize(("hosts", "state"), [(1, "ok"), (2, "problem")])
def test_memory(monkeypatch: pytest.MonkeyPatch, hosts: int, state: str) -> None:
    monkeypatch.setattr(room, "memory", lambda: 600 << 20)
    check = named(hosts=hosts)["memory"]
    assert check.state == state
    assert check.said.startswith("600 MB are available, a run takes some ")


@pytest.mark.parametrize(
    ("needed", "hosts", "state"),
    [(PROCESSES, 4, "ok"), (PROCESSES, 5, "problem"), (MACHINES, 1, "ok"), (MACHINES, 2, "problem")],
)
def test_inotify_instances(monkeypatch: pytest.MonkeyPatch, needed: Needs, hosts: int, state: str) -> None:
    monkeypatch.setattr(room, "watches_left", lambda: 12)
    check = named(needed, hosts=hosts)["inotify"]
    assert check.state == state
    assert check.said.startswith("12 inotify instances are left, the hosts want ")


@pytest.mark.parametrize(("free", "state"), [(100 << 20, "problem"), (1 << 30, "warning"), (3 << 30, "ok")])
def test_space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, state: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, free))
    monkeypatch.setattr(scratch, "ROOT", tmp_path / "nor" / "this")
    found = named(report=tmp_path / "not/there/yet")
    assert found["scratch"].state == found["report"].state == state
    assert str(tmp_path) in found["report"].said
    assert str(tmp_path) in found["scratch"].said


def test_a_file_in_the_place_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for report in (tmp_path / "file", tmp_path / "file/report"):
        check = named(report=report)["report"]
        assert (check.state, check.said) == ("problem", f"{tmp_path}/file is no directory")


def test_where_nobody_may_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine.os, "access", lambda path, _: path != tmp_path)
    check = named(report=tmp_path / "report")["report"]
    assert (check.state, check.todo) == ("problem", "give another one: --report DIR")


def test_root(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(
        subprocess, "run", lambda argv, **_: ran.append(argv) or subprocess.CompletedProcess(argv, 0, b"", b"")
    )
    assert named()["root"].state == "warning"
    assert ran[0][:3] == ["unshare", "--user", "--map-root-user"]


def test_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SYSTEM_PYTHON", Path("/nowhere/python3"))
    monkeypatch.setattr(machine, "PYTHON", (99, 0))
    found = named()
    assert found["Python"].state == "problem"
    assert found["/nowhere/python3"].program == "python3"

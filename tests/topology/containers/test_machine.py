import io
import socket
import tarfile
from types import SimpleNamespace

import pytest
from docker.errors import APIError, NotFound
from testcontainers.core import container as container_library

from hopcheck.topology.containers import machine as module
from hopcheck.topology.containers import places
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.execute import Executed
from hopcheck.topology.containers.machine import HOLD, Body, ExecError, Machine
from hopcheck.topology.host_config import File
from hopcheck.topology.process import StartError


class Container:
    """A container that does what a test gives it to do."""

    id = "id"

    def __init__(self):
        self.attrs = {"State": {"Pid": 4711, "Running": True, "ExitCode": 0}}
        self.put, self.ran, self.removed = [], [], []
        self.answer = Executed(0, b"out", b"")
        self.on_restart = lambda: None

    def reload(self):
        pass

    def logs(self, tail):
        return b"the end of its words\n"

    def put_archive(self, path, data):
        self.put.append((path, data))

    def restart(self, timeout):
        self.on_restart()

    def remove(self, **how):
        self.removed.append(how)


@pytest.fixture
def container(monkeypatch):
    made = Container()

    def execute(container, argv, *, user):
        made.ran.append((container, argv, user))
        return made.answer

    monkeypatch.setattr(module, "execute", execute)
    return made


@pytest.fixture
def made(monkeypatch, container):
    """What the engine was asked to make; `error` where it refuses, `ready` where systemd says so."""
    state = SimpleNamespace(kwargs=None, command=None, error=None, ready=lambda: None)

    class Making(module.DockerContainer):
        def start(self):
            state.kwargs, state.command = self._kwargs, self._command
            state.env, state.tmpfs, state.volumes = self.env, self.tmpfs, self.volumes
            if state.error is not None:
                raise state.error
            state.ready()
            return self

        def get_wrapped_container(self):
            return container

    # The library asks the engine for its version as soon as a container is thought of.
    monkeypatch.setattr(container_library, "DockerClient", lambda **_: SimpleNamespace())
    monkeypatch.setattr(module, "DockerContainer", Making)
    return state


@pytest.fixture
def machine(tmp_path, container, made):
    def make(limits="docker", **body):
        engine = Engine(SimpleNamespace(containers=SimpleNamespace(get=lambda _: container)), limits, "", 1, "")
        given = {"names": {"platform": "172.30.0.1"}, "binds": {tmp_path / "files": "/var/lib/hopcheck"}, **body}
        (tmp_path / "o").mkdir()
        built = Machine(engine, Body("image", "hc-x-web", "web", "net", {"a": "b"}, **given), tmp_path / "o")
        made.ready = lambda: notify(tmp_path)
        return built

    return make


def notify(tmp_path, text=b"STATUS=x\nREADY=1"):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(text, str(tmp_path / "o/notify"))


async def test_it_boots_to_the_hold_with_no_more_rights_than_it_needs(machine, made):
    booted = machine(tmpfs={"/var/lib/x": "size=1m"})
    await booted.boot()
    booted.disown()
    assert booted.pid == 4711
    assert booted.bus_address() == "unix:path=/proc/4711/root/run/dbus/system_bus_socket"
    assert made.command == f"{places.SYSTEMD} --unit={HOLD}"
    assert (made.kwargs["cgroupns"], made.kwargs["stop_signal"]) == ("host", "SIGRTMIN+3")
    assert (made.kwargs["cap_add"], made.kwargs["ulimits"]) == ([], [])
    assert "privileged" not in made.kwargs
    assert made.kwargs["extra_hosts"] == {"platform": "172.30.0.1"}
    assert made.kwargs["labels"] == {"a": "b"}
    assert made.env["NOTIFY_SOCKET"] == places.NOTIFY_SOCKET
    assert made.tmpfs["/var/lib/x"] == "size=1m"
    assert {"/run", "/run/lock", "/tmp"} < set(made.tmpfs)


async def test_podmans_limits_and_asked_capabilities_are_given(machine, made):
    booted = machine("podman", capabilities=("SYS_ADMIN",))
    await booted.boot()
    booted.disown()
    assert {each.name for each in made.kwargs["ulimits"]} == {"nofile", "nproc"}
    assert made.kwargs["cap_add"] == ["SYS_ADMIN"]


async def test_an_engine_that_refuses_says_why_and_what_it_made_is_removed(machine, made, container):
    made.error = APIError("500", explanation="no space left on device")
    booted = machine()
    with pytest.raises(StartError, match="web: the engine could not start a container: no space left"):
        await booted.boot()
    booted.disown()
    await booted.remove()
    assert container.removed == [{"force": True, "v": True}]


@pytest.mark.parametrize(
    ("running", "says"),
    [
        (True, "systemd did not say that it is ready within 0.1 s"),
        (False, "systemd ended with status 255 while it booted"),
    ],
)
async def test_a_systemd_that_is_never_ready(machine, made, container, monkeypatch, running, says):
    monkeypatch.setattr(module, "BOOT_TIMEOUT_S", 0.1)
    booted = machine()
    made.ready = lambda: None
    container.attrs["State"] |= {"Running": running, "ExitCode": 255}
    with pytest.raises(StartError, match=says) as raised:
        await booted.boot()
    booted.disown()
    assert "(image image)" in str(raised.value)
    assert "the end of its words" in str(raised.value)


async def test_another_word_of_systemd_is_not_that_it_is_ready(machine, made, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BOOT_TIMEOUT_S", 0.1)
    booted = machine()
    made.ready = lambda: notify(tmp_path, b"STATUS=READY=1 soon")
    with pytest.raises(StartError):
        await booted.boot()
    booted.disown()


async def test_a_restart_is_no_loss_and_is_over_when_systemd_is_ready_again(machine, container, tmp_path):
    booted = machine()
    await booted.boot()
    seen = []

    def restart():
        seen.append(booted.expected_exit)
        container.attrs["State"]["Pid"] = 4712
        notify(tmp_path)

    container.on_restart = restart
    await booted.restart()
    assert (seen, booted.expected_exit, booted.pid) == ([True], False, 4712)
    booted.disown()
    assert booted.expected_exit


@pytest.fixture
async def booted(machine):
    booted = machine()
    await booted.boot()
    yield booted
    booted.disown()


async def test_what_a_command_prints(booted, container):
    assert await booted.run("ls", "-l", user="nobody") == "out"
    assert container.ran == [(container, ("ls", "-l"), "nobody")]


async def test_a_command_that_fails_says_its_last_words(booted, container):
    container.answer = Executed(3, b"some", b"no such thing")
    with pytest.raises(ExecError, match="web: ls -l ended with status 3: no such thing"):
        await booted.run("ls", "-l")
    container.answer = Executed(3, b"only this", b"")
    with pytest.raises(ExecError, match="only this"):
        await booted.run("ls")
    assert await booted.run("ls", check=False) == "only this"
    container.answer = Executed(0, b"", b"")
    assert await booted.run("true") == ""


async def test_files_are_put_with_their_modes(booted, container):
    await booted.put([File("/etc/key", b"k", 0o640)], ["/var/lib/x"])
    [(path, data)] = container.put
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        directory, file = archive.getmembers()
        assert (directory.name, directory.isdir()) == ("var/lib/x", True)
        assert (file.name, file.mode, file.uid) == ("etc/key", 0o640, 0)
        assert archive.extractfile(file).read() == b"k"
    assert path == "/"


async def test_what_is_gone_already_is_removed(booted, container, monkeypatch):
    def gone(**_):
        raise NotFound("gone")

    monkeypatch.setattr(container, "remove", gone)
    await booted.remove()


async def test_disowned_twice_is_disowned(booted, tmp_path):
    booted.disown()
    booted.disown()
    assert not (tmp_path / "o/notify").exists()

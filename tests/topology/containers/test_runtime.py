from contextlib import AsyncExitStack
from types import SimpleNamespace

import pytest
from docker.errors import APIError

from hopcheck.topology import scratch
from hopcheck.topology.containers import labels, runtime
from hopcheck.topology.containers.network import Network
from hopcheck.topology.containers.runtime import PLATFORM, ContainerRuntime
from hopcheck.topology.host import Wishes
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings

WISHES = Wishes(asleep=True)


@pytest.fixture
def log():
    return []


@pytest.fixture
def parts(monkeypatch, log):
    """The parts that the runtime puts together, each noting what it is told."""

    class Watch:
        def __init__(self, engine, run):
            self.run, self.lost, self.machines = run, None, []

        async def start(self):
            log.append(f"watch {self.run}")

        async def stop(self):
            log.append("watch no more")

        def add(self, machine):
            self.machines.append(machine)

    class Host:
        def __init__(self, engine, image, identity, ground, around, wishes):
            self.image, self.around, self.wishes, self.machine = image, around, wishes, f"machine of {identity}"

        async def start(self, opened):
            log.append("start")

    def create(engine, name, marks):
        log.append(f"network {name}")
        assert marks[labels.RUN] == name
        return SimpleNamespace(name=name, gateway="172.30.0.1", remove=lambda: log.append("network removed"))

    monkeypatch.setattr(runtime, "tapped", lambda engine, image, **how: log.append((image, how)) or "sha256:tapped")
    monkeypatch.setattr(Network, "create", staticmethod(create))
    monkeypatch.setattr(runtime, "EngineWatch", Watch)
    monkeypatch.setattr(runtime, "ContainerHost", Host)


@pytest.fixture
def made(tmp_path):
    settings = Settings(report=tmp_path, native=("rhc",), host_overlay=tmp_path)
    return ContainerRuntime(SimpleNamespace(kind="Docker", version="20.10"), "image", settings)


async def test_the_image_comes_first_and_what_was_opened_last_is_closed_first(parts, made, log, root):
    directory = scratch.new()
    async with AsyncExitStack() as opened:
        site = await made.open(directory, opened)
        assert (site.name, site.address) == (PLATFORM, "172.30.0.1")
    [(image, how), *rest] = log
    assert (image, how["native"], how["overlay"]) == ("image", ("rhc",), made._settings.host_overlay)
    assert rest == [f"network {directory.name}", f"watch {directory.name}", "watch no more", "network removed"]


async def test_a_host_is_watched_before_it_starts_and_what_is_lost_is_told_to_the_run(parts, made, log, root):
    async with AsyncExitStack() as opened:
        await made.open(scratch.new(), opened)
        ground = SimpleNamespace(lost=object())
        host = await made.host("web", ground, opened, WISHES)
        assert (host.image, host.wishes) == ("sha256:tapped", WISHES)
        assert made._watch.machines == ["machine of web"]
        assert made._watch.lost is ground.lost
        assert log[-1] == "start"
        assert (await made.host("mail", ground, opened, WISHES)).around is host.around


async def test_an_engine_that_makes_no_network_says_why(parts, made, root, monkeypatch):
    def refuse(*_):
        raise APIError("no", explanation="could not find an available IPv4 address pool")

    monkeypatch.setattr(Network, "create", staticmethod(refuse))
    directory = scratch.new()
    async with AsyncExitStack() as opened:
        with pytest.raises(StartError, match=f"could not make the network {directory.name}: .*address pool"):
            await made.open(directory, opened)


@pytest.mark.parametrize("role", ["rhc", "insights-client"])
async def test_a_machine_has_its_own_programs(role):
    wishes = Wishes(commands={role: ("another",)})
    with pytest.raises(StartError, match="--host-overlay and --native"):
        await ContainerRuntime.host(SimpleNamespace(), None, None, None, wishes)

from types import SimpleNamespace

import pytest

from hopcheck import images
from hopcheck.images import ImageError
from hopcheck.topology.choice import choose
from hopcheck.topology.containers.engine import Engine, EngineError
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings
from hopcheck.topology.sut import Sut


@pytest.fixture
def settings(tmp_path):
    return lambda **given: Settings(report=tmp_path, **given)


@pytest.fixture
def engine(monkeypatch):
    """An engine that answers, with our own image."""
    found = Engine(SimpleNamespace(), "docker", "20.10", 1, "cgroupfs")
    monkeypatch.setattr(Engine, "connect", classmethod(lambda cls: found))
    monkeypatch.setattr(images, "ensure", lambda client, progress: "hopcheck/host-offline:1")
    return found


@pytest.fixture
def silent(monkeypatch):
    def refuse(cls):
        raise EngineError("no engine answers")

    monkeypatch.setattr(Engine, "connect", classmethod(refuse))


@pytest.mark.parametrize("asked", ["auto", "containers"])
def test_containers_where_an_engine_answers(engine, settings, asked):
    choice = choose(asked, settings())
    assert (choice.runtime.name, choice.why) == ("containers", "docker 20.10, cgroup v1 answers")
    assert choice.runtime._image == "hopcheck/host-offline:1"


def test_an_image_of_ones_own_needs_none_of_ours(engine, settings, monkeypatch):
    monkeypatch.setattr(images, "ensure", lambda *_, **__: pytest.fail("our image was made"))
    assert choose("auto", settings(host_image="mine")).runtime._image == "mine"


@pytest.mark.parametrize("asked", ["auto", "process"])
def test_hosts_of_another_generation_are_processes(engine, settings, asked):
    choice = choose(asked, settings(generation="rhel-8-9"))
    assert (choice.runtime.name, choice.why) == ("process", "hosts of --generation rhel-8-9 are processes")


@pytest.mark.parametrize(("asked", "given"), [("containers", {}), ("auto", {"host_image": "mine"})])
def test_hosts_of_another_generation_are_no_machines(engine, settings, asked, given):
    with pytest.raises(StartError, match="hosts of --generation rhel-8-9 are processes: use --runtime process"):
        choose(asked, settings(generation="rhel-8-9", **given))


def test_auto_falls_back_and_says_why(silent, settings):
    choice = choose("auto", settings())
    assert (choice.runtime.name, choice.why) == ("process", "no engine answers")


def test_an_image_that_cannot_be_made_is_no_end_of_auto(engine, settings, monkeypatch):
    def fail(client, progress):
        raise ImageError("no package archive", "fetch it")

    monkeypatch.setattr(images, "ensure", fail)
    assert choose("auto", settings()).runtime.name == "process"
    with pytest.raises(StartError, match="no package archive"):
        choose("containers", settings())


@pytest.mark.parametrize(
    ("asked", "given"), [("containers", {}), ("auto", {"host_image": "mine"}), ("auto", {"native": ("rhc",)})]
)
def test_who_asks_for_machines_gets_no_processes_instead(silent, settings, asked, given):
    with pytest.raises(StartError, match="no engine answers"):
        choose(asked, settings(**given))


def test_processes_where_asked_for(settings):
    assert choose("process", settings()).why == "asked for"
    with pytest.raises(StartError, match="--host-image, --native need hosts that are machines"):
        choose("process", settings(host_image="mine", native=("rhc",)))
    with pytest.raises(StartError, match=r"^--host-image, --sut rhc=host need hosts that are machines"):
        choose("process", settings(host_image="mine", native=("rhc",), suts={"rhc": Sut("rhc", "host")}))


def test_a_hosts_program_of_ones_own_runs_beside_the_kit(engine, settings):
    own = {"rhc": ("./rhc",)}
    choice = choose("auto", settings(commands=own))
    assert (choice.runtime.name, choice.why) == ("process", "--sut rhc=cmd: runs beside the kit")
    with pytest.raises(StartError, match="give the program by --host-overlay DIR --native rhc"):
        choose("containers", settings(commands=own))
    with pytest.raises(StartError, match="--sut rhc=cmd: runs beside the kit, not in a machine"):
        choose("auto", settings(commands=own, host_image="mine"))
    assert choose("auto", settings(commands={"ingress": ("./ingress",)})).runtime.name == "containers"


def test_reconciling_needs_a_private_bus(engine, settings):
    assert choose("auto", settings(reconcile=True)).runtime.name == "process"
    with pytest.raises(StartError, match="--reconcile counts on a private bus"):
        choose("containers", settings(reconcile=True))

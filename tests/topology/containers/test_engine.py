from types import SimpleNamespace

import docker
import pytest
from docker.errors import DockerException

from hopcheck.topology.containers.engine import PODMAN_LIMITS, Engine, EngineError


@pytest.fixture(autouse=True)
def somebody_listens(monkeypatch):
    monkeypatch.setattr("hopcheck.topology.containers.engine.knock", lambda _: None)


DOCKER = {"Version": "20.10.24", "Components": [{"Name": "Engine", "Version": "20.10.24"}]}
PODMAN = {"Version": "4.3.1", "Components": [{"Name": "Podman Engine", "Version": "4.3.1"}, {"Name": "Conmon"}]}


@pytest.fixture(autouse=True)
def _local(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)


@pytest.fixture
def answers(monkeypatch):
    def make(about, info):
        client = SimpleNamespace(version=lambda: about, info=lambda: info)
        monkeypatch.setattr(docker, "from_env", lambda timeout: client)
        return Engine.connect()

    return make


@pytest.fixture
def fails(monkeypatch):
    def make(error):
        def refuse(timeout):
            raise error

        monkeypatch.setattr(docker, "from_env", refuse)
        with pytest.raises(EngineError) as raised:
            Engine.connect()
        return str(raised.value)

    return make


def wrapped(error):
    """As the library does: the cause is an argument of an argument."""
    return DockerException("Error while fetching server API version", ConnectionError("aborted", error))


def test_docker_is_what_has_no_part_called_podman(answers):
    engine = answers(DOCKER, {"CgroupVersion": "2", "CgroupDriver": "systemd"})
    assert (engine.kind, engine.version, engine.cgroups, engine.driver) == ("docker", "20.10.24", 2, "systemd")
    assert (str(engine), engine.ulimits) == ("docker 20.10.24, cgroup v2", [])


def test_podman_is_known_by_its_part_and_wants_limits(answers):
    engine = answers(PODMAN, {})
    assert (engine.kind, engine.version, engine.cgroups) == ("podman", "4.3.1", 1)
    assert {each.name: each.soft for each in engine.ulimits} == PODMAN_LIMITS


def test_an_engine_that_names_no_parts_is_docker(answers):
    assert answers({"Version": "19", "Components": None}, {}).kind == "docker"


def test_no_socket(fails):
    said = fails(wrapped(FileNotFoundError(2, "No such file or directory")))
    assert "no container engine answers at unix:///var/run/docker.sock" in said
    assert "systemctl start docker" in said


def test_a_socket_that_nobody_listens_at(fails):
    assert "no container engine answers" in fails(wrapped(ConnectionRefusedError(111, "refused")))


def test_no_permission(fails):
    said = fails(wrapped(PermissionError(13, "Permission denied")))
    assert "permission denied" in said
    assert "usermod -aG docker" in said


def test_anything_else_is_told_as_it_was(fails):
    assert fails(DockerException("500 out of order")).endswith(
        "does not answer: 500 out of order; see whether it runs, and its log"
    )


def test_a_cause_that_goes_round_in_circles_ends(fails):
    error = DockerException("odd")
    error.__context__ = ConnectionError("again", error)
    assert "odd" in fails(error)


@pytest.mark.parametrize("address", ["tcp://192.0.2.1:2376", "ssh://root@elsewhere"])
def test_an_engine_on_another_machine_is_refused_before_it_is_asked(fails, monkeypatch, address):
    monkeypatch.setenv("DOCKER_HOST", address)
    said = fails(AssertionError("it was asked"))
    assert address in said
    assert "on another machine" in said


def test_the_address_in_an_error_is_the_one_that_was_asked(fails, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    assert "at unix:///nowhere.sock" in fails(wrapped(FileNotFoundError()))

from types import SimpleNamespace

import pytest
from docker.errors import APIError, NotFound

from hopcheck.topology import scratch
from hopcheck.topology.containers import labels
from hopcheck.topology.containers.engine import Engine

DEAD = "999999999:1"


class Thing:
    def __init__(self, kind, name, marks, log, error=None):
        self.name, self.labels, self._log, self._error = name, marks, log, error
        self.attrs = {"Labels": marks}
        self._kind = kind

    def remove(self, **how):
        self._log.append((self._kind, self.name, how))
        if self._error is not None:
            raise self._error


class Client:
    """What of an engine the sweep asks; ``log`` is what was removed, in order."""

    def __init__(self):
        self.log, self.things = [], {"containers": [], "networks": [], "volumes": []}
        for kind in self.things:
            setattr(self, kind, SimpleNamespace(list=lambda kind=kind, **_: self.things[kind]))

    def add(self, kind, run, owner=DEAD, boot=None, error=None):
        marks = {labels.RUN: run, labels.OWNER: owner, labels.BOOT: labels.boot() if boot is None else boot}
        self.things[kind].append(Thing(kind, f"{run}-{kind}", marks, self.log, error))


@pytest.fixture
def client(root):
    return Client()


@pytest.fixture
def engine(client):
    return Engine(client, "docker", "", 1, "")


def api_error(status):
    return APIError("no", response=SimpleNamespace(status_code=status, reason="", url=""), explanation="why")


def test_a_runs_labels_say_run_owner_and_boot(root):
    directory = scratch.new()
    given = labels.labels(directory)
    assert (given[labels.RUN], given[labels.BOOT]) == (directory.name, labels.boot())
    assert scratch.runs(given[labels.OWNER])


def test_what_a_live_owner_has_is_not_left_behind(engine, client):
    mine = scratch.owner(scratch.new())
    client.add("containers", "hc-alive", owner=mine)
    client.add("networks", "hc-dead")
    assert labels.left_behind(engine) == ["hc-dead"]


def test_an_owner_of_another_boot_is_dead_whoever_has_its_pid_now(engine, client):
    client.add("containers", "hc-before", owner=scratch.owner(scratch.new()), boot="another")
    assert labels.left_behind(engine) == ["hc-before"]


def test_a_dead_run_that_was_kept_is_not_left_behind(engine, client):
    kept = scratch.new()
    scratch.keep(kept)
    client.add("containers", kept.name)
    client.add("networks", kept.name)
    assert labels.left_behind(engine) == []


def test_a_run_is_named_once_whatever_it_left(engine, client):
    for kind in client.things:
        client.add(kind, "hc-dead")
    assert labels.left_behind(engine) == ["hc-dead"]


def test_containers_go_before_the_network_they_are_on_and_with_their_volumes(engine, client):
    for kind in ("networks", "volumes", "containers"):
        client.add(kind, "hc-dead")
    client.add("containers", "hc-other")
    assert labels.remove(engine, ["hc-dead"]) == ["hc-dead-containers", "hc-dead-networks", "hc-dead-volumes"]
    assert [kind for kind, *_ in client.log] == ["containers", "networks", "volumes"]
    assert client.log[0][2] == {"force": True, "v": True}


@pytest.mark.parametrize("error", [NotFound("gone"), api_error(409)])
def test_what_somebody_else_removes_at_the_same_time_is_not_ours_to_report(engine, client, error):
    client.add("containers", "hc-dead", error=error)
    client.add("networks", "hc-dead")
    assert labels.remove(engine, ["hc-dead"]) == ["hc-dead-networks"]


def test_a_network_waits_for_the_sweep_that_removes_its_container(engine, client):
    client.add("containers", "hc-dead", error=api_error(409))
    client.add("networks", "hc-dead", error=api_error(403))
    assert labels.remove(engine, ["hc-dead"]) == []


def test_another_refusal_is_an_error(engine, client):
    client.add("containers", "hc-dead", error=api_error(500))
    with pytest.raises(APIError):
        labels.remove(engine, ["hc-dead"])

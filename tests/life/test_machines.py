from __future__ import annotations

from types import SimpleNamespace

import pytest
from docker.errors import NotFound

from hopcheck.life import machines
from hopcheck.life.run import Unclear
from hopcheck.topology import sweep
from hopcheck.topology.record import HostRecord

HOSTS = (HostRecord("host-1", "a", "hc-one-host-1", ()), HostRecord("host-2", "b", "hc-one-host-2", ()))


@pytest.fixture
def run(made):
    return made(hosts=HOSTS, runtime="containers")


@pytest.fixture
def engine(monkeypatch):
    there = {"hc-one-host-1": "running"}

    def get(name):
        if name not in there:
            raise NotFound("no")
        return SimpleNamespace(name=name, status=there[name])

    client = SimpleNamespace(containers=SimpleNamespace(get=get, list=lambda **_: [get(name) for name in there]))
    monkeypatch.setattr(sweep, "engine", lambda: SimpleNamespace(client=client))
    return there


def test_each_host_is_as_its_container_is(run, engine):
    assert machines.states(run) == {"host-1": "running", "host-2": machines.GONE}


def test_without_an_engine_that_is_told(run):
    assert machines.states(run) == {"host-1": "no engine answers", "host-2": "no engine answers"}
    with pytest.raises(Unclear, match="no container engine answers"):
        machines.container(run, HOSTS[0])


def test_no_engine_is_asked_about_processes(made, monkeypatch):
    monkeypatch.setattr(sweep, "engine", lambda: pytest.fail("asked"))
    assert machines.states(made(hosts=(HostRecord("host-1", "a", None, ()),))) == {}


def test_only_a_running_container_is_given(run, engine):
    assert machines.container(run, HOSTS[0]).name == "hc-one-host-1"
    with pytest.raises(Unclear, match="there is no container hc-one-host-2"):
        machines.container(run, HOSTS[1])
    engine["hc-one-host-1"] = "exited"
    with pytest.raises(Unclear, match="its container hc-one-host-1 is exited"):
        machines.container(run, HOSTS[0])

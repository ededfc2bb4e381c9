from __future__ import annotations

import pytest

from hopcheck.life import machines
from hopcheck.life.run import Unclear
from hopcheck.life.source import chosen
from hopcheck.topology.record import HostRecord


@pytest.fixture
def processes(made):
    run = made(hosts=(HostRecord("host-1", "c1", None, ()), HostRecord("host-11", "c2", None, ())))
    for name in ("ingress", "rhc-host-1", "rhc-host-11", "rhc-worker-playbook-host-1"):
        (run.logs / f"{name}.log").touch()
    (run.logs / "notes.txt").touch()
    return run


def names(run, name=None):
    return [source.name for source in chosen(run, name)]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (None, ["ingress", "rhc-host-1", "rhc-host-11", "rhc-worker-playbook-host-1"]),
        ("ingress", ["ingress"]),
        ("host-1", ["rhc-host-1", "rhc-worker-playbook-host-1"]),
        ("rhc", ["rhc-host-1", "rhc-host-11"]),
        ("rhc-host-1", ["rhc-host-1"]),
    ],
)
def test_logs_of_processes(processes, name, meant):
    assert names(processes, name) == meant


def test_an_unknown_name_is_told_the_nearest(processes):
    with pytest.raises(Unclear, match="no log of 'ingres'; there are ingress, "):
        chosen(processes, "ingres")


@pytest.fixture
def machine(made, monkeypatch):
    run = made(hosts=(HostRecord("host-1", "c1", "hc-one-host-1", ()),), runtime="containers")
    (run.logs / "ingress.log").touch()
    (run.logs / "host-1.journal").touch()
    monkeypatch.setattr(machines, "states", lambda _: {"host-1": "running"})
    return run


def test_a_machines_journal_is_asked_and_its_roles_are_units_of_it(machine):
    assert names(machine) == ["ingress", "host-1"]
    [host] = chosen(machine, "host-1")
    assert host.file is None
    assert "-u" not in host.journal()
    for name in ("rhc", "rhc-host-1"):
        [rhc] = chosen(machine, name)
        assert rhc.journal("-f")[-3:] == ["-u", "yggdrasil.service", "-f"]


def test_the_journal_of_a_machine_that_is_gone_is_the_one_in_the_report(machine, monkeypatch):
    monkeypatch.setattr(machines, "states", lambda _: {"host-1": machines.GONE})
    [host] = chosen(machine, "host-1")
    assert host.file == machine.logs / "host-1.journal"


def test_a_run_without_a_record_has_no_logs(made):
    with pytest.raises(Unclear, match="there are none"):
        chosen(made(recorded=False), "ingress")

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.topology.settings import Settings
from hopcheck.trace import Event, Trace
from steps.case import is_asked, keeps_contracts


@pytest.fixture(scope="module")
def judge():
    return Judge(CONTRACTS)


@pytest.fixture
def world(judge):
    asked = []
    topology = SimpleNamespace(settings=Settings(report=Path("report")))
    return SimpleNamespace(
        judge=judge, case=None, stage=SimpleNamespace(ask=asked.extend, topology=topology), asked=asked
    )


def test_the_roles_cases_are_played_together(world):
    is_asked(world, "Cloud Connector", "the status of an unknown host")
    assert world.case.id == "the status of an unknown host"
    assert {case.role for case in world.asked} == {"cloud-connector"}
    assert world.case in world.asked


FATAL = "the status of a host whose status had wrong types before"


@pytest.mark.parametrize(("command", "spared"), [(("python", "-m", "fakes.faults", "x"), False), (("./cc",), True)])
def test_a_stranger_is_spared_what_is_fatal(world, command, spared):
    settings = replace(world.stage.topology.settings, commands={"cloud-connector": command})
    world.stage.topology.settings = settings
    is_asked(world, "Cloud Connector", "the status of an unknown host")
    with pytest.raises(pytest.skip.Exception, match="does not survive") if spared else nullcontext():
        is_asked(world, "Cloud Connector", FATAL)


@pytest.mark.parametrize(
    ("role", "case"),
    [
        ("Cloud Connector", "nothing"),
        ("Cloud Connector", "dispatch nothing"),
        ("Nobody", "dispatch nothing"),
    ],
)
def test_a_case_that_the_role_has_not_is_told_with_those_that_it_has(world, role, case):
    with pytest.raises(AssertionError, match=f"{role} has no case '{case}'; it has"):
        is_asked(world, role, case)
    assert world.asked == []


def brought_about(*events):
    """A trace in which two cases begin, with these events between them."""
    trace = Trace([])
    for protocol, op, attrs in [("kit", "case", {"case": "one"}), *events, ("kit", "case", {"case": "two"})]:
        seq = len(trace.events) + 1
        trace.events.append(
            Event(seq, seq, seq, "", "", "rhc<>rhc-worker-playbook", protocol, op, "rhc", "", None, "h", attrs, None)
        )
    return trace


def told(event):
    args = [event, "", "", {}]
    names = ["com.redhat.Yggdrasil1.Worker1.a"]
    attrs = {"interface": "com.redhat.Yggdrasil1.Worker1", "member": "Event", "signature": "ussa{ss}", "args": args}
    return ("dbus", "signal", attrs | {"path": "/com/redhat/Yggdrasil1/Worker1/a", "sender_names": names})


@pytest.mark.parametrize(
    ("case", "events", "wrong"),
    [
        ("one", [told(4)], None),
        ("one", [told(7)], "args"),
        ("one", [], "nothing that a contract knows came of 'one'"),
        ("two", [told(7)], "nothing that a contract knows came of 'two'"),
    ],
)
def test_whatever_comes_of_a_case_keeps_its_contract(world, case, events, wrong):
    world.case, world.stage.trace = SimpleNamespace(id=case), brought_about(*events)
    with nullcontext() if wrong is None else pytest.raises(AssertionError, match=wrong):
        keeps_contracts(world)

import threading
from types import SimpleNamespace

import pytest

from hopcheck.faults import telling
from hopcheck.faults.telling import PLAYED, patience, tell, wrong
from hopcheck.trace import Draft, Redactor, Store, TraceTimeout

FAULT = SimpleNamespace(id="rhc.first", story="complete")


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path, Redactor(b"key", []))
    yield store
    store.close()


def stage(store, play):
    def note(op, **attrs):
        store.append(Draft("kit", "kit", "kit", op, "hopcheck", "hopcheck", attrs=attrs))

    return SimpleNamespace(trace=store, play=play, ready_s=1.0, topology=SimpleNamespace(tell=note))


def bus(store, op, member, arguments):
    attrs = {"member": member, "args": arguments}
    store.append(Draft("dbus", "rhc<>rhc-worker-playbook", "dbus", op, "rhc", "worker", attrs=attrs))


def test_the_run_is_called_by_the_fault(store):
    played = []
    tell(stage(store, played.append), FAULT)
    assert [story.label for story in played] == ["rhc.first"]
    assert [each.op for each in store] == [PLAYED]


def test_what_does_not_come_after_the_last_end_is_given_up(store, monkeypatch):
    monkeypatch.setattr(telling, "GRACE", 0.05)
    # Of an earlier story: it says nothing of this one.
    bus(store, "signal", "Event", [2, "earlier"])

    def play(_):
        bus(store, "call", "Dispatch", ["directive", "one"])
        bus(store, "call", "Dispatch", ["directive", "two"])
        bus(store, "signal", "Event", [2, "one"])
        with pytest.raises(TraceTimeout, match="waited"):
            store.wait_for(lambda _: False, what="what never comes", timeout=0.2)
        bus(store, "signal", "Event", [2, "two"])
        store.wait_for(lambda _: False, what="what never comes", timeout=30)

    with pytest.raises(TraceTimeout, match="told END"):
        tell(stage(store, play), FAULT)
    assert [thread for thread in threading.enumerate() if "_give_up" in thread.name] == []


def test_the_program_is_the_stand_in_with_that_fault():
    assert wrong(FAULT)[1:] == ("-m", "fakes.faults", "rhc.first")


def test_a_slow_machine_is_given_more_time(store):
    quick, slow = (SimpleNamespace(ready_s=seconds) for seconds in (1.0, 10.0))
    stuck, going = (SimpleNamespace(stuck=value) for value in (True, False))
    assert patience(slow, stuck) == 10 * patience(quick, stuck)
    assert patience(slow, going) == patience(quick, going) > patience(quick, stuck)

from __future__ import annotations

import socket
import threading

import pytest

from hopcheck.life.channel import TAKEN, OwnerEnd, messages


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    yield ours, OwnerEnd(theirs.detach())
    ours.close()


def test_what_the_owner_says_arrives_in_order(ends, capsys):
    ours, owner = ends
    owner.progress("a")
    owner.failed("b", 1)
    owner.ready("hc-x")
    owner._socket.close()
    assert list(messages(ours)) == [{"progress": "a"}, {"failed": "b", "status": 1}, {"ready": "hc-x"}]
    assert capsys.readouterr().err == "hopcheck: a\nhopcheck: b\n"


@pytest.mark.parametrize(("answer", "ends_it"), [(TAKEN, False), (b"", True)])
def test_one_that_is_not_taken_over_is_abandoned(ends, answer, ends_it):
    ours, owner = ends
    abandoned = threading.Event()
    watcher = owner.watch(abandoned.set)
    ours.sendall(answer)
    ours.close()
    watcher.join(timeout=5)
    assert abandoned.is_set() == ends_it
    owner._socket.close()


def test_an_owner_whose_listener_has_gone_speaks_to_its_log_alone(ends, capsys):
    ours, owner = ends
    ours.close()
    owner.progress("a")
    owner.progress("b")
    assert capsys.readouterr().err == "hopcheck: a\nhopcheck: b\n"

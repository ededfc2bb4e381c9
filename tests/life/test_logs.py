from __future__ import annotations

import argparse

import pytest

from hopcheck.life import logs, machines
from hopcheck.topology.containers.execute import Executed
from hopcheck.topology.record import HostRecord


@pytest.fixture
def run(made):
    found = made()
    (found.logs / "ingress.log").write_bytes(b"one\ntwo\nthree")
    (found.logs / "s3.log").write_bytes(b"\xff\n")
    return found


def said(capsysbinary, name=None, lines=None, follow=False):
    assert logs.logs(argparse.Namespace(name=name, run=None, lines=lines, follow=follow)) == 0
    return capsysbinary.readouterr().out


def test_one_log_is_printed_as_it_is(run, capsysbinary):
    assert said(capsysbinary, "ingress") == b"one\ntwo\nthree\n"
    assert said(capsysbinary, "ingress", lines=1) == b"three\n"
    assert said(capsysbinary, "ingress", lines=0) == b""


def test_several_have_their_names_before_them(run, capsysbinary):
    assert said(capsysbinary, lines=2) == b"ingress | two\ningress | three\ns3      | \xff\n"


def test_the_logs_of_a_run_that_has_ended_are_followed_to_their_end(run, capsysbinary):
    assert said(capsysbinary, "ingress", follow=True, lines=2) == b"two\nthree\n"


def test_a_journal_is_asked_for_its_last_lines(made, monkeypatch, capsysbinary):
    asked = []

    def execute(_container, argv):
        asked.append(argv)
        return Executed(0, b"a\nb\n", b"")

    made(hosts=(HostRecord("host-1", "c", "hc-one-host-1", ()),), runtime="containers")
    monkeypatch.setattr(machines, "states", lambda _: {"host-1": "running"})
    monkeypatch.setattr(machines, "container", lambda *_: None)
    monkeypatch.setattr("hopcheck.topology.containers.execute.execute", execute)
    assert said(capsysbinary, "rhc", lines=2) == b"a\nb\n"
    assert asked[0][-3:] == ["-u", "yggdrasil.service", "--lines=2"]

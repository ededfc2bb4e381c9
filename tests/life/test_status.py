from __future__ import annotations

import argparse
import json
import os
import re
from pathlib import Path

import pytest

from hopcheck.life import machines, status
from hopcheck.life.run import Run
from hopcheck.topology import scratch
from hopcheck.topology.record import HostRecord

from .test_connection import told

HOST = HostRecord("host-1", "c1", None, ("nsenter",))
ME = os.getpid()
DEAD = "999999999:1"


def shown(capsys: pytest.CaptureFixture[str], as_json: bool = False) -> tuple[int, str]:
    code = status.status(argparse.Namespace(json=as_json))
    return code, capsys.readouterr().out


def connect(run: Run, state: str = "online") -> None:
    assert run.record is not None
    (Path(run.record.report) / "trace.jsonl").write_bytes(told("c1", state))


def test_all_is_well(made, capsys):
    alive = scratch.mark(ME)
    run = made(owner=ME, hosts=(HOST,), roles={"ingress": alive, "rhc-host-1": alive})
    connect(run)
    code, text = shown(capsys)
    assert code == 0
    assert re.search(r"hc-one  running, since .*\n  owner     \d+ \(hopcheck up\)\n", text)
    assert "2 of 2 run: ingress, rhc-host-1" in text
    assert "host-1    running, online, client id c1" in text
    assert "wrong" not in text


def test_the_live_page_stands_beside_the_ui(made, capsys):
    made(owner=ME, live="http://127.0.0.1:2/live")
    made(name="hc-two", owner=ME)
    assert [each["live"] for each in json.loads(shown(capsys, as_json=True)[1])] == ["http://127.0.0.1:2/live", None]
    assert re.findall(r"UI .*\n  live      (.*)", shown(capsys)[1]) == ["http://127.0.0.1:2/live"]


@pytest.mark.parametrize(
    ("roles", "connection", "wrong"),
    [
        ({"ingress": DEAD, "rhc-host-1": "me"}, "online", ["ingress has ended"]),
        ({"rhc-host-1": DEAD}, "online", ["rhc-host-1 has ended", "host-1 is ended"]),
        ({"rhc-host-1": "me"}, "offline", ["host-1 is offline"]),
        ({"rhc-host-1": "me"}, "", ["host-1 is never connected"]),
    ],
)
def test_what_should_run_and_does_not_is_status_1(made, capsys, roles, connection, wrong):
    run = made(owner=ME, hosts=(HOST,), roles={k: scratch.mark(ME) if v == "me" else v for k, v in roles.items()})
    if connection:
        connect(run, connection)
    code, text = shown(capsys, as_json=True)
    assert (code, json.loads(text)[0]["wrong"]) == (1, wrong)


def test_a_container_is_as_the_engine_says(made, monkeypatch, capsys):
    run = made(owner=ME, hosts=(HostRecord("host-1", "c1", "hc-one-host-1", ()),), runtime="containers")
    connect(run)
    monkeypatch.setattr(machines, "states", lambda _: {"host-1": "exited"})
    code, text = shown(capsys)
    assert code == 1
    assert "host-1 is exited" in text


def test_kept_is_in_order_and_dead_is_not(made, capsys):
    made("hc-kept", kept=True, hosts=(HOST,))
    assert shown(capsys)[0] == 0
    made("hc-dead")
    code, text = shown(capsys)
    assert code == 1
    assert "hc-kept  kept" in text
    assert "its owner is dead" in text


def test_a_run_without_a_record_starts(made, capsys):
    made(owner=ME, recorded=False)
    code, text = shown(capsys, as_json=True)
    [each] = json.loads(text)
    assert code == 0
    assert (each["state"], each["ui"], each["report"], each["roles"]) == ("starting", None, None, {})


def test_nothing_is_told_too(capsys):
    assert shown(capsys) == (0, "no run is there\n")

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from hopcheck.topology import record, scratch
from hopcheck.topology.record import HostRecord, Record

RECORD = Record(
    "up",
    "containers",
    "/r",
    "http://127.0.0.1:1/",
    True,
    {"ingress": "1:2"},
    (HostRecord("host-1", "c1", "hc-x-host-1", ()), HostRecord("host-2", "c2", None, ("nsenter", "--"))),
)


def test_it_is_read_as_it_was_written(tmp_path):
    replace(RECORD, ready=False).write(tmp_path)
    RECORD.write(tmp_path)
    assert record.read(tmp_path) == RECORD
    assert [path.name for path in tmp_path.iterdir()] == [record.FILE]


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"version": 0}', b"{}"])
def test_what_is_no_record_of_this_version_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / record.FILE).write_bytes(content)
    assert record.read(tmp_path) is None


def test_it_says_its_version(tmp_path):
    RECORD.write(tmp_path)
    assert orjson.loads((tmp_path / record.FILE).read_bytes())["version"] == record.VERSION


def test_a_topology_is_recorded_as_it_is_by_now(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    running, awaited = SimpleNamespace(started=True, pid=os.getpid()), SimpleNamespace(started=False)
    host = SimpleNamespace(identity=SimpleNamespace(name="host-1", client_id="c1"), container=None, enter=["nsenter"])
    topology = SimpleNamespace(
        verb="run",
        live="http://127.0.0.1:8/live",
        runtime=SimpleNamespace(name="process"),
        settings=SimpleNamespace(report=Path("out")),
        processes={"ingress": running, "s3": awaited},
        hosts={"host-1": host},
    )
    early = record.of(topology, ready=False)
    assert (early.ui, early.report) == ("", str(tmp_path / "out"))
    assert early.roles == {"ingress": scratch.mark(os.getpid())}
    topology.plan = SimpleNamespace(ports=SimpleNamespace(ui=7))
    later = record.of(topology, ready=True)
    assert (later.ui, later.live) == ("http://127.0.0.1:7/", "http://127.0.0.1:8/live")
    assert later.hosts == (HostRecord("host-1", "c1", None, ("nsenter",)),)

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.playbook_dispatcher.query import Query, select_hosts
from fakes.playbook_dispatcher.run import Run, RunHost
from fakes.playbook_dispatcher.store import Store

RUN = Run("r", "1", "c", "k", "u", "remediations", "n", "w", "p", 60, {"a": "b"})


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    first, second = Store(tmp_path / "s"), Store(tmp_path / "s")
    first.add(RUN, [RunHost("r", "h")])
    assert second.find("1", "k") == first.run("r")
    assert second.find("2", "k") is None
    first.close()
    second.close()


def test_two_hosts_with_one_name_store_nothing(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.add(RUN, [RunHost("r", "h"), RunHost("r", "h")])
    assert store.run("r") is None


def test_what_is_overdue_times_out_with_its_running_hosts(store: Store) -> None:
    store.add(RUN, [RunHost("r", "h")])
    store.add(replace(RUN, id="late", timeout=0), [RunHost("late", "h"), RunHost("late", "done", "success")])
    assert (store.expire(), store.expire()) == (1, 0)
    statuses = {(host.run, host.host): host.status for host in select_hosts(store, Query("1", None))[0]}
    assert statuses == {("r", "h"): "running", ("late", "h"): "timeout", ("late", "done"): "success"}
    assert [run.status for run in map(store.run, ("r", "late")) if run] == ["running", "timeout"]


def test_a_timeout_is_not_the_end_for_a_direct_run(store: Store) -> None:
    store.add(replace(RUN, timeout=0), [RunHost("r", "h")])
    store.expire()
    store.update("r", "success", "[]", [RunHost("r", "h", "success", "x")])
    assert store.find("1", "k") == replace(store.run("r") or RUN, status="success")

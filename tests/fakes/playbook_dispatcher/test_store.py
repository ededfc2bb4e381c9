from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

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

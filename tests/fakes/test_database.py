from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from fakes.database import Database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.sqlite3"


def test_commits_are_seen_by_other_threads_and_after_a_restart(file: Path) -> None:
    database, seen = Database(file, "CREATE TABLE t (a)"), list[int]()
    with database.transaction() as connection:
        connection.execute("INSERT INTO t VALUES (1)")

    def read() -> None:
        seen.append(database.connection().execute("SELECT a FROM t").fetchone()["a"])

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(5)
    database.close()
    again = Database(file, "")
    assert [*seen, again.connection().execute("SELECT a FROM t").fetchone()["a"]] == [1, 1]
    again.close()


def test_an_error_rolls_back(file: Path) -> None:
    database = Database(file, "CREATE TABLE t (a UNIQUE)")
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.executemany("INSERT INTO t VALUES (?)", [(1,), (1,)])
    assert database.connection().execute("SELECT count(*) FROM t").fetchone()[0] == 0
    database.close()


def test_reads_of_a_snapshot_see_one_state(file: Path) -> None:
    database = Database(file, "CREATE TABLE t (a)")

    def write() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO t VALUES (1)")

    with database.snapshot() as connection:
        counts = [connection.execute("SELECT count(*) FROM t").fetchone()[0]]
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(5)
        counts.append(connection.execute("SELECT count(*) FROM t").fetchone()[0])
    assert counts == [0, 0]
    assert database.connection().execute("SELECT count(*) FROM t").fetchone()[0] == 1
    database.close()

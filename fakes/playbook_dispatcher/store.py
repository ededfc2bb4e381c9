"""Runs in SQLite; every write is durable before the message that caused it is committed."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from fakes.database import Database
from fakes.playbook_dispatcher.run import Run, RunHost

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, recipient TEXT NOT NULL, correlation_id TEXT NOT NULL,
    url TEXT NOT NULL, service TEXT NOT NULL, name TEXT NOT NULL, web_console_url TEXT NOT NULL,
    principal TEXT NOT NULL, timeout INTEGER NOT NULL, labels TEXT NOT NULL, status TEXT NOT NULL,
    sat_id TEXT, sat_org_id TEXT, response_full INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, events TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS runs_correlation ON runs (org_id, correlation_id, id);
CREATE TABLE IF NOT EXISTS run_hosts (
    run TEXT NOT NULL REFERENCES runs (id), host TEXT NOT NULL, status TEXT NOT NULL, log TEXT NOT NULL,
    inventory_id TEXT, subscription_manager_id TEXT, sat_sequence INTEGER, UNIQUE (run, host));
"""
RUN = [field.name for field in fields(Run)]
HOST = [field.name for field in fields(RunHost)]
EXPIRED = "(runs.status = 'running' AND runs.created_at + runs.timeout * 1000000 <= :now)"
STATUS_ON_READ = f"CASE WHEN {EXPIRED} THEN 'timeout' ELSE runs.status END"


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


class Store(Database):
    """The runs of one Dispatcher."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA)

    def add(self, run: Run, hosts: Sequence[RunHost]) -> None:
        """Insert a run and its hosts. Raises sqlite3.IntegrityError where two hosts share a name."""
        at = now()
        values = {name: getattr(run, name) for name in RUN} | {
            "labels": json.dumps(dict(run.labels)),
            "created_at": at,
            "updated_at": at,
        }
        with self.transaction() as connection:
            connection.execute(f"INSERT INTO runs ({','.join(RUN)}) VALUES (:{',:'.join(RUN)})", values)
            connection.executemany(
                f"INSERT INTO run_hosts ({','.join(HOST)}) VALUES (:{',:'.join(HOST)})",
                [{name: getattr(host, name) for name in HOST} for host in hosts],
            )

    def run(self, run_id: str) -> Run | None:
        """The run with its stored status."""
        return self._run("id = ?", run_id)

    def find(self, org_id: str, correlation_id: str) -> Run | None:
        """The run that an update belongs to (SRV-080)."""
        return self._run("org_id = ? AND correlation_id = ?", org_id, correlation_id)

    def update(self, run_id: str, status: str, events: str, hosts: Sequence[RunHost]) -> None:
        """Write one upload's outcome; what is `success` or `failure` already stays (SRV-084)."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE runs SET status = ?, events = ?, updated_at = ?"
                " WHERE id = ? AND status NOT IN ('success', 'failure')",
                (status, events, now(), run_id),
            )
            connection.executemany(
                "INSERT INTO run_hosts (run, host, status, log) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (run, host) DO UPDATE SET status = excluded.status, log = excluded.log"
                " WHERE run_hosts.status NOT IN ('success', 'failure')",
                [(run_id, host.host, host.status, host.log) for host in hosts],
            )

    def update_satellite(
        self, run_id: str, status: str, events: str, change: Callable[[list[RunHost]], list[RunHost]]
    ) -> None:
        """Write what a Satellite told: `change` gets the hosts that there are and returns those that it alters."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE runs SET status = ?, events = ?, updated_at = ?"
                " WHERE id = ? AND status NOT IN ('success', 'failure', 'canceled')",
                (status, events, now(), run_id),
            )
            rows = connection.execute(f"SELECT {','.join(HOST)} FROM run_hosts WHERE run = ?", (run_id,)).fetchall()
            connection.executemany(
                "UPDATE run_hosts SET status = ?, log = ?, sat_sequence = ? WHERE run = ? AND host = ?",
                [
                    (host.status, host.log, host.sat_sequence, run_id, host.host)
                    for host in change([RunHost(**dict(row)) for row in rows])
                ],
            )

    def expire(self) -> int:
        """Let overdue runs be `timeout`, and every host of such a run that still runs (SRV-094); how many runs."""
        with self.transaction() as connection:
            overdue = connection.execute(f"UPDATE runs SET status = 'timeout' WHERE {EXPIRED}", {"now": now()}).rowcount
            connection.execute(
                "UPDATE run_hosts SET status = 'timeout' WHERE status = 'running'"
                " AND run IN (SELECT id FROM runs WHERE status = 'timeout')"
            )
        return overdue

    def _run(self, where: str, *values: str) -> Run | None:
        row = self.connection().execute(f"SELECT * FROM runs WHERE {where}", values).fetchone()
        return None if row is None else run_from(row)


def run_from(row: sqlite3.Row) -> Run:
    """A row of ``runs`` as data."""
    shown = {"labels": json.loads(row["labels"]), "response_full": bool(row["response_full"])}
    return Run(**{name: row[name] for name in RUN} | shown)

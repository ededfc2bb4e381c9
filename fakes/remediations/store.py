"""Plans, runs and systems in SQLite (facts B.6)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from fakes.database import Database
from fakes.remediations.plan import Creator, Issue, Plan, Run, System

SCHEMA = """
CREATE TABLE IF NOT EXISTS plans (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, name TEXT NOT NULL, auto_reboot INTEGER NOT NULL,
    created_by TEXT NOT NULL, creator TEXT NOT NULL, issues TEXT NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS systems (id TEXT PRIMARY KEY, hostname TEXT NOT NULL, display_name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS playbook_runs (
    id TEXT PRIMARY KEY, plan TEXT NOT NULL REFERENCES plans (id), creator TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dispatcher_runs (
    dispatcher_run_id TEXT PRIMARY KEY, remediations_run_id TEXT NOT NULL REFERENCES playbook_runs (id),
    status TEXT NOT NULL DEFAULT 'pending', pd_response_code INTEGER NOT NULL);
"""


def now() -> str:
    """RFC 3339 in UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Store(Database):
    """The state of one Remediations API."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA)

    def add_plan(self, plan: Plan, systems: Iterable[System]) -> None:
        """Insert a plan and what is known of its systems."""
        at = now()
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO plans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    plan.id,
                    plan.org_id,
                    plan.name,
                    plan.auto_reboot,
                    plan.created_by.username,
                    json.dumps(asdict(plan.created_by)),
                    json.dumps([asdict(issue) for issue in plan.issues]),
                    at,
                    at,
                ),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO systems VALUES (?, ?, ?)",
                [(one.id, one.hostname, one.display_name) for one in systems],
            )

    def plan(self, plan_id: str, org_id: str, username: str | None = None) -> Plan | None:
        """A plan of the organisation, made by `username` where given (SRV-114)."""
        row = (
            self.connection()
            .execute(
                "SELECT * FROM plans WHERE id = ? AND org_id = ? AND coalesce(?, created_by) = created_by",
                (plan_id, org_id, username),
            )
            .fetchone()
        )
        return None if row is None else _plan(row)

    def plans(self, org_id: str, username: str) -> list[Plan]:
        """All plans of a user, newest first."""
        rows = self.connection().execute(
            "SELECT * FROM plans WHERE org_id = ? AND created_by = ? ORDER BY updated_at DESC, id", (org_id, username)
        )
        return [_plan(row) for row in rows]

    def systems(self, ids: Sequence[str]) -> Mapping[str, System]:
        """What is known of `ids`."""
        rows = self.connection().execute(
            f"SELECT id, hostname, display_name FROM systems WHERE id IN ({','.join('?' * len(ids))})", ids
        )
        return {row["id"]: System(**dict(row)) for row in rows}

    def add_run(self, run: Run) -> None:
        """Insert a run, before anybody else hears of it."""
        at = now()
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO playbook_runs VALUES (?, ?, ?, ?, ?)",
                (run.id, run.plan, json.dumps(asdict(run.created_by)), at, at),
            )

    def add_dispatched(self, run_id: str, codes: Mapping[str, int]) -> None:
        """Remember the Dispatcher runs that a run became: id to code."""
        with self.transaction() as connection:
            connection.executemany(
                "INSERT INTO dispatcher_runs (dispatcher_run_id, remediations_run_id, pd_response_code)"
                " VALUES (?, ?, ?)",
                [(id_, run_id, code) for id_, code in codes.items()],
            )

    def runs(self, plan_id: str) -> list[Run]:
        """The runs of a plan, newest first."""
        rows = self.connection().execute(
            "SELECT * FROM playbook_runs WHERE plan = ? ORDER BY updated_at DESC, id", (plan_id,)
        )
        return [_run(row) for row in rows]

    def run(self, plan_id: str, run_id: str) -> Run | None:
        """One run of a plan."""
        row = (
            self.connection()
            .execute("SELECT * FROM playbook_runs WHERE plan = ? AND id = ?", (plan_id, run_id))
            .fetchone()
        )
        return None if row is None else _run(row)


def _plan(row: sqlite3.Row) -> Plan:
    return Plan(
        row["id"],
        row["org_id"],
        row["name"],
        bool(row["auto_reboot"]),
        Creator(**json.loads(row["creator"])),
        tuple(Issue(**issue) for issue in json.loads(row["issues"])),
        row["created_at"],
        row["updated_at"],
    )


def _run(row: sqlite3.Row) -> Run:
    return Run(row["id"], row["plan"], Creator(**json.loads(row["creator"])), row["created_at"], row["updated_at"])

"""The table of connected hosts (facts A11), in SQLite."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SATELLITE = "foreman_rh_cloud"
LONGEST = {"account": 10, "org_id": 20, "client_id": 100, "message_id": 40}
SCHEMA = """
CREATE TABLE IF NOT EXISTS connections (
    client_id TEXT PRIMARY KEY, account TEXT NOT NULL, org_id TEXT NOT NULL,
    dispatchers TEXT NOT NULL, canonical_facts TEXT NOT NULL, tags TEXT NOT NULL,
    message_id TEXT NOT NULL, sent INTEGER NOT NULL)"""
# Facts stay those of the first online message until an offline removes the row (CON-39).
UPSERT = """
INSERT INTO connections VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (client_id) DO UPDATE SET
    account = excluded.account, org_id = excluded.org_id, dispatchers = excluded.dispatchers,
    tags = excluded.tags, message_id = excluded.message_id, sent = excluded.sent"""
PAGE = """
SELECT *, COUNT(*) OVER () FROM connections WHERE org_id != '' AND (?1 IS NULL OR org_id = ?1)
ORDER BY client_id LIMIT ?2 OFFSET ?3"""


class Unstorable(ValueError):
    """A row that the real table's columns do not take."""


class LookupFailed(ValueError):
    """A lookup without an organization or a client id."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A host that is online; `org_id` is empty while nobody knows its tenant."""

    client_id: str
    account: str
    org_id: str
    dispatchers: Any
    canonical_facts: Any
    tags: Any
    message_id: str
    sent: int


class Connections:
    """The table in the file `path`. Every method may be called by any thread; raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(SCHEMA)

    def register(self, connection: Connection) -> None:
        """Add the host, or update all but its facts. Raises Unstorable."""
        for name, longest in LONGEST.items():
            if len(getattr(connection, name)) > longest:
                raise Unstorable(f"{name} is longer than {longest} characters")
        documents = [json.dumps(d) for d in (connection.dispatchers, connection.canonical_facts, connection.tags)]
        if any("\\u0000" in text for text in (*documents, json.dumps(connection.message_id))):
            raise Unstorable("a text contains NUL")
        who = (connection.client_id, connection.account, connection.org_id)
        self._run(UPSERT, (*who, *documents, connection.message_id, connection.sent))

    def unregister(self, client_id: str) -> None:
        """Forget the host; none of that id is no error."""
        self._run("DELETE FROM connections WHERE client_id = ?", (client_id,))

    def get(self, client_id: str) -> Connection | None:
        """The row of a host, tenant or not."""
        rows = self._run("SELECT * FROM connections WHERE client_id = ?", (client_id,))
        return _connection(rows[0]) if rows else None

    def find(self, org_id: str, client_id: str, *, relaxed: bool) -> Connection | None:
        """The host if `org_id` may see it (CON-04, CON-05, CON-45). Raises LookupFailed."""
        if not org_id or not client_id:
            raise LookupFailed("no organization" if client_id else "no client id")
        found = self.get(client_id)
        if found is None or not found.org_id:
            return None
        return found if found.org_id == org_id or (relaxed and is_satellite(found)) else None

    def page(self, org_id: str | None, limit: int, offset: int) -> tuple[list[Connection], int]:
        """Hosts of one organization, or of all, by client id; and how many there are.

        Past the end the number is 0: it comes with the rows, as in the real service.
        """
        rows = self._run(PAGE, (org_id, limit, offset))
        return [_connection(row[:-1]) for row in rows], rows[0][-1] if rows else 0

    def close(self) -> None:
        """Give the file up."""
        with self._lock:
            self._database.close()

    def _run(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()


def is_satellite(connection: Connection) -> bool:
    """Whether the host is a Satellite's, which other organizations may reach."""
    return isinstance(connection.dispatchers, dict) and SATELLITE in connection.dispatchers


def _connection(row: tuple[Any, ...]) -> Connection:
    return Connection(*row[:3], *(json.loads(text) for text in row[3:6]), *row[6:])

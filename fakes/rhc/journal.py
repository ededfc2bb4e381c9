"""The message journal: what workers told of messages, in a SQLite file (facts 2.1)."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

from fakes.rhc.workers import BEGIN, END, STARTED, STOPPED, WORKING, WorkerEvent

NAMES = {BEGIN: "BEGIN", END: "END", WORKING: "WORKING", STARTED: "STARTED", STOPPED: "STOPPED"}
COLUMNS = ("message_id", "sent", "worker_name", "response_to", "worker_event", "worker_data")
_TABLE = f"CREATE TABLE IF NOT EXISTS journal ({', '.join(f'{name} TEXT NOT NULL' for name in COLUMNS)})"


class Journal:
    """Entries of this session and of those before. Raises sqlite3.Error where `file` cannot be one."""

    def __init__(self, file: str) -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute(_TABLE)
        self._began = _now()

    def add(self, event: WorkerEvent) -> None:
        """Keep what a worker told, with the time of now."""
        told = (NAMES.get(event.name, str(event.name)), json.dumps(dict(event.data)))
        entry = (event.message_id, _now(), event.directive, event.response_to, *told)
        self._database.execute(f"INSERT INTO journal VALUES ({', '.join('?' * len(COLUMNS))})", entry)

    def entries(
        self, message_id: str, worker: str, since: str, until: str, *, persistent: bool
    ) -> list[dict[str, str]]:
        """Those of a message, of a worker and between two times, in their order; an empty text stands for any.

        Without `persistent` only those of this session.
        """
        wanted = (
            ("message_id =", message_id),
            ("worker_name =", worker),
            ("sent >=", since),
            ("sent <=", until),
            ("sent >=", "" if persistent else self._began),
        )
        terms = [(f"{term} ?", value) for term, value in wanted if value]
        where = f" WHERE {' AND '.join(term for term, _ in terms)}" if terms else ""
        rows = self._database.execute(f"SELECT * FROM journal{where} ORDER BY rowid", [value for _, value in terms])
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

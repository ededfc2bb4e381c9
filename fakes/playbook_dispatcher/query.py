"""Selecting runs and hosts for the list endpoints (facts A.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from fakes.playbook_dispatcher.run import Run, RunHost
from fakes.playbook_dispatcher.store import HOST, STATUS_ON_READ, Store, now, run_from

RUN_STATUS = f"{STATUS_ON_READ} = :status"
# A host's own status decides, but for expiry, which is its run's.
HOST_STATUS = f"""CASE :status
    WHEN 'timeout' THEN {STATUS_ON_READ} = 'timeout'
    WHEN 'running' THEN run_hosts.status = 'running' AND runs.created_at + runs.timeout * 1000000 > :now
    ELSE run_hosts.status = :status END"""


@dataclass(frozen=True, slots=True)
class Query:
    """What a caller may see and what it asked for; `service` and `status` are exact."""

    org_id: str
    services: Sequence[str] | None
    limit: int = 50
    offset: int = 0
    status: str | None = None
    service: str | None = None
    recipient: str | None = None
    run_id: str | None = None
    inventory_id: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    newest_first: bool = True


def select_runs(store: Store, query: Query) -> tuple[list[Run], int]:
    """One page of runs and the number of all that match; overdue ones read `timeout` (SRV-047)."""
    where, values = _where(query, RUN_STATUS)
    order = "DESC" if query.newest_first else "ASC"
    with store.snapshot() as connection:
        total = connection.execute(f"SELECT count(*) FROM runs WHERE {where}", values).fetchone()[0]
        rows = connection.execute(
            f"SELECT *, {STATUS_ON_READ} AS status_on_read FROM runs WHERE {where}"
            f" ORDER BY created_at {order}, id LIMIT :limit OFFSET :offset",
            values,
        ).fetchall()
    return [_on_read(run_from(row), row["status_on_read"]) for row in rows], total


def select_hosts(store: Store, query: Query) -> tuple[list[RunHost], int]:
    """One page of hosts, status as stored (OBS-02), and the number of all that match."""
    where, values = _where(query, HOST_STATUS)
    if query.inventory_id is not None:
        where += " AND run_hosts.inventory_id = :inventory_id"
    joined = f"run_hosts JOIN runs ON runs.id = run_hosts.run WHERE {where}"
    columns = ",".join(f"run_hosts.{name} AS {name}" for name in HOST)
    with store.snapshot() as connection:
        total = connection.execute(f"SELECT count(*) FROM {joined}", values).fetchone()[0]
        rows = connection.execute(
            f"SELECT {columns} FROM {joined} ORDER BY run_hosts.rowid LIMIT :limit OFFSET :offset", values
        ).fetchall()
    return [RunHost(**dict(row)) for row in rows], total


def _where(query: Query, status: str) -> tuple[str, dict[str, object]]:
    parts = ["runs.org_id = :org_id"]
    values: dict[str, object] = {
        "now": now(),
        "org_id": query.org_id,
        "limit": query.limit,
        "offset": query.offset,
        "recipient": query.recipient,
        "run_id": query.run_id,
        "status": query.status,
        "service": query.service,
        "inventory_id": query.inventory_id,
    }
    for name, condition in (
        ("recipient", "runs.recipient = :recipient"),
        ("run_id", "runs.id = :run_id"),
        ("service", "runs.service = :service"),
        ("status", status),
    ):
        if values[name] is not None:
            parts.append(condition)
    if query.services is not None:
        names = {f"service{n}": service for n, service in enumerate(query.services)}
        values |= names
        parts.append(f"runs.service IN ({','.join(':' + name for name in names)})")
    for n, (key, value) in enumerate(query.labels.items()):
        values |= {f"key{n}": key, f"value{n}": value}
        parts.append(
            f"EXISTS (SELECT 1 FROM json_each(runs.labels) AS label"
            f" WHERE label.key = :key{n} AND label.value = :value{n})"
        )
    return " AND ".join(parts), values


def _on_read(run: Run, status: str) -> Run:
    return run if run.status == status else replace(run, status=status)

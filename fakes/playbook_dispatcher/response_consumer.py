"""From an accepted upload to the state of its run (facts A.9)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson

from fakes.playbook_dispatcher import outcome, satellite, schema
from fakes.playbook_dispatcher.record import CORRELATION_ID, REQUEST_ID, SATELLITE, SERVICES, UPDATES, Record
from fakes.playbook_dispatcher.run import Run
from fakes.playbook_dispatcher.store import Store

log = logging.getLogger(__name__)


class ResponseConsumer:
    """Applies one update at a time."""

    topic = UPDATES

    def __init__(self, store: Store) -> None:
        self._store = store

    def handle(self, record: Record) -> Iterator[Record]:
        """Write the update's outcome; publishes nothing."""
        service = record.headers.get("service")
        if service in SERVICES:
            apply(self._store, record, service)
        yield from ()


def apply(store: Store, record: Record, service: str) -> None:
    """Bring the run to the update's state; what cannot be used changes nothing (SRV-080)."""
    try:
        correlation_id = str(UUID(record.headers[CORRELATION_ID]))
        request_id = record.headers[REQUEST_ID]
    except (KeyError, ValueError):
        log.error("update dropped: request id or correlation id missing")
        return
    try:
        update = orjson.loads(record.value)
        schema.UPDATE[service].validate(update)
    except ValueError as error:  # also of what is nested too deep to be validated
        log.error("update %s dropped: %s", request_id, str(error).splitlines()[0])
        return
    run = store.find(update["org_id"], correlation_id)
    if run is None:
        log.warning("update %s: no run with correlation id %s", request_id, correlation_id)
        return
    write = write_satellite if service == SATELLITE else write_runner
    try:
        status = write(store, run, update["events"])
    except sqlite3.Error as error:
        log.error("update %s of run %s lost: %s", request_id, run.id, error)
    else:
        log.info("update %s of run %s: %s", request_id, run.id, status)


def write_runner(store: Store, run: Run, events: list[dict[str, Any]]) -> str:
    """Replace the state by that of a whole snapshot; the run's status. Raises sqlite3.Error."""
    status = outcome.run_status(events)
    store.update(run.id, status, orjson.dumps(events).decode(), outcome.run_hosts(run.id, events))
    return status


def write_satellite(store: Store, run: Run, events: list[dict[str, Any]]) -> str:
    """Add what a Satellite tells of its hosts; the run's status. Raises sqlite3.Error."""
    status, full = satellite.run_status(events, run.response_full), run.response_full
    store.update_satellite(
        run.id, status, orjson.dumps(events).decode(), lambda hosts: satellite.hosts_after(hosts, events, full)
    )
    return status

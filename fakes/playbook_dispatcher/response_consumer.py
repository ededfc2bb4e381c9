"""From an accepted upload to the state of its run (facts A.9)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from uuid import UUID

import jsonschema_rs
import orjson

from fakes.playbook_dispatcher import outcome, schema
from fakes.playbook_dispatcher.record import CORRELATION_ID, REQUEST_ID, UPDATES, Record
from fakes.playbook_dispatcher.store import Store

log = logging.getLogger(__name__)


class ResponseConsumer:
    """Applies one update at a time; each upload is a whole snapshot."""

    topic = UPDATES

    def __init__(self, store: Store) -> None:
        self._store = store

    def handle(self, record: Record) -> Iterator[Record]:
        """Write the update's outcome; publishes nothing. Satellite updates are skipped."""
        if record.headers.get("service") == "playbook":
            apply(self._store, record)
        yield from ()


def apply(store: Store, record: Record) -> None:
    """Replace the run's state by the update's; what cannot be used changes nothing (SRV-080)."""
    try:
        correlation_id = str(UUID(record.headers[CORRELATION_ID]))
        request_id = record.headers[REQUEST_ID]
    except (KeyError, ValueError):
        log.error("update dropped: request id or correlation id missing")
        return
    try:
        update = orjson.loads(record.value)
        schema.UPDATE["playbook"].validate(update)
    except (orjson.JSONDecodeError, jsonschema_rs.ValidationError) as error:
        log.error("update %s dropped: %s", request_id, str(error).splitlines()[0])
        return
    run = store.find(update["org_id"], correlation_id)
    if run is None:
        log.warning("update %s: no run with correlation id %s", request_id, correlation_id)
        return
    events = update["events"]
    status = outcome.run_status(events)
    try:
        store.update(run.id, status, orjson.dumps(events).decode(), outcome.run_hosts(run.id, events))
    except sqlite3.Error as error:
        log.error("update %s of run %s lost: %s", request_id, run.id, error)
    else:
        log.info("update %s of run %s: %s", request_id, run.id, status)

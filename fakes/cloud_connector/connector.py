"""What the REST handlers work with."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Protocol

from fakes.cloud_connector import envelope
from fakes.cloud_connector.config import Config
from fakes.cloud_connector.connections import Connection, Connections, LookupFailed
from fakes.cloud_connector.envelope import Message
from fakes.cloud_connector.errors import ApiError, no_connection
from fakes.cloud_connector.topic import DATA, to_host


class Publishes(Protocol):
    """Whatever hands a message to the broker."""

    def publish(self, topic: str, payload: bytes) -> None:
        """Raises OSError where the message is not taken."""


@dataclass(frozen=True, slots=True)
class Connector:
    """Settings, the table of hosts, and the way to them."""

    config: Config
    connections: Connections
    publisher: Publishes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: HTTP status and JSON body, None for an empty one."""

    status: int
    body: Any


def reachable(connector: Connector, org_id: str, client_id: str) -> Connection:
    """The host, if the organization may reach it. Raises ApiError 404, for failed lookups too (CON-03)."""
    try:
        found = connector.connections.find(org_id, client_id, relaxed=connector.config.relaxed_lookup)
    except (LookupFailed, sqlite3.Error):
        found = None
    if found is None:
        raise no_connection()
    return found


def check_directive(directive: str) -> None:
    """Refuse a directive of blanks (CON-06)."""
    if not directive.strip():
        raise ApiError(400, "Directive field is empty")


def send_data(connector: Connector, host: Connection, wanted: dict[str, Any]) -> Reply:
    """Publish a data message; the answer's id is the message's (CON-02). Raises ApiError."""
    message = envelope.data_message(wanted["directive"], wanted["payload"], wanted["metadata"])
    try:
        publish(connector, host.client_id, DATA, message)
    except OSError as error:
        raise ApiError(500, "Error passing message to rhc client", str(error)) from error
    return Reply(201, {"id": message["message_id"]})


def publish(connector: Connector, client_id: str, kind: str, message: Message) -> None:
    """Publish on a host's `control` or `data` topic. Raises OSError."""
    topic = to_host(connector.config.topic_prefix, client_id, kind)
    connector.publisher.publish(topic, envelope.encode(message))


def described(connection: Connection, *names: str) -> dict[str, Any]:
    """The named members of a host, without the null ones and the empty texts."""
    values = ((name, getattr(connection, name)) for name in names)
    return {name: value for name, value in values if value is not None and value != ""}

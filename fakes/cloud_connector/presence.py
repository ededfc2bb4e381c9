"""Hosts come and go: what a `connection-status` does to the table (facts A9)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from fakes.cloud_connector import control
from fakes.cloud_connector.connections import Connection, Connections, Unstorable
from fakes.cloud_connector.control import Control, Status, Unreadable
from fakes.cloud_connector.tenants import ClientIdMap, Tenant, UnknownTenant

log = logging.getLogger(__name__)
NOBODY = Tenant("", "")


def tell_nobody(connection: Connection) -> None:
    """The recorder `fake`: no inventory hears of the host."""


@dataclass(frozen=True, slots=True)
class Presence:
    """The table, whose hosts are whose, and who hears of a host that came."""

    connections: Connections
    tenants: ClientIdMap
    record: Callable[[Connection], None] = tell_nobody

    def handle(self, client_id: str, payload: bytes) -> None:
        """Apply one control message; one that cannot be read changes nothing (CON-43)."""
        try:
            message = control.read_control(payload)
            if message.type == "connection-status":
                change(self, client_id, message, control.read_status(message.content))
            else:
                log.info("%s sends %s %r", client_id, message.type, message.content)
        except Unreadable as error:
            log.warning("%s: message ignored: %s", client_id, error)


def change(presence: Presence, client_id: str, message: Control, status: Status) -> None:
    """Let a status take effect, by its state."""
    if status.state == "online":
        online(presence, client_id, message, status)
    elif status.state == "offline":
        offline(presence, client_id)
    else:
        log.warning("%s: state %s ignored", client_id, status.state)


def online(presence: Presence, client_id: str, message: Control, status: Status) -> None:
    """Register a host. Nothing is sent to it (CON-46)."""
    known = presence.connections.get(client_id)
    if known is not None and is_stale(known, message):
        log.info("%s: duplicate or old online %s", client_id, message.message_id)
        return
    tenant = tenant_of(presence.tenants, client_id)
    connection = Connection(
        client_id, tenant.account, tenant.org_id, status.dispatchers, status.canonical_facts, status.tags,
        message.message_id, message.sent,
    )  # fmt: skip
    try:
        presence.connections.register(connection)
    except Unstorable as error:
        log.warning("%s: not registered: %s", client_id, error)
        return
    presence.record(connection)


def offline(presence: Presence, client_id: str) -> None:
    """Forget a host, however old the message is (CON-35, CON-40)."""
    presence.connections.unregister(client_id)


def is_stale(known: Connection, message: Control) -> bool:
    """The same message again, or one sent before the stored one (CON-36, CON-37)."""
    return message.message_id == known.message_id or message.sent < known.sent


def tenant_of(tenants: ClientIdMap, client_id: str) -> Tenant:
    """The host's tenant, nobody where the lookup fails (CON-45)."""
    try:
        return tenants.tenant(client_id)
    except UnknownTenant as error:
        log.warning("no tenant for %s", error)
        return NOBODY

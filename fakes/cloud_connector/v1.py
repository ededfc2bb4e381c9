"""REST v1: tenants by account number (facts A5)."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from typing import Any

from fakes.cloud_connector import envelope, paging
from fakes.cloud_connector.auth import Principal
from fakes.cloud_connector.body import TEXT, Field, decode
from fakes.cloud_connector.connections import Connection, LookupFailed
from fakes.cloud_connector.connector import (
    Connector,
    Reply,
    check_directive,
    described,
    publish,
    reachable,
    send_data,
)
from fakes.cloud_connector.errors import ApiError, no_connection
from fakes.cloud_connector.tenants import org_of
from fakes.cloud_connector.topic import CONTROL

MESSAGE = {"account": TEXT, "recipient": TEXT, "directive": TEXT, "payload": Field(), "metadata": Field()}
NODE = {"account": TEXT, "node_id": TEXT}
RECONNECT = NODE | {"delay": Field(int, required=True), "message": Field(str)}
DISCONNECT = NODE | {"message": Field(str)}
DISCONNECTED = {"status": "disconnected"}
SHOWN = ("dispatchers", "canonical_facts", "tags")
BAD_PARAMETERS = "Unable to process input parameters"


def send_message(connector: Connector, principal: Principal, body: bytes) -> Reply:
    """`POST message` (CON-18). Raises ApiError."""
    wanted = decode(body, MESSAGE)
    check_account(principal, wanted["account"])
    check_directive(wanted["directive"])
    org_id = org_of(connector.config.accounts, wanted["account"])
    if org_id is None:
        raise no_connection()
    return send_data(connector, reachable(connector, org_id, wanted["recipient"]), wanted)


def connection_status(connector: Connector, principal: Principal, body: bytes) -> Reply:
    """`POST connection_status`: only for the caller's own account. Raises ApiError."""
    wanted = decode(body, NODE)
    check_account(principal, wanted["account"])
    return status_of(connector, wanted, relaxed=connector.config.relaxed_lookup)


def status(connector: Connector, body: bytes) -> Reply:
    """`POST connection/status`. Raises ApiError."""
    return status_of(connector, decode(body, NODE), relaxed=False)


def status_of(connector: Connector, wanted: dict[str, Any], *, relaxed: bool) -> Reply:
    """What is known of a node; any failed lookup means that it is disconnected."""
    org_id = org_of(connector.config.accounts, wanted["account"])
    if org_id is None:
        raise ApiError(400, "Unable to translate account to org_id")
    found = find(connector, org_id, wanted["node_id"], relaxed=relaxed)
    if found is None:
        return Reply(200, DISCONNECTED)
    return Reply(200, {"status": "connected"} | described(found, *SHOWN))


def ping(connector: Connector, body: bytes) -> Reply:
    """`POST connection/ping`: sends a ping and waits for no pong. Raises ApiError."""
    wanted = decode(body, NODE)
    found = node(connector, wanted)
    if found is None:
        return Reply(200, DISCONNECTED | {"payload": None})
    try:
        publish(connector, found.client_id, CONTROL, envelope.command("ping"))
    except OSError as error:
        raise ApiError(400, "Ping failed", str(error)) from error
    return Reply(200, {"status": "connected", "payload": None})


def reconnect(connector: Connector, body: bytes) -> Reply:
    """`POST connection/reconnect`; a delay of 0 counts as missing (CON-21). Raises ApiError."""
    wanted = decode(body, RECONNECT)
    if wanted["delay"] < 0:
        raise ApiError(400, "Delay field cannot be negative")
    order(connector, known_node(connector, wanted), envelope.reconnect(wanted["delay"]))
    return Reply(200, None)


def disconnect(connector: Connector, body: bytes) -> Reply:
    """`POST connection/disconnect`. Raises ApiError."""
    found = known_node(connector, decode(body, DISCONNECT))
    order(connector, found, envelope.command("disconnect"))
    return Reply(200, {})


def list_all(connector: Connector, query: Mapping[str, str]) -> Reply:
    """`GET connection`: client ids by account; limit and count are about hosts. Raises ApiError."""
    page = paging.read_page(query, BAD_PARAMETERS)
    rows, total = connector.connections.page(None, page.limit, page.offset)
    accounts: dict[str, list[str]] = {}
    for row in rows:
        accounts.setdefault(row.account, []).append(row.client_id)
    data = [{"account": account, "connections": ids} for account, ids in accounts.items()]
    return Reply(200, paging.paginated(f"{connector.config.base_path}/v1/connection", page, total, data))


def list_account(connector: Connector, account: str, query: Mapping[str, str]) -> Reply:
    """`GET connection/{account}`: client ids of one account. Raises ApiError."""
    page = paging.read_page(query, BAD_PARAMETERS)
    org_id = org_of(connector.config.accounts, account)
    if org_id is None:
        raise ApiError(400, BAD_PARAMETERS, "Unable to translate account to org_id")
    rows, total = connector.connections.page(org_id, page.limit, page.offset)
    path = f"{connector.config.base_path}/v1/connection/{account}"
    return Reply(200, paging.paginated(path, page, total, [row.client_id for row in rows]))


def check_account(principal: Principal, account: str) -> None:
    """Refuse a message for another account than the caller's (CON-18)."""
    if account != principal.account:
        raise ApiError(403, "Account mismatch")


def find(connector: Connector, org_id: str, client_id: str, *, relaxed: bool) -> Connection | None:
    """The host, None also where the lookup fails."""
    with contextlib.suppress(LookupFailed, sqlite3.Error):
        return connector.connections.find(org_id, client_id, relaxed=relaxed)
    return None


def node(connector: Connector, wanted: dict[str, Any]) -> Connection | None:
    """The host of an account, by the strict lookup."""
    return find(connector, org_of(connector.config.accounts, wanted["account"]) or "", wanted["node_id"], relaxed=False)


def known_node(connector: Connector, wanted: dict[str, Any]) -> Connection:
    """As `node`. Raises ApiError 400 where it is not there (CON-20)."""
    found = node(connector, wanted)
    if found is None:
        raise ApiError(400, f"No connection found for node ({wanted['account']}:{wanted['node_id']})")
    return found


def order(connector: Connector, host: Connection, command: envelope.Message) -> None:
    """Publish a command; whether that worked is of no interest."""
    with contextlib.suppress(OSError):
        publish(connector, host.client_id, CONTROL, command)

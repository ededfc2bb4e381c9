"""REST v2: tenants by organization (facts A4)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from fakes.cloud_connector import paging
from fakes.cloud_connector.auth import Principal
from fakes.cloud_connector.body import TEXT, Field, decode
from fakes.cloud_connector.connections import LookupFailed
from fakes.cloud_connector.connector import (
    Connector,
    Reply,
    check_directive,
    described,
    reachable,
    send_data,
)
from fakes.cloud_connector.errors import ApiError

MESSAGE = {"directive": TEXT, "payload": Field(), "metadata": Field()}
SHOWN = ("account", "org_id", "client_id", "canonical_facts", "dispatchers", "tags")


def send_message(connector: Connector, principal: Principal, client_id: str, body: bytes) -> Reply:
    """`POST connections/{client_id}/message` (CON-01). Raises ApiError."""
    wanted = decode(body, MESSAGE)
    check_directive(wanted["directive"])
    return send_data(connector, reachable(connector, principal.org_id, client_id), wanted)


def status(connector: Connector, principal: Principal, client_id: str) -> Reply:
    """`GET connections/{client_id}/status` (CON-14, CON-15). Raises ApiError."""
    try:
        found = connector.connections.find(principal.org_id, client_id, relaxed=connector.config.relaxed_lookup)
    except (LookupFailed, sqlite3.Error) as error:
        raise ApiError(404, "Unable to look the connection up", str(error)) from error
    if found is None:
        return Reply(200, {"status": "disconnected"})
    return Reply(200, {"status": "connected"} | described(found, *SHOWN))


def list_connections(connector: Connector, principal: Principal, query: Mapping[str, str]) -> Reply:
    """`GET connections` (CON-16); hosts of other organizations are never listed. Raises ApiError."""
    page = paging.read_page(query, "Invalid request")
    if not principal.org_id:
        raise ApiError(500, "Unable to look connections up", "no organization")
    rows, total = connector.connections.page(principal.org_id, page.limit, page.offset)
    path = f"{connector.config.base_path}/v2/connections"
    return Reply(200, paging.paginated(path, page, total, [described(row, *SHOWN) for row in rows]))

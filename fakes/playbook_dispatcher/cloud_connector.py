"""Calls to Cloud Connector (facts A.6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fakes.outbound import Outbound, Reply, Unreachable
from fakes.playbook_dispatcher.config import Config


class NotConnected(Exception):
    """The recipient is not connected."""


class CloudConnectorError(Exception):
    """Anything but the answers that Cloud Connector is known for."""


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to a recipient; every metadata value is a string."""

    directive: str
    metadata: Mapping[str, str]
    payload: str


class CloudConnector:
    """A client; sends every message at most once (SRV-027)."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._outbound = Outbound(config.cloud_connector_url, timeout=config.cloud_connector_timeout)

    def send(self, recipient: str, org_id: str, request_id: str, message: Message) -> str:
        """The id of the message sent. Raises NotConnected, CloudConnectorError."""
        body = json.dumps(
            {"directive": message.directive, "metadata": dict(message.metadata), "payload": message.payload},
            ensure_ascii=False,
        ).encode()
        reply = self._ask("POST", recipient, "message", org_id, request_id, body)
        if reply.status == 404:
            raise NotConnected(recipient)
        id_ = _field(reply, 201, "id")
        try:
            UUID(id_)
        except ValueError as error:
            raise CloudConnectorError(f"message id {id_!r} is not a UUID") from error
        return id_

    def connected(self, recipient: str, org_id: str, request_id: str) -> bool:
        """Whether the recipient is connected now. Raises CloudConnectorError."""
        status = _field(self._ask("GET", recipient, "status", org_id, request_id), 200, "status")
        if status not in ("connected", "disconnected"):
            raise CloudConnectorError(f"connection status {status!r}")
        return status == "connected"

    def close(self) -> None:
        """Close every connection."""
        self._outbound.close_all()

    def _ask(
        self, method: str, recipient: str, what: str, org_id: str, request_id: str, body: bytes | None = None
    ) -> Reply:
        headers = {
            "x-rh-cloud-connector-client-id": self._config.cloud_connector_client_id,
            "x-rh-cloud-connector-psk": self._config.cloud_connector_psk,
            "x-rh-cloud-connector-org-id": org_id,
            "x-rh-insights-request-id": request_id,
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self._outbound.request(
                method, f"/api/cloud-connector/v2/connections/{recipient}/{what}", headers=headers, body=body
            )
        except Unreachable as error:
            raise CloudConnectorError(str(error)) from error


def _field(reply: Reply, status: int, name: str) -> str:
    if reply.status != status or "json" not in reply.headers.get("content-type", ""):
        raise CloudConnectorError(f"answered {reply.status} {reply.headers.get('content-type')}")
    try:
        value: Any = json.loads(reply.body)
    except ValueError as error:
        raise CloudConnectorError("answered bad JSON") from error
    if not isinstance(value, dict) or not isinstance(value.get(name), str):
        raise CloudConnectorError(f"answered no {name}")
    return str(value[name])

"""Who calls: pre-shared keys and ``x-rh-identity`` (facts A.2)."""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

PSK = re.compile(r"PSK +([A-Za-z0-9]+)\Z")
PRINCIPALS = ("user", "serviceaccount")


class Refused(Exception):
    """A request that is not let in; ``text`` answers are plain text, others ``{"message"}``."""

    def __init__(self, status: int, message: str, *, text: bool = False) -> None:
        super().__init__(message)
        self.status, self.message, self.text = status, message, text


@dataclass(frozen=True, slots=True)
class Identity:
    """A decoded identity header; ``header`` is its text, for forwarding."""

    org_id: str
    type: str
    header: str


def service_of(authorization: str | None, keys: Mapping[str, str]) -> str:
    """The service that a pre-shared key names. Raises Refused (SRV-001)."""
    if not authorization:
        raise Refused(401, "Unauthorized")
    match = PSK.match(authorization)
    if match is None:
        raise Refused(401, "Unsupported authentication key format")
    if match[1] not in keys:
        raise Refused(403, "Forbidden")
    return keys[match[1]]


def identity_of(header: str | None) -> Identity:
    """Decode ``x-rh-identity``. Raises Refused (SRV-040)."""
    if not header:
        raise Refused(400, "Bad Request: missing x-rh-identity header\n", text=True)
    try:
        value = json.loads(b64decode(header))["identity"]
        org_id = value.get("org_id") or value.get("internal", {}).get("org_id")
    except (AttributeError, KeyError, TypeError, ValueError, binascii.Error):
        raise Refused(400, "Bad Request: unable to decode x-rh-identity header\n", text=True) from None
    if not isinstance(org_id, str) or not org_id:
        raise Refused(400, "Bad Request: x-rh-identity header has an invalid or missing org_id\n", text=True)
    return Identity(org_id, str(value.get("type", "")), header)


def require_principal(identity: Identity) -> None:
    """Only people and service accounts read the public API. Raises Refused."""
    if identity.type.lower() not in PRINCIPALS:
        raise Refused(403, f"unauthorized principal type: {identity.type}", text=True)

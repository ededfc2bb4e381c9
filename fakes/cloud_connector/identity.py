"""The `x-rh-identity` header (facts A3)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any


class BadIdentity(ValueError):
    """The header cannot be used; the text is the 400's body."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Bad Request: {reason}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the header says of the caller; what it leaves out is empty."""

    type: str
    org_id: str
    account: str


def read_identity(header: str) -> Identity:
    """The identity in the header. Raises BadIdentity (CON-13)."""
    try:
        document = json.loads(base64.b64decode(header, validate=True))
    except binascii.Error:
        raise BadIdentity("x-rh-identity is not base64") from None
    except (ValueError, RecursionError):
        raise BadIdentity("x-rh-identity is not JSON") from None
    found = document.get("identity") if isinstance(document, dict) else None
    if not isinstance(found, dict):
        raise BadIdentity("x-rh-identity holds no identity")
    internal = found.get("internal")
    nested = _text(internal, "org_id") if isinstance(internal, dict) else ""
    org_id = _text(found, "org_id") or nested
    identity = Identity(_text(found, "type"), org_id, _text(found, "account_number"))
    without_org = identity.type in ("Associate", "X509") and not identity.account
    if not identity.org_id and not without_org:
        raise BadIdentity("x-rh-identity has no org_id")
    if not identity.type:
        raise BadIdentity("x-rh-identity has no type")
    return identity


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if value is not None and not isinstance(value, str):
        raise BadIdentity(f"{name} in x-rh-identity is no string")
    return value or ""

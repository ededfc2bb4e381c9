"""Who calls: the `x-rh-identity` header, as the platform's Go services read it (facts A3, B2)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any


class BadIdentity(ValueError):
    """The header is missing or says too little; the text is the 400's body."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Bad Request: {reason}")


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller; `header` is the header verbatim."""

    header: str = ""
    account: str = ""
    org_id: str = ""
    type: str = ""


NOBODY = Identity()


def read_identity(header: str | None) -> Identity:
    """The identity in the header's value. Raises BadIdentity (ING-02)."""
    if not header:
        raise BadIdentity("x-rh-identity is missing")
    identity = _decode(header).get("identity")
    if not isinstance(identity, dict):
        raise BadIdentity("x-rh-identity holds no identity")
    internal = identity.get("internal")
    nested = _text(internal, "org_id") if isinstance(internal, dict) else ""
    org_id = _text(identity, "org_id") or nested
    found = Identity(header, _text(identity, "account_number"), org_id, _text(identity, "type"))
    without_org = found.type in ("Associate", "X509") and not found.account
    if not found.org_id and not without_org:
        raise BadIdentity("x-rh-identity has no org_id")
    if not found.type:
        raise BadIdentity("x-rh-identity has no type")
    return found


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if value is not None and not isinstance(value, str):
        raise BadIdentity(f"{name} in x-rh-identity is no string")
    return value or ""


def _decode(header: str) -> dict[str, Any]:
    try:
        document = json.loads(base64.b64decode(header, validate=True))
    except binascii.Error:
        raise BadIdentity("x-rh-identity is not base64") from None
    except (ValueError, RecursionError):
        raise BadIdentity("x-rh-identity is not JSON") from None
    if not isinstance(document, dict):
        raise BadIdentity("x-rh-identity is not a JSON object")
    return document

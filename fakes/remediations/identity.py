"""Who calls, by ``x-rh-identity`` (facts B.1)."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from dataclasses import dataclass

from fakes.remediations.errors import ApiError, forbidden


@dataclass(frozen=True, slots=True)
class Identity:
    """A decoded header; `username` is empty and `cn` set for a host's certificate."""

    org_id: str
    type: str
    header: str
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    cn: str = ""


def identity_of(header: str | None) -> Identity:
    """Decode `header`. Raises ApiError."""
    if not header:
        raise ApiError(401, "UNAUTHORIZED", "Request not properly authenticated")
    try:
        value = json.loads(b64decode(header))["identity"]
        type_, org_id = value.get("type", ""), str(value.get("org_id") or "")
        account = value.get("account_number")
        user = value.get({"User": "user", "ServiceAccount": "service_account"}.get(type_, ""), {})
        username, cn = str(user.get("username") or ""), str(value.get("system", {}).get("cn") or "")
        names = str(user.get("first_name") or ""), str(user.get("last_name") or "")
    except (AttributeError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise ApiError(400, "IDENTITY_HEADER", "Invalid identity header", {"message": str(error)}) from None
    if not org_id and not account:
        raise ApiError(401, "UNAUTHORIZED", "Request not properly authenticated")
    if type_ in ("User", "ServiceAccount") and not username:
        raise forbidden("The identity has no user name")
    return Identity(org_id, type_, header, username, *names, cn=cn)


def require_user(identity: Identity) -> None:
    """Only people and service accounts; a host's certificate opens the playbook alone. Raises ApiError."""
    if identity.type not in ("User", "ServiceAccount"):
        raise forbidden(f"Identities of type {identity.type!r} have no access here")

"""What the platform's edge does to a request's head: it says who the client is, and lets nobody else say it."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any
from uuid import uuid4

import orjson

from hopcheck.taps.http.admission import Admission, Denial
from hopcheck.taps.http.head import RequestHead, fields, request_head

IDENTITY = "x-rh-identity"
REQUEST_ID = "x-rh-insights-request-id"
PING = "/apicast-tests/ping"
"""What the platform's edge answers by itself, whoever is behind it."""
_PONG = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nPONG"
_EDGE_ONLY = "x-rh-"
_CREDENTIALS = ("password", "org_id", "account_number")


class Gateway:
    """Authenticates by client certificate or HTTP Basic.

    ``hosts``: certificate's common name -> ``org_id``, ``account_number``. ``users``: username -> ``password``,
    ``org_id``, ``account_number`` and the members of ``identity.user`` (``email``, ``first_name``, ``last_name``,
    ``is_org_admin`` …). Both are read at each request and may grow while the gateway is in use.
    """

    def __init__(
        self,
        hosts: MutableMapping[str, Mapping[str, Any]] | None = None,
        users: MutableMapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.hosts = {} if hosts is None else hosts
        self.users = {} if users is None else users

    def admit(self, head: RequestHead, client_cn: str | None) -> Admission | Denial:
        """Judge a request by its head and its client certificate's common name."""
        if head.values("transfer-encoding") and (head.values("content-length") or head.version == "1.0"):
            # Two readers could disagree where such a request ends, and what hides in the difference is not judged.
            return _denial(head, 400, "Bad Request", "ambiguous body length")
        drop = {name for name, _ in head.headers if name.replace("_", "-").startswith(_EDGE_ONLY)}
        forged = tuple(dict.fromkeys(name for name, _ in head.headers if name in drop))
        identity = None
        if client_cn is not None and client_cn in self.hosts:
            identity = system_identity(client_cn, self.hosts[client_cn])
        elif (username := self._basic(head)) is not None:
            identity = user_identity(username, self.users[username])
            drop.add("authorization")
        if identity is None:
            return _denial(head, 401, "Unauthorized", "no known client certificate and no valid credentials")
        if head.method == "GET" and head.target.endswith(PING):
            return Denial(200, "OK", _PONG)
        own = (
            (IDENTITY, b64encode(orjson.dumps({"identity": identity})).decode()),
            (REQUEST_ID, str(uuid4())),
        )
        return Admission(request_head(edited(head.raw, drop, own)), forged)

    def _basic(self, head: RequestHead) -> str | None:
        credentials = head.values("authorization")
        if len(credentials) != 1:
            return None
        scheme, _, token = credentials[0].partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            username, colon, password = b64decode(token.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        user = self.users.get(username)
        if not colon or user is None:
            return None
        return username if hmac.compare_digest(str(user["password"]).encode(), password.encode()) else None


def system_identity(cn: str, tenant: Mapping[str, Any]) -> dict[str, Any]:
    """The identity of a host that showed a certificate for ``cn``."""
    return _tenancy(tenant, "cert-auth") | {"type": "System", "system": {"cn": cn, "cert_type": "system"}}


def user_identity(username: str, user: Mapping[str, Any]) -> dict[str, Any]:
    """The identity of a user who gave the password."""
    public = {name: value for name, value in user.items() if name not in _CREDENTIALS}
    return _tenancy(user, "basic-auth") | {"type": "User", "user": {"username": username} | public}


def edited(raw: bytes, drop: set[str], own: Sequence[tuple[str, str]]) -> bytes:
    """A head without the fields named in ``drop`` and with ``own`` ones at the end; no other change."""
    kept = [part for part in fields(raw) if part.partition(b":")[0].decode("latin-1").lower() not in drop]
    return b"".join([*kept[:-1], *(f"{name}: {value}\r\n".encode() for name, value in own), kept[-1]])


def _tenancy(tenant: Mapping[str, Any], auth_type: str) -> dict[str, Any]:
    org_id, account = tenant["org_id"], tenant.get("account_number")
    known = {"org_id": org_id, "internal": {"org_id": org_id, "auth_type": auth_type}}
    return known if account is None else {"account_number": account} | known


def _denial(head: RequestHead, status: int, reason: str, detail: str) -> Denial:
    body = orjson.dumps({"errors": [{"status": status, "title": reason, "detail": detail}]})
    challenge = 'WWW-Authenticate: Basic realm="gateway"\r\n' if status == 401 else ""
    answer = (
        f"HTTP/1.1 {status} {reason}\r\n{challenge}Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    return Denial(status, reason, answer if head.method == "HEAD" else answer + body)

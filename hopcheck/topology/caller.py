"""The kit as a caller of its own: plays a case against a role, through a tap."""

from __future__ import annotations

import base64
import copy
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from string import Template
from typing import Any

from hopcheck.checks.cases import HEADER, Case
from hopcheck.topology.facts import BUCKET, DENIED_ORG, EXECUTOR, READER, S3_KEY, UNKNOWN_RIGHTS
from hopcheck.topology.identity import Identity
from hopcheck.topology.roles import Secrets
from hopcheck.topology.settings import OTHER_ACCOUNT, OTHER_ORG, Settings

BOUNDARY = "hopcheck-case"
CASES = {
    "playbook-dispatcher": "dispatcher",
    "cloud-connector": "cloud_connector",
    "ingress": "ingress",
    "remediations": "remediations",
    "s3": "s3",
    "platform": "platform",
}
"""The roles that cases are played against, with the name of their port."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the kit was answered."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON. Raises ValueError where it is none."""
        return json.loads(self.body)


class Caller:
    """Asks on ports of this machine, by role."""

    def __init__(self, ports: Mapping[str, int], timeout_s: float) -> None:
        self._ports = ports
        self._timeout_s = timeout_s

    def ask(self, case: Case, values: Mapping[str, str]) -> None:
        """Send the case's request and read the answer, which taps see. Raises OSError where nobody answers.

        ``values`` fill its ``${…}``, beside a new ``request`` id and the id of a ``stranger``.
        """
        self.send(case.role, case.request or {}, values, {HEADER: case.id})

    def send(
        self, role: str, request: Mapping[str, Any], values: Mapping[str, str], own: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request as cases have it, with headers of ``own`` besides. Raises OSError where nobody answers.

        ``sign`` and ``presign`` are the keys (access key, secret key) that sign it, in its headers or its path.
        """
        filled_in = filled(request, {"request": uuid.uuid4().hex, "stranger": str(uuid.uuid4()), **values})
        body, kind = body_of(filled_in)
        headers = {**({} if kind is None else {"content-type": kind}), **filled_in.get("headers", {})}
        if {"sign", "presign"} & set(filled_in):
            # Storage alone wants it, and the library takes its time to load.
            from hopcheck.topology import aws

            method, url = filled_in["method"], f"http://127.0.0.1:{self._ports[role]}{filled_in['path']}"
            if "sign" in filled_in:
                headers = {**aws.signed(method, url, body, headers, filled_in["sign"])}
            else:
                filled_in["path"] = aws.presigned(method, url, filled_in["presign"])
        headers = {**(own or {}), **headers}
        connection = HTTPConnection("127.0.0.1", self._ports[role], timeout=self._timeout_s)
        try:
            connection.request(filled_in["method"], filled_in["path"], body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        except HTTPException as error:
            raise ConnectionError(f"{role} did not answer {filled_in['path']}: {error!r}") from error
        finally:
            connection.close()


def values(settings: Settings, secrets: Secrets, identity: Identity, plan: str) -> dict[str, str]:
    """What ``${…}`` stands for in cases, with a connected host and a plan for theirs."""
    org, account = settings.org_id, settings.account
    return {
        "dispatcher_psk": secrets.dispatcher_psk,
        "connector_psk": secrets.connector_psk,
        "s3_key": S3_KEY,
        "s3_secret": secrets.s3_secret,
        "bucket": BUCKET,
        "org": org,
        "account": account,
        "other_org": OTHER_ORG,
        "other_account": OTHER_ACCOUNT,
        "host": identity.client_id,
        "system": identity.inventory_id,
        "plan": plan,
        "user": as_user(org, account, settings.username),
        "other_user": as_user(OTHER_ORG, "", "stranger"),
        "reader": as_user(org, account, READER),
        "executor": as_user(org, account, EXECUTOR),
        "unknown_rights": as_user(org, account, UNKNOWN_RIGHTS),
        "denied_user": as_user(DENIED_ORG, "", "stranger"),
        "host_identity": as_system(org, account, identity.client_id),
        "other_host": as_system(org, account, str(uuid.uuid4())),
    }


def filled(node: Any, values: Mapping[str, str]) -> Any:
    """A copy with every ``${…}`` replaced. Raises KeyError for one that nobody knows."""
    if isinstance(node, str):
        return Template(node).substitute(values)
    if isinstance(node, Mapping):
        return {key: filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [filled(value, values) for value in node]
    return node


def body_of(request: Mapping[str, Any]) -> tuple[bytes | None, str | None]:
    """A request's body and its content type: of ``json``, ``text`` or ``parts`` {name: [file name, type, content]}.

    ``times`` repeats the one item of the JSON list, or of the one list in it; ``without`` leaves a member out of it.
    """
    if "parts" in request:
        return _form(request["parts"]), f"multipart/form-data; boundary={BOUNDARY}"
    if "text" in request:
        return request["text"].encode(), None
    if "json" not in request:
        return None, None
    value = copy.deepcopy(request["json"])
    items = value if isinstance(value, list) else next((v for v in value.values() if isinstance(v, list)), [])
    if "without" in request:
        del items[0][request["without"]]
    items *= request.get("times", 1)
    return json.dumps(value).encode(), "application/json"


def as_user(org_id: str, account: str, name: str) -> str:
    """The x-rh-identity header of a user."""
    user = {"username": name, "email": f"{name}@example.com", "first_name": "", "last_name": ""}
    own = {"type": "User", "auth_type": "basic-auth", "user": {**user, "is_active": True, "is_org_admin": True}}
    return _identity(org_id, account, own)


def as_system(org_id: str, account: str, client_id: str) -> str:
    """The x-rh-identity header of a host."""
    own = {"type": "System", "auth_type": "cert-auth", "system": {"cn": client_id, "cert_type": "system"}}
    return _identity(org_id, account, own)


def _identity(org_id: str, account: str, own: Mapping[str, Any]) -> str:
    whole = {"org_id": org_id, "account_number": account, "internal": {"org_id": org_id}, **own}
    return base64.b64encode(json.dumps({"identity": whole}).encode()).decode()


def _form(parts: Mapping[str, Sequence[Any]]) -> bytes:
    """A multipart body; a part without content is an empty JSON object, one without a file name a plain value."""
    form = b""
    for name, (filename, kind, *content) in parts.items():
        disposition = f'form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"')
        form += f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n".encode()
        [text] = content or ["{}"]
        form += (text if isinstance(text, bytes) else text.encode()) + b"\r\n"
    return form + f"--{BOUNDARY}--\r\n".encode()

"""Whose an account, an org id or a host's certificate is (facts A3, A10 of the connector)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def translate(pairs: Mapping[str, str], asked: Iterable[str]) -> dict[str, str]:
    """Those of `asked` that `pairs` knows, each with its other name; the unknown are left out."""
    return {name: pairs[name] for name in asked if name in pairs}


def org_ids(file: Path | None) -> dict[str, str]:
    """Account to org id, by a JSON file that is read on each request. Raises OSError, ValueError."""
    return {} if file is None else dict(json.loads(file.read_bytes()))


def accounts(file: Path | None) -> dict[str, str]:
    """Org id to account."""
    return {org_id: account for account, org_id in org_ids(file).items()}


def identity_of(file: Path | None, client_id: str) -> str | None:
    """The ``x-rh-identity`` of a host's certificate, by Cloud Connector's own map of clients; None for a stranger."""
    clients: dict[str, dict[str, Any]] = {} if file is None else json.loads(file.read_bytes())
    found = clients.get(client_id, {})
    if "orgId" not in found:
        return None
    identity = {
        "account_number": found.get("accountId", ""),
        "auth_type": "cert-auth",
        "type": "System",
        "internal": {"org_id": found["orgId"]},
        "system": {"cn": client_id, "cert_type": "system"},
    }
    return b64encode(json.dumps({"identity": identity}).encode()).decode()

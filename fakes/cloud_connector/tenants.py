"""Which organization a host belongs to: the map file (facts A10)."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class UnknownTenant(LookupError):
    """Nobody can say whose host this is."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organization and its account number."""

    org_id: str
    account: str


class ClientIdMap:
    """A JSON file: client id to {`accountId`, `orgId`} or {`error`}; read again when it changed.

    Raises OSError or ValueError where the file cannot be read at first.
    """

    def __init__(self, path: Path, default: Tenant) -> None:
        self._path, self._default = path, default
        self._lock = threading.Lock()
        self._stamp: tuple[int, ...] = ()
        self._entries: Mapping[str, Any] = {}
        self._refresh()

    def tenant(self, client_id: str) -> Tenant:
        """The host's tenant, the default one for a host that is not listed. Raises UnknownTenant."""
        with self._lock:
            try:
                self._refresh()
            except (OSError, ValueError) as error:
                raise UnknownTenant(f"{self._path}: {error}") from error
            entry = self._entries.get(client_id)
        if entry is None:
            return self._default
        if not isinstance(entry, dict) or entry.get("error"):
            raise UnknownTenant(f"{client_id}: {entry}")
        return Tenant(str(entry.get("orgId") or ""), str(entry.get("accountId") or ""))

    def _refresh(self) -> None:
        status = os.stat(self._path)
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp == self._stamp:
            return
        entries = json.loads(self._path.read_bytes())
        if not isinstance(entries, dict):
            raise ValueError("no JSON object")
        self._stamp, self._entries = stamp, entries


def org_of(accounts: Mapping[str, str], account: str) -> str | None:
    """The organization with that account number; `accounts` maps organizations to accounts."""
    return next((org for org, number in accounts.items() if number == account and account), None)

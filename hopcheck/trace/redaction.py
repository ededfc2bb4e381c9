"""Secrets leave no tap in clear: each becomes a keyed digest, so that equality can still be judged."""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from hopcheck.trace import document

MARK = "hmac:"
IDENTITIES = 256
HEADERS = 1024
HEADER_LIMIT = 2048
SECRET_HEADERS = frozenset(
    {
        "authorization",
        "cookie",
        "set-cookie",
        "x-rh-cloud-connector-psk",
        "proxy-authorization",
    }
)
IDENTITY_NAMES = frozenset({"x-rh-identity", "b64_identity"})
SECRET_NAMES = frozenset({"password", "psk", "secret", "token", "key"})
_NAMES = IDENTITY_NAMES | SECRET_NAMES
_NAMED = re.compile(rf'("(?:{"|".join(sorted(IDENTITY_NAMES))})"\s*:\s*")([^"]+)')
_PRESIGNED = re.compile(r"(https?://[^\s\"'?]+)\?([^\s\"']*[Xx]-[Aa]mz-[Ss]ignature=[^\s\"']*)")
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.S)


class Redactor:
    """Replaces secrets by ``hmac:<hex>`` under the run's key; knows headers, identities, presigned URLs.

    ``secrets`` are further values (PSKs, passwords) that must not appear anywhere.
    """

    def __init__(self, key: bytes, secrets: Iterable[str] = ()) -> None:
        self._key = key
        # A run has a few identities and sends each of them hundreds of times.
        self._identities: dict[str, dict[str, Any]] = {}
        # So it is with most of its headers.
        self._headers: dict[tuple[str, str], list[Any]] = {}
        self._secrets = sorted({s for s in secrets if len(s) >= 8}, key=len, reverse=True)
        self._hints = [
            b"b64_identity",
            b"x-rh-identity",
            b"ignature=",
            b"PRIVATE KEY",
            *(s.encode() for s in self._secrets),
        ]
        # Most texts of a trace are shorter than anything that could be a secret in them.
        self._shortest = min(len("ignature="), *(len(s) for s in self._secrets), len("PRIVATE KEY"))

    def digest(self, value: str) -> str:
        """The keyed digest that stands for ``value``; equal values have equal digests within a run."""
        return MARK + hmac.digest(self._key, value.encode(), "sha256").hex()[:32]

    def identity(self, value: str) -> dict[str, Any]:
        """An ``x-rh-identity`` value as its digest beside its decoded structure (None where undecodable).

        Equal values give the same object: it is to be read only.
        """
        known = self._identities.get(value)
        if known is not None:
            return known
        try:
            decoded = document.read(b64decode(value, validate=True))
        except ValueError:
            decoded = None
        told = {"digest": self.digest(value), "decoded": decoded}
        if len(self._identities) < IDENTITIES:
            self._identities[value] = told
        return told

    def query(self, pairs: list[list[str]]) -> list[list[str]]:
        """Query pairs; the values of a presigned query are replaced, all but lifetime and date."""
        for name, _ in pairs:
            if len(name) == 15 and name.lower() == "x-amz-signature":
                break
        else:
            return pairs
        return [
            [name, value if name.lower() in ("x-amz-expires", "x-amz-date", "x-amz-algorithm") else self.digest(value)]
            for name, value in pairs
        ]

    def text(self, value: str) -> str:
        """Free text with presigned queries, private keys and the known secrets replaced."""
        if len(value) < self._shortest:
            return value
        if "ignature=" in value:
            value = _PRESIGNED.sub(lambda m: f"{m[1]}?{self.digest(m[2])}", value)
        if "PRIVATE KEY" in value:
            value = _PEM.sub(lambda m: self.digest(m[0]), value)
        for secret in self._secrets:
            if secret in value:
                value = value.replace(secret, self.digest(secret))
        return value

    def headers(self, pairs: Iterable[Sequence[str]]) -> list[list[Any]]:
        """Header pairs; names are lower case already. Equal pairs give the same list: it is to be read only."""
        out: list[list[Any]] = []
        known = self._headers
        for name, value in pairs:
            shown = known.get((name, value))
            if shown is None:
                shown = self._header(name, value)
                if len(value) <= HEADER_LIMIT:
                    if len(known) >= HEADERS:
                        known.clear()
                    known[name, value] = shown
            out.append(shown)
        return out

    def _header(self, name: str, value: str) -> list[Any]:
        if name in IDENTITY_NAMES:
            return [name, self.identity(value)]
        if name in SECRET_HEADERS:
            scheme, _, rest = value.partition(" ")
            return [name, f"{scheme} {self.digest(rest)}" if rest else self.digest(value)]
        return [name, self.text(value)]

    def value(self, value: Any, name: str = "") -> Any:
        """Any JSON value; strings under a secret name become digests."""
        if isinstance(value, str):
            if name in IDENTITY_NAMES:
                return self.identity(value)
            return self.digest(value) if name in SECRET_NAMES else self.text(value)
        if isinstance(value, dict):
            return {k: self.value(v, k if isinstance(k, str) else "") for k, v in value.items()}
        if isinstance(value, list):
            return [self.value(v, "") for v in value]
        return value

    def payload(self, data: bytes) -> bytes:
        """A payload: JSON by its names, all else by patterns; what has no secret keeps its bytes."""
        for hint in self._hints:
            if hint in data:
                break
        else:
            return data
        try:
            return orjson.dumps(self.value(document.read(data)))
        except orjson.JSONDecodeError:
            pass
        try:
            text, coding = data.decode(), "utf-8"
        except UnicodeDecodeError:
            # Which gives any bytes back as they were.
            text, coding = data.decode("latin-1"), "latin-1"
        # What nobody can read as JSON may still name an identity.
        return _NAMED.sub(lambda match: match[1] + self.digest(match[2]), self.text(text)).encode(coding)

    def attrs(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The attributes of any protocol's event."""
        out: dict[str, Any] = {}
        for name, value in attrs.items():
            kind = type(value)
            if kind is str:
                if len(value) < self._shortest and name not in _NAMES:
                    out[name] = value
                elif name == "target":
                    out[name] = self._target(value)
                else:
                    out[name] = value if name == "key" else self.value(value, name)
            elif value is None or kind is bool or kind is int or name == "key":
                out[name] = value
            elif name == "headers":
                out[name] = self.headers(value)
            elif name == "query" and isinstance(value, list):
                out[name] = self.query(value)
            else:
                out[name] = self.value(value, name)
        return out

    def _target(self, value: str) -> str:
        path, mark, query = value.partition("?")
        return f"{path}?{self.digest(query)}" if mark and "ignature=" in query else value

"""One certificate authority per run; a host's CN is its client id."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key, PEM files."""

    cert: Path
    key: Path


class Authority:
    """Issues the run's server and client certificates below ``directory`` (private keys mode 0600)."""

    def __init__(self, directory: Path) -> None:
        self._ca = trustme.CA(key_type=trustme.KeyType.ECDSA)
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.bundle = directory / "ca.pem"
        self._ca.cert_pem.write_to_path(self.bundle)

    def issue(self, name: str, *identities: str, until: datetime | None = None) -> Pair:
        """A pair with CN ``name``, valid for ``identities`` (default: the name itself) and ``until`` then."""
        key = trustme.KeyType.ECDSA
        leaf = self._ca.issue_cert(*(identities or (name,)), common_name=name, not_after=until, key_type=key)
        pair = Pair(self._directory / f"{name}.cert.pem", self._directory / f"{name}.key.pem")
        pair.cert.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
        pair.key.touch(mode=0o600)
        pair.key.write_bytes(leaf.private_key_pem.bytes())
        return pair

    def server_context(self, pair: Pair, *, client_certificates: bool) -> ssl.SSLContext:
        """Server side of a tap; with ``client_certificates`` a peer without one of ours is refused.

        TLS 1.2 is accepted, so that who speaks it is seen and judged.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(pair.cert, pair.key)
        if client_certificates:
            context.load_verify_locations(self.bundle)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client_context(self, pair: Pair | None = None) -> ssl.SSLContext:
        """Client side that trusts this authority only, with ``pair`` as its certificate."""
        context = ssl.create_default_context(cafile=str(self.bundle))
        if pair is not None:
            context.load_cert_chain(pair.cert, pair.key)
        return context

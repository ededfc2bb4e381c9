"""Who the host is: its client id and its TLS identity."""

from __future__ import annotations

import secrets
import ssl
import string
from pathlib import Path

from fakes.rhc.config import Config

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_COMMON_NAME = b"\x55\x04\x03"


def client_id(config: Config, state_dir: Path) -> str:
    """The option, else the stored id, else a new one of 64 letters (H-007).

    A certificate's CN goes into the stored file first. Raises OSError and ValueError for a bad certificate.
    """
    file = state_dir / "client-id"
    if config.cert_file:
        _store(file, common_name(Path(config.cert_file)))
    if config.client_id:
        return config.client_id
    if not file.exists():
        _store(file, "".join(secrets.choice(string.ascii_letters) for _ in range(64)))
    return file.read_text()


def common_name(certificate: Path) -> str:
    """CN of a certificate's subject: PEM where the name ends in ``.pem``, DER elsewhere. Raises ValueError."""
    content = certificate.read_bytes()
    try:
        if certificate.suffix == ".pem":
            text = content.decode("ascii")
            content = ssl.PEM_cert_to_DER_cert(text[text.index(_BEGIN) : text.index(_END) + len(_END)])
        ((_, body),) = _elements(content)
        fields = [value for tag, value in _elements(_elements(body)[0][1]) if tag != 0xA0]
        # serial, signature algorithm, issuer, validity, subject
        for _, rdn in _elements(fields[4]):
            for _, pair in _elements(rdn):
                (_, oid), (_, value) = _elements(pair)
                if oid == _COMMON_NAME:
                    return value.decode()
    except (IndexError, ValueError) as error:
        raise ValueError(f"{certificate}: not an X.509 certificate") from error
    raise ValueError(f"{certificate}: subject has no CN")


def tls_context(config: Config) -> ssl.SSLContext:
    """Client side of MQTT and HTTP alike: TLS 1.3, system CAs plus ``ca-root`` (H-008). Raises OSError."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    for root in config.ca_root:
        context.load_verify_locations(root)
    if config.cert_file and config.key_file:
        context.load_cert_chain(config.cert_file, config.key_file)
    return context


def files(config: Config) -> list[Path]:
    """The files that `tls_context` reads: a change of one makes a new identity."""
    return [Path(file) for file in (*config.ca_root, config.cert_file, config.key_file) if file]


def _store(file: Path, text: str) -> None:
    file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)


def _elements(content: bytes) -> list[tuple[int, bytes]]:
    """Tag and value of each DER element in a row."""
    found, at = [], 0
    while at < len(content):
        tag, size = content[at], content[at + 1]
        at += 2
        if size & 0x80:
            width = size & 0x7F
            size = int.from_bytes(content[at : at + width], "big")
            at += width
        if at + size > len(content):
            raise ValueError("truncated")
        found.append((tag, content[at : at + size]))
        at += size
    return found

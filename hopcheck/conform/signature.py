"""Signatures with a key of the user's: Ed25519, ECDSA on P-256, RSA."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey
KINDS = "Ed25519, ECDSA on P-256, or RSA of at least 2048 bits"
RSA_BITS = 2048


class UnusableKey(ValueError):
    """A file that is no usable key; the text says why and what is."""


def private_key(file: Path) -> PrivateKey:
    """A private key in PEM. Raises `UnusableKey`."""
    data = _read(file)
    try:
        key = load_pem_private_key(data, password=None)
    except TypeError:
        raise UnusableKey(f"{file}: the key is encrypted; take its passphrase off with openssl pkey") from None
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey(f"{file}: no private key in PEM; take {KINDS}") from None
    if not isinstance(key, PrivateKey) or algorithm(key.public_key()) is None:
        raise UnusableKey(f"{file}: a key of a kind that is not taken; take {KINDS}")
    return key


def public_key(file: Path) -> PublicKey:
    """A public key in PEM. Raises `UnusableKey`."""
    return _public(_read(file), str(file))


def algorithm(key: PublicKey) -> str | None:
    """How a key signs, None where it is not taken."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ECDSA P-256 SHA-256" if isinstance(key.curve, ec.SECP256R1) else None
    return "RSASSA-PKCS1-v1_5 SHA-256" if key.key_size >= RSA_BITS else None


def fingerprint(key: PublicKey) -> str:
    """SHA-256 of the key's SubjectPublicKeyInfo in DER, hexadecimal."""
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def sign(key: PrivateKey, data: bytes) -> dict[str, str]:
    """The signature, with all that is needed to check it but trust in the key."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        value = key.sign(data)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        value = key.sign(data, ec.ECDSA(hashes.SHA256()))
    else:
        value = key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    public = key.public_key()
    return {
        "algorithm": str(algorithm(public)),
        "public_key": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "fingerprint": fingerprint(public),
        "value": b64encode(value).decode(),
    }


def wrong(signature: Mapping[str, Any], data: bytes, trusted: PublicKey | None) -> str | None:
    """What is wrong with a signature, None where nothing is. It is checked with the trusted key, or else its own."""
    try:
        own = _public(str(signature["public_key"]).encode(), "the certificate's public key")
        value = b64decode(str(signature["value"]), validate=True)
    except KeyError as missing:
        return f"the signature has no {missing}"
    except ValueError as error:
        return f"the signature cannot be read: {error}"
    if signature.get("fingerprint") != fingerprint(own) or signature.get("algorithm") != algorithm(own):
        return "the signature's fingerprint or algorithm is not that of its public key"
    if trusted is not None and fingerprint(trusted) != fingerprint(own):
        return f"signed with another key: {fingerprint(own)} instead of {fingerprint(trusted)}"
    try:
        _check(own, value, data)
    except InvalidSignature:
        return "the signature is invalid: the certificate was changed after it was signed"
    return None


def _check(key: PublicKey, value: bytes, data: bytes) -> None:
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(value, data)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, data, ec.ECDSA(hashes.SHA256()))
    else:
        key.verify(value, data, padding.PKCS1v15(), hashes.SHA256())


def _public(data: bytes, where: str) -> PublicKey:
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey(f"{where}: no public key in PEM") from None
    if not isinstance(key, PublicKey) or algorithm(key) is None:
        raise UnusableKey(f"{where}: a key of a kind that is not taken; take {KINDS}")
    return key


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnusableKey(f"{file}: {error.strerror}") from None

"""A schema at its place in the contracts, compiled."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error

import jsonschema_rs

from hopcheck.checks.contracts.breach import ContractError
from hopcheck.checks.contracts.documents import BASE, Documents, Pointer, place


def compiled(documents: Documents, name: str, pointer: Pointer) -> jsonschema_rs.Draft202012Validator:
    """The validator of the schema at ``pointer`` of document ``name``; formats are asserted.

    Raises `ContractError` with file and place where a format is unknown or a reference leads nowhere.
    """
    try:
        return jsonschema_rs.Draft202012Validator(
            {"$ref": BASE + name + _fragment(pointer)},
            registry=documents.registry,
            validate_formats=True,
            ignore_unknown_formats=False,
            formats=_FORMATS,
            offline=True,
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        message = error.message.splitlines()[0].replace(BASE, "")
        raise ContractError(f"{name}: {place(pointer)}: {message}") from error


def _fragment(pointer: Pointer) -> str:
    escaped = place(pointer)[1:]
    return "#" + "".join(f"%{ord(c):02X}" if c in '{}<>[]%" ^|`\\' else c for c in escaped)


def _byte(value: str) -> bool:
    try:
        b64decode(value, validate=True)
    except (Base64Error, ValueError):
        return False
    return True


_FORMATS = {"byte": _byte}

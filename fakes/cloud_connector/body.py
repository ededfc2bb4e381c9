"""Request bodies: the real service's decoding rules (facts A2)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakes.cloud_connector.errors import ApiError

LIMIT = 1_048_576
TITLE = "Unable to process json input"


@dataclass(frozen=True, slots=True)
class Field:
    """A member: its JSON type, None for any; a required one must not be zero or empty either."""

    kind: type[str] | type[int] | None = None
    required: bool = False


TEXT = Field(str, required=True)
Shape = Mapping[str, Field]


def decode(body: bytes, shape: Shape) -> dict[str, Any]:
    """The members that `shape` names; others are dropped, absent ones None. Raises ApiError (CON-06, CON-08)."""
    document, rest = first_value(body)
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise malformed()
    for name, field in shape.items():
        value = document.get(name)
        if field.kind and value is not None and type(value) is not field.kind:
            raise malformed()
        if field.kind is int and value is not None and not -(2**63) <= value < 2**63:
            raise malformed()
    if any(field.required and not document.get(name) for name, field in shape.items()):
        raise ApiError(400, TITLE, "Request body is missing required fields")
    if rest:
        raise ApiError(400, TITLE, "Request body must only contain one json object")
    return {name: document.get(name) for name in shape}


def first_value(body: bytes) -> tuple[Any, str]:
    """The first JSON value and what follows it. Raises ApiError."""
    if len(body) > LIMIT:
        raise malformed()
    text = body.decode("utf-8", "replace").lstrip(" \t\r\n")
    try:
        value, end = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite).raw_decode(text)
    except (ValueError, RecursionError):
        raise malformed() from None
    return value, text[end:].strip(" \t\r\n")


def malformed() -> ApiError:
    """400 for a body that is not the JSON it should be."""
    return ApiError(400, TITLE, "Request body includes malformed json")


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(text)
    return value

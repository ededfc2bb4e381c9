from __future__ import annotations

import pytest

from fakes.cloud_connector.body import LIMIT, TEXT, Field, decode
from fakes.cloud_connector.errors import ApiError

SHAPE = {"directive": TEXT, "delay": Field(int), "payload": Field()}
ABSENT = {"directive": "d", "delay": None, "payload": None}


def test_known_members_only():
    assert decode(b' {"directive": "d", "delay": 1, "payload": [1.5], "x": 1}\n', SHAPE) == (
        {"directive": "d", "delay": 1, "payload": [1.5]}
    )
    assert decode(b'{"directive": "d"}', SHAPE) == ABSENT


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "Request body includes malformed json"),
        (b"{", "Request body includes malformed json"),
        (b"[]", "Request body includes malformed json"),
        (b'{"directive": 1}', "Request body includes malformed json"),
        (b'{"directive": "d", "delay": true}', "Request body includes malformed json"),
        (b'{"directive": "d", "payload": NaN}', "Request body includes malformed json"),
        (b'{"directive": "d", "payload": 1e999}', "Request body includes malformed json"),
        (b"[" * 100_000, "Request body includes malformed json"),
        (b"{}", "Request body is missing required fields"),
        (b"null", "Request body is missing required fields"),
        (b'{"directive": ""} {}', "Request body is missing required fields"),
        (b'{"directive": "d"} {}', "Request body must only contain one json object"),
        (b'{"directive": "d"}x', "Request body must only contain one json object"),
    ],
)
def test_refused(body, detail):
    with pytest.raises(ApiError) as refused:
        decode(body, SHAPE)
    assert refused.value.document() == {"title": "Unable to process json input", "status": 400, "detail": detail}


def test_limit_is_inclusive():
    body = b'{"directive": "d"}'
    assert decode(body + b" " * (LIMIT - len(body)), SHAPE) == ABSENT
    with pytest.raises(ApiError, match="malformed"):
        decode(body + b" " * (LIMIT + 1 - len(body)), SHAPE)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
def test_a_whole_number_has_64_bits(number):
    shape = {"delay": Field(int)}
    with pytest.raises(ApiError):
        decode(b'{"delay": %d}' % number, shape)
    assert decode(b'{"delay": 1, "of no interest": %d}' % number, shape) == {"delay": 1}

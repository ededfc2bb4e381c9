from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fakes.ingress.metadata import parse

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ALWAYS = {"reporter": "ingress", "stale_timestamp": "2026-01-31T00:00:00Z"}


def test_known_fields_are_kept_and_stamped():
    part = b'{"fqdn": "a", "ip_addresses": ["::1"], "custom_metadata": {"k": "v"}, "other": 1, "account": ""}'
    assert parse(part, NOW) == {"fqdn": "a", "ip_addresses": ["::1"], "custom_metadata": {"k": "v"}} | ALWAYS


@pytest.mark.parametrize("part", [b"{}", b"null", b'{"fqdn": null, "reporter": "x"}'])
def test_little_metadata_is_metadata(part):
    assert parse(part, NOW) == ALWAYS


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b'{"fqdn": 1}',
        b'{"mac_addresses": "a"}',
        b'{"mac_addresses": [1]}',
        b'{"custom_metadata": {"a": 1}}',
        b"\xff",
    ],
)
def test_unparsable(part):
    assert parse(part, NOW) is None

from __future__ import annotations

import pytest

from fakes.ingress.content_type import Route, route


@pytest.mark.parametrize(
    ("content_type", "service", "category"),
    [
        ("application/vnd.redhat.playbook.v1+jsonl", "playbook", "v1"),
        ("application/vnd.redhat.playbook-sat.v3+jsonl", "playbook-sat", "v3"),
        ("application/vnd.redhat.advisor.collection+tgz", "advisor", "collection"),
        ("x application/vnd.redhat.unit.test; a=b", "unit", "test"),
        ("application/gzip", "advisor", "upload"),
        ("application/gzip; charset=binary", "advisor", "upload"),
        ("application/x-gzip; charset=binary", "advisor", "upload"),
    ],
)
def test_routed(content_type, service, category):
    assert route(content_type) == Route(service, category)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/x-gzip",
        "application/vnd.redhat.Unit.v1",
        "application/vnd.redhat.unit",
        "application/vndxredhat.unit.v1",
    ],
)
def test_not_routed(content_type):
    assert route(content_type) is None

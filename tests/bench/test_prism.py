from __future__ import annotations

import yaml

from hopcheck.bench.prism import SOURCE, document


def extensions(node):
    if isinstance(node, list):
        return [found for each in node for found in extensions(each)]
    if isinstance(node, dict):
        return [name for name in node if str(name).startswith("x-")] + [
            found for each in node.values() for found in extensions(each)
        ]
    return []


def test_the_document_is_plain():
    plain = document(yaml.safe_load(SOURCE.read_text()))
    assert list(plain["paths"]) == ["/api/playbook-dispatcher/v1/runs", "/api/playbook-dispatcher/v1/run_hosts"]
    assert extensions(plain) == []
    schema = plain["paths"]["/api/playbook-dispatcher/v1/runs"]["get"]["responses"]["200"]["content"]
    assert schema["application/json"]["schema"] == {
        "allOf": [
            {"$ref": "#/components/schemas/Page"},
            {"properties": {"data": {"items": {"$ref": "#/components/schemas/Run"}}}},
        ]
    }


def test_the_source_is_left_alone():
    source = yaml.safe_load(SOURCE.read_text())
    document(source)
    assert source == yaml.safe_load(SOURCE.read_text())

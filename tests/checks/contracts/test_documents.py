from __future__ import annotations

import shutil

import pytest

from hopcheck.checks.contracts import ContractError, Contracts
from hopcheck.checks.contracts.documents import Documents, bounded, load_yaml, read_tree, traced
from hopcheck.home import CONTRACTS


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("openapi/ingress.yaml", "format: byte", "format: bite", "bite"),
        ("openapi/ingress.yaml", "operationId: version", "operationId: upload", "stands twice"),
        ("openapi/ingress.yaml", "operationId: version", "summary: none", "#/paths/~1version/get"),
        ("openapi/ingress.yaml", "../schemas/identity.yaml", "../schemas/identitee.yaml", "identitee.yaml"),
        ("openapi/ingress.yaml", "x-author: rhc-worker-playbook", "x-autor: rhc", "x-autor"),
        ("openapi/cloud-connector.yaml", "#/components/responses/Failed", "#/components/responses/Flawed", "Flawed"),
        ("openapi/cloud-connector.yaml", "name: client_id, in", "name: client, in", "client_id is not declared"),
        ("openapi/dispatcher-internal.yaml", "security: [{psk: []}]", "security: [{ask: []}]", "scheme ask"),
        ("schemas/identity.yaml", "type: object", "type: objekt", "objekt"),
        ("schemas/identity.yaml", "title: x-rh-identity, decoded", "type: object", "stands twice"),
        ("s3.yaml", "openapi: 3.1.0", "openapi: 3.0.3", "3.1"),
        ("s3.yaml", "x-edges: ['ingress>s3', 'playbook-dispatcher>s3']", "", "x-edges"),
        ("asyncapi/kafka.yaml", "$message.payload#/metadata", "$message.body#/metadata", "not a runtime expression"),
        ("asyncapi/kafka.yaml", "x-producer: ingress", "x-made-by: ingress", "x-producer"),
        ("asyncapi/mqtt.yaml", "cleanSession: true", "cleanSession: true\n        - x", "mqtt.yaml"),
        ("asyncapi/mqtt.yaml", "Throwaway:\n    action: send", "Throwaway:\n    action: receive", "x-leg"),
        ("dbus/arguments.yaml", "Worker1.Cancel.call", "Worker1.Cancle.call", "Worker1.Cancle.call"),
        ("dbus/com.redhat.Yggdrasil1.Worker1.xml", "</node>", "", "Worker1.xml"),
        ("commands.yaml", "(?P<ident>[^/]+)", "(?P<ident>[^/]+", "ansibleRunner/forms/0"),
        ("commands.yaml", "    signals: [2, 9, 15]\n", "", "signals"),
    ],
)
def test_broken_contract_names_its_file(directory, tmp_path, file, old, new, told):
    copy = tmp_path / "contracts"
    shutil.copytree(directory, copy)
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new))
    with pytest.raises(ContractError) as error:
        Contracts.load(copy)
    assert file in str(error.value)
    assert told in str(error.value)


def test_missing_file_and_directory(directory, tmp_path):
    with pytest.raises(ContractError, match="no contracts here"):
        Contracts.load(tmp_path)
    copy = tmp_path / "contracts"
    shutil.copytree(directory, copy)
    (copy / "commands.yaml").unlink()
    with pytest.raises(ContractError, match=r"commands\.yaml: missing"):
        Contracts.load(copy)


def test_digests_change_with_the_file(directory, tmp_path):
    copy = tmp_path / "contracts"
    shutil.copytree(directory, copy)
    before = Documents(copy).digests()
    (copy / "s3.yaml").write_text((copy / "s3.yaml").read_text() + "\n")
    after = Documents(copy).digests()
    assert {name for name in before if before[name] != after[name]} == {"s3.yaml"}
    assert not any(name.startswith("clauses/") for name in before)


def test_traced_keeps_what_a_digest_can_keep():
    assert traced([{"type": "string", "pattern": "^a", "x-redacted": True}]) == [{"type": "string"}]
    node = {"type": "string", "format": "byte", "x-redacted": True, "x-decoded": {"$ref": "x"}}
    assert traced({"a": node})["a"]["properties"]["decoded"] == {"$ref": "x"}


def test_the_wires_schemas_keep_what_a_trace_redacts():
    pointer = ("components", "schemas", "announce", "properties", "url")
    assert "pattern" in Documents(CONTRACTS, wire=True).node("asyncapi/kafka.yaml", pointer)
    assert "pattern" not in Documents(CONTRACTS).node("asyncapi/kafka.yaml", pointer)


def test_int32_is_its_bounds():
    assert bounded([{"type": "integer", "format": "int32"}]) == [
        {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
    ]


def test_yaml_keeps_dates_and_binaries_as_text():
    assert load_yaml("a: 2020-01-01\nb: !!binary YQ==\n") == {"a": "2020-01-01", "b": "YQ=="}


def test_documents_that_were_read_before_are_the_same(directory):
    read = Documents(directory, wire=True)
    trees = {name: read_tree(name, text) for name, text in read.texts.items() if name.endswith(".yaml")}
    again = Documents.of(read.texts, trees, wire=True)
    assert (again.trees, again.digests()) == (read.trees, read.digests())

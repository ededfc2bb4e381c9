import jsonschema
import pytest

from hopcheck.checks.contracts.documents import Documents
from hopcheck.faults.derived.proposals import Proposer
from hopcheck.faults.derived.schemas import At, SchemaError, Schemas
from hopcheck.home import CONTRACTS

UUID = "ef22da9e-5d7c-4ce3-992d-ee42cff1702d"
CLOSED = {
    "type": "object",
    "required": ["id", "kind"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "kind": {"enum": ["one", "two"]},
        "size": {"type": "integer", "minimum": 0},
        "never": False,
    },
}
VALUE = {"id": UUID, "kind": "one"}


@pytest.fixture(scope="module")
def schemas():
    return Schemas(Documents(CONTRACTS, wire=True))


def at(node):
    return At("s3.yaml", node)


VALUES = [None, True, 0, 1, 2.5, "", "a", "abc", UUID, [], [1], ["a", "b"], {}, {"a": 1}, {"a": "x", "b": 2}]


@pytest.mark.parametrize(
    "node",
    [
        True,
        False,
        {"type": ["string", "null"]},
        {"type": "number"},
        {"type": "integer"},
        {"const": 1},
        {"const": True},
        {"enum": ["a", None, 0]},
        {"pattern": "^a"},
        {"minLength": 1, "maxLength": 2},
        {"minimum": 1, "maximum": 2},
        {"minItems": 1, "maxItems": 1},
        {"minProperties": 1, "maxProperties": 1},
        {"required": ["a"]},
        {"properties": {"a": {"type": "integer"}, "b": False}},
        {"properties": {"a": True}, "additionalProperties": {"type": "string"}},
        {"additionalProperties": False},
        {"prefixItems": [{"type": "integer"}], "items": {"type": "string"}},
        {"items": {"type": "string"}},
        {"allOf": [{"type": "string"}, {"minLength": 2}]},
        {"anyOf": [{"const": 0}, {"minimum": 2}]},
        {"oneOf": [{"type": "number"}, {"type": "integer"}]},
        {"not": {"type": "object"}},
        {"if": {"type": "object"}, "then": {"required": ["b"]}, "else": {"type": "array"}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"a": True}}}, "unevaluatedProperties": False},
    ],
)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_agrees_with_the_reference_implementation(node, value):
    class Alone(Schemas):
        def target(self, at):
            return At("", node["$defs"]["a"])

    wanted = jsonschema.Draft202012Validator(node).is_valid(value)
    assert Alone.holds(Alone.__new__(Alone), At("", node), value) is wanted


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("uuid", UUID, UUID[:-1]),
        ("date-time", "2026-11-23T18:08:32.032335Z", "2026-11-23T18:08:32"),
        ("uri", "https://host/path?a=b", "host/path"),
        ("byte", "YWI=", "YWI"),
    ],
)
def test_formats(schemas, name, good, bad):
    assert schemas.holds(at({"format": name}), good)
    assert not schemas.holds(at({"format": name}), bad)


def test_what_is_not_known_is_not_passed_over(schemas):
    with pytest.raises(SchemaError, match="contains"):
        schemas.holds(at({"contains": {}}), [])
    with pytest.raises(SchemaError, match="ipv6"):
        schemas.holds(at({"format": "ipv6"}), "::1")


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ({"digest": "hmac:0", "decoded": {"a": 1}}, True),
        ({"digest": "hmac:0", "decoded": {}}, False),
        ({"digest": "hmac:0", "decoded": None}, False),
        ("hmac:0", False),
    ],
)
def test_of_a_secret_the_structure_is_judged(schemas, value, holds):
    node = {"type": "string", "x-redacted": True, "x-decoded": {"type": "object", "required": ["a"]}}
    assert schemas.holds(at(node), value) is holds


def kinds(schemas, node, value):
    proposed = Proposer(schemas).propose(at(node), value)
    return {(each.kind, each.rule[0], each.rule[1]) for each in proposed if not schemas.holds(at(node), each.value)}


def test_a_closed_object_forbids_all_kinds(schemas):
    assert kinds(schemas, CLOSED, VALUE) == {
        ("type", "", "type"),
        ("member dropped", "", "required"),
        ("member renamed", "", "required"),
        ("member added", "", "closed"),
        ("member added", "", "properties"),
        ("type", "", "properties"),
        ("type", ".id", "type"),
        ("format", ".id", "format"),
        ("value", ".kind", "enum"),
    }


def test_an_open_object_forbids_less(schemas):
    opened = {name: each for name, each in CLOSED.items() if name not in ("additionalProperties", "required")}
    assert {kind for kind, _, _ in kinds(schemas, opened, VALUE)} == {"type", "format", "value", "member added"}


def test_what_another_branch_allows_is_not_derived(schemas):
    node = {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    assert kinds(schemas, node, {"a": 1, "b": 1}) == set()
    assert ("member dropped", "", "required") in kinds(schemas, node, {"a": 1})


def test_a_secret_whose_rules_do_not_show_is_counted(schemas):
    proposer = Proposer(schemas)
    list(proposer.propose(at({"type": "string", "pattern": "^a", "x-redacted": True}), "hmac:0", "header[key]"))
    assert proposer.hidden == {"header[key]"}


def test_a_pattern_that_fits_all_is_an_error(schemas):
    with pytest.raises(ValueError, match="no text is known"):
        list(Proposer(schemas).propose(at({"pattern": ".*"}), "a"))

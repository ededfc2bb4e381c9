from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from itertools import chain

import orjson
import pytest
from checks_scenes import complete, failing, not_connected, pinged

from hopcheck.checks.contracts import ContractError, Exchanges
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.exercise import schema_node
from hopcheck.trace import Payload


@pytest.fixture
def walk(tmp_path):
    def run(schema, value):
        (tmp_path / "schemas").mkdir(exist_ok=True)
        (tmp_path / "schemas" / "a.yaml").write_bytes(
            orjson.dumps(
                {
                    "root": schema,
                    "other": {"x-clauses": ["O"], "properties": {"next": {"$ref": "#/other"}, "end": clause("E")}},
                }
            )
        )
        found: set[str] = set()
        schema_node(Documents(tmp_path), "schemas/a.yaml", ("root",)).walk(value, found)
        return "".join(sorted(found))

    return run


def clause(name, **schema):
    return {"x-clauses": [name], **schema}


OTHER = {"$ref": "#/other"}
DECIDED = {"if": {"required": ["a"]}, "then": clause("T"), "else": clause("F")}
ARRAY = {"prefixItems": [clause("A"), clause("B")], "items": clause("C", properties={"d": clause("D")})}
MEMBERS = {
    "properties": {"a": clause("A"), "b": {}},
    "patternProperties": {"^p": clause("P")},
    "additionalProperties": clause("X"),
    "propertyNames": clause("N"),
}


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        (clause("A", type="string"), "x", "A"),
        (clause("A", type="string"), 1, "A"),
        (clause("A", type=["string", "null"]), None, ""),
        (clause("A", type=["string", "null"], enum=["x", None]), None, "A"),
        (clause("A", type="string"), None, "A"),
        (True, 1, ""),
        ({"properties": {"a": clause("A"), "b": clause("B")}}, {"a": 1}, "A"),
        ({"properties": {"a": clause("A"), "b": clause("B")}, "required": ["b"]}, {"a": 1}, "AB"),
        ({"properties": {"a": {"properties": {"b": clause("B")}}}, "required": ["a"]}, {}, ""),
        ({"properties": {"a": clause("A", properties={"b": clause("B")})}, "required": ["a"]}, {}, "A"),
        ({"properties": {"a": clause("A")}, "required": ["a"]}, "text", ""),
        (OTHER, {"end": 1}, "EO"),
        (OTHER, {"next": {"next": {}}}, "O"),
        (OTHER, {"next": {"next": {"end": 0}}}, "EO"),
        ({**OTHER, "properties": {"end": clause("A")}}, {"end": 1}, "AEO"),
        ({"allOf": [clause("A"), clause("B", properties={"c": clause("C")})]}, {}, "AB"),
        (DECIDED, {"a": 1}, "T"),
        (DECIDED, {}, "F"),
        ({"then": clause("T"), "else": clause("F")}, {}, ""),
        ({"anyOf": [clause("A", type="string"), clause("B", type="integer"), clause("C", minimum=3)]}, 5, "BC"),
        ({"oneOf": [clause("A", type="string"), clause("B", type="integer")]}, None, ""),
        (ARRAY, [], ""),
        (ARRAY, [1], "A"),
        (ARRAY, [1, 1, 1], "ABC"),
        (ARRAY, [1, 1, 1, {"d": 1}], "ABCD"),
        (MEMBERS, {}, ""),
        (MEMBERS, {"a": 1}, "AN"),
        (MEMBERS, {"b": 1}, "N"),
        (MEMBERS, {"pa": 1}, "NP"),
        (MEMBERS, {"c": 1}, "NX"),
        ({"patternProperties": {"^p": {}}, "additionalProperties": clause("X")}, {"pa": 1}, ""),
        ({"dependentSchemas": {"a": clause("D")}}, {"a": 1}, "D"),
        ({"dependentSchemas": {"a": clause("D")}}, {"b": 1}, ""),
    ],
)
def test_nodes_that_apply(walk, schema, value, found):
    assert walk(schema, value) == found


@pytest.mark.parametrize("key", ["if", "not", "contains", "unevaluatedItems", "unevaluatedProperties"])
def test_clauses_that_nothing_could_exercise_are_refused(walk, key):
    with pytest.raises(ContractError, match=rf"#/root/properties/m/{key}: "):
        walk({"properties": {"m": {key: {"allOf": [clause("A")]}}}}, {})


def run_of(world):
    exchanges = Exchanges()
    return [(event, exchanges.opening(event)) for event in world.trace() if event.protocol != "kit"]


@pytest.mark.parametrize(
    ("tag", "has", "has_not"),
    [
        ("1", {"H-002", "H-003", "H-008"}, {"CON-29"}),
        ("1/SUBSCRIBE", {"H-001"}, {"CON-29"}),
        ("cc/CONNECT", set(), {"CON-29", "H-002"}),
        ("cc/SUBSCRIBE", {"CON-29"}, {"H-001"}),
        ("1/online", {"H-006", "H-010", "H-012"}, {"H-016", "CON-23", "CON-27"}),
        ("6", {"CON-23", "CON-24", "CON-25", "H-025", "H-028"}, {"CON-27", "CON-28", "CON-33"}),
        ("4", {"SRV-001", "SRV-003", "SRV-006", "SRV-104", "SRV-105"}, {"SRV-009", "SRV-013", "SRV-040"}),
        ("4/answer", {"SRV-003", "SRV-009", "SRV-010"}, {"SRV-001", "SRV-011", "SRV-012"}),
        ("5", {"SRV-020", "SRV-021", "SRV-022", "SRV-023"}, {"SRV-032"}),
        ("5/answer", {"SRV-026"}, {"CON-10", "CON-03", "CON-04", "SRV-020"}),
        ("8:p1", {"SRV-040"}, {"SRV-041", "SRV-042", "SRV-044", "SRV-045", "SRV-048", "SRV-049"}),
        ("9:p1", {"SRV-045", "SRV-046"}, {"SRV-040", "SRV-044", "SRV-115"}),
        ("9h:p1", {"SRV-115"}, {"SRV-040", "SRV-044"}),
        ("11", {"H-029", "SRV-105"}, {"SRV-109"}),
        (
            "17:u1",
            {"H-046", "H-052", "H-053", "H-054", "SRV-070"},
            {"H-069", "H-071", "ING-03", "ING-06", "ING-14", "SRV-040"},
        ),
        ("17:u1/answer", {"ING-07", "ING-08"}, {"ING-02", "ING-04", "ING-06", "ING-14", "ING-19"}),
        ("23", {"H-069", "H-071"}, {"H-046", "H-054", "ING-14"}),
        ("19:u1", {"ING-09", "ING-10", "ING-12", "SRV-073"}, {"ING-05", "ING-16", "SRV-068", "SRV-040", "STO-04"}),
        ("update:u1", {"SRV-068", "SRV-069"}, {"H-053", "SRV-040", "SRV-072"}),
        ("20:u1", {"STO-03", "STO-04"}, {"STO-02"}),
        ("13", {"H-026", "H-032", "H-034"}, {"H-022", "H-044"}),
        ("14", {"H-047"}, {"H-068"}),
        ("15", {"H-068"}, {"H-070"}),
        ("16", {"H-059"}, {"H-047"}),
    ],
)
def test_clauses_of_an_event(contracts, tag, has, has_not):
    world = complete()
    found = contracts.exercised(*next(pair for pair in run_of(world) if pair[0].seq == world.seq(tag)))
    assert found >= has
    assert not found & has_not


def test_another_status_exercises_its_own_clauses(contracts):
    world = complete().bend("17:u1/answer", status=413, headers=[["content-type", "text/plain"]], payload=b"too large")
    found = contracts.exercised(*next(pair for pair in run_of(world) if pair[0].seq == world.seq("17:u1/answer")))
    assert "ING-06" in found
    assert not found & {"ING-04", "ING-07", "ING-08"}


def test_unmapped_events_exercise_nothing(contracts, seen):
    assert contracts.exercised(seen("smoke", "signal", "a>b", {})) == frozenset()
    assert contracts.exercised(seen("http", "response", "rhc>ingress", {"status": 202, "headers": []})) == frozenset()


def bent(value):
    """The value with one thing in it missing, strange, or of another kind."""
    yield from (other for other in (None, "", 0, {}, []) if type(other) is not type(value))
    if isinstance(value, dict):
        yield {**value, "stranger": "x"}
        for key, item in value.items():
            yield {k: v for k, v in value.items() if k != key}
            yield from ({**value, key: each} for each in bent(item))
    elif isinstance(value, list) and value:
        yield [*value, *value]
        for number, item in enumerate(value):
            yield [*value[:number], *value[number + 1 :]]
            yield from ([*value[:number], each, *value[number + 1 :]] for each in bent(item))


def bodies(event):
    value = None if event.payload is None else event.payload.json
    if value is not None:
        yield from (replace(event, payload=Payload(orjson.dumps(each))) for each in bent(value))
    if event.payload is not None and event.payload.size:
        data = event.payload.data
        for each in (b"", b"null", b"\0", data[1:], data[:-1], data.replace(b'"', b"", 1), data.replace(b"e", b"3", 1)):
            yield replace(event, payload=Payload(each))


OTHER_ATTRS = {
    "signature": ["", "xx"],
    "path": ["", "/x"],
    "sender_names": [[], ["a.B"]],
    "destination_names": [[], ["a.B"]],
    "error_name": ["", "x"],
    "key": [None, "", "x"],
    "status": [None, 0, 77],
    "signal": [None, 11, 15],
    "stdin": [None],
    "tls": [None, {"version": "TLSv1.2"}],
    "clean_session": [True, False],
    "retain": [True],
    "qos": [0, 2],
    "will": [None],
    "topic": ["a", "redhat/insights/x/control/out", "redhat/insights/x/data/in"],
    "argv": [["x"]],
    "env": [{}, {"A": "b"}],
    "files": [{}],
    "complete": [False],
}
STATUSES = (200, 201, 202, 304, 400, 401, 403, 404, 412, 413, 415, 422, 500, 503, 599)


def attributes(event):
    attrs = event.attrs
    if event.protocol == "dbus":
        yield from (
            replace(event, attrs={**attrs, "args": each}) for each in bent(attrs["args"]) if isinstance(each, list)
        )
    for name, values in OTHER_ATTRS.items():
        if name in attrs:
            values = STATUSES if (name, event.protocol) == ("status", "http") else values
            yield from (replace(event, attrs={**attrs, name: each}) for each in values)
    for name in ("headers", "query", "filters"):
        for number in range(len(attrs.get(name) or ())):
            pairs = attrs[name]
            yield replace(event, attrs={**attrs, name: [*pairs[:number], *pairs[number + 1 :]]})
            yield replace(event, attrs={**attrs, name: [*pairs, pairs[number]]})
            yield replace(
                event, attrs={**attrs, name: [*pairs[:number], [pairs[number][0], "?"], *pairs[number + 1 :]]}
            )


@pytest.mark.parametrize("scene", [complete, failing, not_connected, pinged])
def test_no_breach_names_what_was_not_exercised(contracts, scene):
    known, broken = set(), 0
    for event, opening in run_of(scene()):
        before = deepcopy(event.attrs)
        for each in chain(bodies(event), attributes(event)):
            fingerprint = orjson.dumps([each.edge, each.op, each.attrs, each.payload and each.payload.data.hex()])
            if (found := contracts.find(each, opening)) is None or fingerprint in known:
                continue
            known.add(fingerprint)
            named = {name for breach in found.check(each, opening) for name in breach.clauses}
            exercised = set()
            found.exercise(each, opening, exercised)
            assert named <= exercised, (found.name, each)
            broken += bool(named)
        assert event.attrs == before
    assert broken > 100

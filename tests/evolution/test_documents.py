import pytest

from hopcheck.evolution.documents import INERT, NAMES, NOTHING, TOGETHER, UNDONE, YamlDocuments
from hopcheck.evolution.version import Version

INTERNAL = "openapi/dispatcher-internal.yaml"
CODE = "code: {enum: [202, 400, 404, 409, 500], x-clauses: [SRV-030]}"


@pytest.fixture
def told(own):
    def tell(new):
        return list(YamlDocuments(own, new, frozenset({"kafka.announce"})).differences())

    return tell


def test_two_changes_of_one_message_are_told_apart(told, edited):
    new = edited(
        INTERNAL,
        ("required: [run_id, org_id, principal]", "required: [run_id, org_id, principal, reason]"),
        (CODE, CODE.replace("409", "409, 410")),
    )
    first, second = told(new)
    assert (first.broken, second.broken) == (("remediations",), ("remediations",))
    assert first.witness.expected == "request.body[0]: member reason"
    assert second.witness.got == "410"


def test_a_definition_need_not_be_used(told, edited):
    new = edited(INTERNAL, ("  schemas:\n", "  schemas:\n    Unused: {type: string}\n"))
    [difference] = told(new)
    assert (difference.verdict, difference.note) == ("compatible", INERT)


def test_a_definition_that_something_comes_to_use(told, edited):
    new = edited(
        INTERNAL,
        ("  schemas:\n", "  schemas:\n    Code: {enum: [202, 400, 404, 409, 500], x-clauses: [SRV-030]}\n"),
        (CODE, "code: {$ref: '#/components/schemas/Code'}"),
    )
    assert {(each.verdict, each.note) for each in told(new)} == {("compatible", INERT), ("compatible", NOTHING)}


def test_other_clauses_for_the_same_messages(told, edited):
    [difference] = told(edited(INTERNAL, (CODE, CODE.replace("SRV-030", "SRV-009"))))
    assert (difference.verdict, difference.note, difference.witness) == ("compatible", NAMES, None)


def test_what_moves_within_a_schema_is_undone(told, edited):
    before = "                  required: [code, run_id]\n                  additionalProperties: false\n"
    after = (
        "                  required: [code]\n                  additionalProperties: false\n"
        "                  anyOf: [{required: [run_id]}]\n"
    )
    assert [each.verdict for each in told(edited(INTERNAL, (before, after)))] == ["compatible"]
    moved = edited(
        INTERNAL,
        (CODE, "code: {x-clauses: [SRV-030]}"),
        (before, before + "                  allOf: [{properties: {code: {enum: [202, 400, 404, 409, 500]}}}]\n"),
    )
    assert {each.verdict for each in told(moved)} == {"compatible"}
    assert UNDONE in {each.note for each in told(moved)}


def test_a_topic_that_is_new_disturbs_nobody_and_one_that_is_gone_is_missed(own, edited, told):
    file = "asyncapi/kafka.yaml"
    channel = (
        "  payloadStatus:\n    address: platform.payload-status\n    x-producer: ingress\n"
        "    messages: {payloadStatus: {$ref: '#/components/messages/payloadStatus'}}\n"
    )
    operation = "  ingressReports: {action: send, channel: {$ref: '#/channels/payloadStatus'}}\n"
    without = edited(file, (channel, ""), (operation, ""))
    gone = next(each for each in told(without) if each.where == "#/channels/payloadStatus")
    assert gone.verdict == "breaking"
    assert ("readers of platform.payload-status", "awaits") in {(each.role, each.does) for each in gone.effects}
    found = YamlDocuments(without, Version("new", own.files), frozenset()).differences()
    come = next(each for each in found if each.where == "#/channels/payloadStatus")
    assert (come.verdict, come.effects) == ("compatible", ())


def test_a_file_that_is_gone_takes_its_operations_with_it(own, told):
    files = {name: data for name, data in own.files.items() if name != "openapi/dispatcher-public.yaml"}
    [difference] = told(Version("new", files))
    assert (difference.broken, difference.note) == (("remediations",), TOGETHER)


def test_schemas_that_nobody_uses_concern_whoever_does(own):
    schema = b"type: object\nproperties: {a: {type: %s}}\n"
    old, new = (Version("", {**own.files, "schemas/lone.yaml": schema % kind}) for kind in (b"string", b"integer"))
    [difference] = YamlDocuments(old, new, frozenset()).differences()
    assert set(difference.broken) == {"whoever writes it", "whoever reads it"}

import re

import pytest
import yaml

from hopcheck.catalogue.examples import examples, line_of
from hopcheck.checks.contracts.documents import Documents
from hopcheck.home import CONTRACTS


def told(contracts):
    return [(file, line, cause) for file, line, cause, _ in examples(Documents(contracts, wire=True))]


def spoil(contracts, file, old, new):
    """The line where ``new`` stands in the place of the first ``old``."""
    path = contracts / file
    before, found, after = path.read_text().partition(old)
    assert found
    path.write_text(before + new + after)
    return before.count("\n") + 1


def test_the_kits_own_examples_are_what_they_are_examples_of():
    assert told(CONTRACTS) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "cause"),
    [
        (
            "openapi/ingress.yaml",
            "example: lubdub",
            "example: dublub",
            'example: expected const "lubdub", got "dublub"',
        ),
        ("openapi/ingress.yaml", "- event: executor_on_start", "- event: verbose", "example.event: expected const"),
        (
            "openapi/ingress.yaml",
            "    insights_id: 3f4e",
            "    insights_id: 4f4",
            "example.insights_id: expected pattern",
        ),
        ("s3.yaml", "<Error><Code>", "<Error><Cod>", "example: expected xml, got what is none: mismatched tag"),
        ("asyncapi/mqtt.yaml", "            type: event", "            type: oddity", "example.type: expected const"),
        (
            "asyncapi/kafka.yaml",
            "headers: {service: playbook}",
            "headers: {service: no-playbook}",
            "header.service: expected",
        ),
        ("asyncapi/kafka.yaml", "headers: {service: playbook}", "headers: {}", "example: expected member service"),
        (
            "asyncapi/kafka.yaml",
            "eyJpZGVudGl0eSI6",
            "eyJpZGVudGl0eSI7",
            "example.b64_identity: expected base64 of JSON",
        ),
        (
            "schemas/identity.yaml",
            "examples:\n  - identity:",
            "examples:\n  - nobody:",
            "example: expected member identity",
        ),
    ],
)
def test_a_wrong_example_is_told_where_it_stands(contracts, file, old, new, cause):
    line = spoil(contracts, file, old, new) + new.count("\n")
    assert [each for each in told(contracts) if each[:2] == (file, line) and each[2].startswith(cause)]


@pytest.mark.parametrize(
    ("file", "begin", "old", "new", "cause"),
    [
        (
            "openapi/remediations.yaml",
            "example: |",
            "  hosts: localhost",
            "  hosts: ''",
            "example[0].hosts: expected minL",
        ),
        (
            "asyncapi/mqtt.yaml",
            "message: >-",
            '{"type":"connection-status"',
            '"type"',
            "example: expected json, got what",
        ),
    ],
)
def test_an_example_written_as_text_is_told_where_it_begins(contracts, file, begin, old, new, cause):
    line = spoil(contracts, file, begin, begin)
    spoil(contracts, file, old, new)
    assert [each for each in told(contracts) if each[:2] == (file, line) and each[2].startswith(cause)]


@pytest.mark.parametrize(
    ("file", "pattern", "cause"),
    [
        ("openapi/dispatcher-internal.yaml", r"\n *example: \[\{code: 202.*", "has a schema and no example"),
        ("openapi/ingress.yaml", r", example: lubdub", "has a schema and no example"),
        ("openapi/ingress.yaml", r"\n( *)example:\n(?:\1 .*\n)+(?= *'insights)", "the part 'file' has a schema and no"),
        ("asyncapi/kafka.yaml", r"\n *headers: \{service: playbook\}", "the example has no headers"),
        ("asyncapi/mqtt.yaml", r"\n( *)examples:\n(?:\1 .*\n)+(?= *event:)", "#/components/messages/connectionStatus"),
        ("schemas/identity.yaml", r"\nexamples:\n(?: .*\n?)+", "# has no example"),
    ],
)
def test_what_has_no_example_is_told(contracts, file, pattern, cause):
    path = contracts / file
    text, times = re.subn(pattern, "\n" if pattern.startswith(r"\n(") else "", path.read_text(), count=1)
    assert times == 1
    path.write_text(text)
    assert any(found[0] == file and cause in found[2] for found in told(contracts))


def test_redacted_values_are_checked_as_they_are_on_the_wire(contracts):
    spoil(contracts, "asyncapi/kafka.yaml", "X-Amz-Signature=0", "X-Amz-Sig=0")
    assert [cause for _, _, cause in told(contracts) if cause.startswith("example.url: expected pattern")]


def test_the_line_of_a_pointer():
    root = yaml.compose("a:\n  b: [1, 2]\nc: &c\n  d:\n    - x\n    - y\ne:\n  <<: *c\n", Loader=yaml.CSafeLoader)
    assert line_of(root, ("a", "b", 1)) == 2
    assert line_of(root, ("c", "d", 1)) == 6
    assert line_of(root, ("e", "d", 1)) == 6
    assert line_of(root, ("c", "nothing", 1)) == 3
    assert line_of(root, ()) == 1

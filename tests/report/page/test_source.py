from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.home import CONTRACTS
from hopcheck.report.page.source import SHOWN_LINES, Sources

SOURCES = Sources(CONTRACTS)


@pytest.mark.parametrize(
    ("contract", "place", "status", "said"),
    [
        ("openapi/cloud-connector.yaml#sendMessageV2", "request.body.directive: type string", None, "directive:"),
        ("openapi/remediations.yaml#getPlaybookRun", "response.body.data.status: enum", "200", "status: {enum:"),
        ("asyncapi/kafka.yaml#announce", "value.url: format uri", None, "url: {type: string"),
        ("asyncapi/mqtt.yaml#connectionStatus", "publish.payload.content.state: enum", None, "state: {enum:"),
        ("commands.yaml#verifier", "exit.status: enum [0, 1]", None, "status: {enum:"),
        ("dbus/com.redhat.Yggdrasil1.Worker1.xml#Dispatch", "call.signature: 'ssa'", None, '<method name="Dispatch">'),
    ],
)
def test_the_lines_of_what_was_broken(contract: str, place: str, status: str | None, said: str) -> None:
    found = SOURCES.fragment(contract, place, status)
    assert found is not None
    assert found.lines[0].strip().startswith(said)
    assert (CONTRACTS / found.file).read_text().splitlines()[found.line - 1] == found.lines[0]
    assert 1 <= len(found.lines) <= SHOWN_LINES + 1


def test_a_place_that_is_not_there_leads_to_the_last_that_is() -> None:
    found = SOURCES.fragment("openapi/cloud-connector.yaml#sendMessageV2", "request.body.directive.nowhere[0]")
    assert found is not None
    assert "directive:" in found.lines[0]


@pytest.mark.parametrize(
    "contract", ["nothing.yaml#x", "commands.yaml", "commands.yaml#nothing", "dbus/arguments.yaml#no"]
)
def test_no_contract_no_lines(contract: str) -> None:
    assert SOURCES.fragment(contract, "request.body") is None


def test_references_that_lead_nowhere_end_the_search(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x: {body: {$ref: '#/y'}}\nloop: {$ref: '#/loop'}\n")
    found = Sources(tmp_path).fragment("a.yaml#x", "request.body.z")
    assert found is not None
    assert found.lines == ("x: {body: {$ref: '#/y'}}",)
    assert Sources(tmp_path).fragment("a.yaml#loop", "request.body.z") is not None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("remediations.getPlaybookRun.response", "operation getPlaybookRun of contracts/openapi/remediations.yaml"),
        ("case.ingress.upload.request", "operation upload of contracts/openapi/ingress.yaml"),
        ("s3.putObject.request", "operation putObject of contracts/s3.yaml"),
        ("mqtt.connectionStatus", "message connectionStatus of contracts/asyncapi/mqtt.yaml"),
        ("dbus.Worker1.Dispatch.call", "member Dispatch of contracts/dbus/com.redhat.Yggdrasil1.Worker1.xml"),
        ("process.verifier.exit", "command verifier of contracts/commands.yaml"),
        ("http.refused", None),
        ("kit", None),
    ],
)
def test_which_file_describes_a_message(name: str, said: str | None) -> None:
    assert SOURCES.of_message(name) == said

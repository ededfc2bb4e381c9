import pytest

from hopcheck.catalogue.tools import TOOLS, accepted, tool_files, tool_problems
from hopcheck.home import CONTRACTS


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.package)
def test_each_tool_accepts_all_its_files(tool):
    assert tool_files(tool, CONTRACTS)
    assert list(tool_problems(tool, CONTRACTS)) == []


@pytest.mark.parametrize(
    ("package", "file", "text"),
    [
        ("openapi-spec-validator", "openapi/a.yaml", "openapi: 3.1.0\ninfo: {title: a}\npaths: {}\n"),
        ("asyncapi3", "asyncapi/a.yaml", "asyncapi: 3.0.0\ninfo: {title: a}\n"),
        ("jsonschema-rs", "schemas/a.yaml", "type: thing\n"),
        ("dbus-fast", "dbus/a.xml", "<interface/>"),
    ],
)
def test_each_tool_refuses(tmp_path, package, file, text):
    [tool] = [tool for tool in TOOLS if tool.package == package]
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text)
    [(name, cause), *_] = tool_problems(tool, tmp_path)
    assert name == file
    assert cause.startswith(f"{tool.name}: ")


def test_every_contract_of_a_known_format_is_read_by_a_tool():
    patterns = ("*api/*.yaml", "schemas/*", "dbus/*.xml", "s3.yaml")
    assert sum(accepted(CONTRACTS).values()) == sum(len(list(CONTRACTS.glob(each))) for each in patterns)

from __future__ import annotations

import json

import pytest

from hopcheck import cli
from hopcheck.home import OWN_CONTRACTS, ROOT

BROKEN = ROOT / "tests/corpus/native-0.2.10-complete/trace.jsonl"


@pytest.fixture
def said(capsys, monkeypatch):
    monkeypatch.delenv("HOPCHECK_CONTRACTS", raising=False)

    def say(*arguments, expected):
        assert cli.main(["contracts", "diff", *map(str, arguments)]) == expected
        return capsys.readouterr()

    return say


@pytest.fixture
def single(tmp_path):
    """A file of the contracts with a text in it replaced, on its own."""

    def write(name, before, after):
        text = (OWN_CONTRACTS / name).read_text()
        assert before in text
        path = tmp_path / name.rpartition("/")[2]
        path.write_text(text.replace(before, after))
        return path

    return write


def test_what_breaks_ends_with_1_and_is_told_with_a_message(said, single):
    new = single("openapi/dispatcher-internal.yaml", "[202, 400, 404, 409, 500]", "[202, 400, 404, 409, 410, 500]")
    out = said(OWN_CONTRACTS, new, expected=1).out
    assert "breaking   remediations" in out
    assert "openapi/dispatcher-internal.yaml#cancelV2 response 207" in out
    assert "1 breaking, 0 compatible, 0 doc-only" in out


def test_for_programs(said, single):
    new = single("openapi/dispatcher-internal.yaml", "[202, 400, 404, 409, 500]", "[202, 400, 404, 409, 410, 500]")
    told = json.loads(said(OWN_CONTRACTS, new, "--json", expected=1).out)
    assert told["breaking"] is True
    [difference] = told["differences"]
    assert (difference["verdict"], difference["breaks"]) == ("breaking", ["remediations"])
    asked = difference["witness"]["value"]
    assert '"code":410' in asked[0]["body"]
    assert asked[1]["path"] == "/internal/v2/cancel"


def test_what_is_only_told_otherwise_ends_with_0(said, single):
    new = single("schemas/identity.yaml", "title: x-rh-identity, decoded", "title: The identity")
    assert "0 breaking, 0 compatible, 1 doc-only" in said(OWN_CONTRACTS, new, expected=0).out


def test_what_is_compared_with_itself(said):
    out = said(OWN_CONTRACTS, OWN_CONTRACTS, expected=0).out
    assert "0 differences" in out


def test_what_nothing_compares_is_named(said, single):
    new = single("commands.yaml", "signals: [2, 9, 15]", "signals: [9, 15]")
    assert "changed and not compared: commands.yaml" in said(OWN_CONTRACTS, new, expected=0).out


def test_a_trace_that_is_judged_otherwise(said, single):
    new = single("clauses/host.yaml", "- id: H-059\n  level: MUST", "- id: H-059\n  level: QUIRK")
    out = said(OWN_CONTRACTS, new, "--trace", BROKEN, expected=1).out
    assert "verdict: fail -> pass" in out
    assert "clause H-059: fail -> not_exercised" in out


@pytest.mark.parametrize("name", ["no-such-revision", "--upload-pack=x"])
def test_what_is_no_version(said, name):
    assert "no directory, no file and no revision" in said("--", OWN_CONTRACTS, name, expected=2).err


def test_a_file_that_is_no_contract(said, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("nothing\n")
    assert "nothing tells what kind of contract it is" in said(OWN_CONTRACTS, file, expected=2).err

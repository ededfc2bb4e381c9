from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from hopcheck.cli import main

sys.path.insert(0, str(Path(__file__).parent))

from diff_traces import renamed, stored


@pytest.fixture
def reports(tmp_path: Path) -> tuple[str, str, str]:
    def changed(line: dict[str, object]) -> dict[str, object]:
        text = json.dumps(line).replace("Sent to validation service", "Handed to")
        return dict(json.loads(text))

    one = stored(tmp_path / "one", "complete", "ingress")
    other = stored(tmp_path / "other", "complete", "ingress", changed, kind="cmd", given="./mine")
    return str(one), str(other), str(stored(tmp_path / "rhc", "complete", "rhc", renamed))


def test_two_reports_are_compared_offline(reports: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff-run", reports[0], reports[0]]) == 0
    assert capsys.readouterr().out.endswith("ingress: 2 items, all alike\n")
    assert main(["diff-run", reports[0], reports[1]]) == 1
    out = capsys.readouterr().out
    assert out.startswith("- stand-in\n+ cmd:./mine\n")
    assert "~ kafka.payloadStatus value.status_msg: " in out
    assert main(["diff-run", reports[0], reports[1], "--markdown"]) == 1
    assert "```diff" in capsys.readouterr().out
    assert main(["diff-run", reports[0], reports[1], "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["differing"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "want one component to compare, --sut ROLE=cmd:COMMAND for instance; given: none"),
        (["--sut", "ingress=cmd:x", "--sut", "s3=cmd:y"], "given: ingress=cmd:x, s3=cmd:y"),
        (["--sut", "ingress=cmd:/no/such/program"], "/no/such/program is not there: build or install it"),
        (["--sut", "ingress=cmd:true", "-k", "an uplaod without content"], "an upload without content"),
        (["--sut", "ingress=cmd:true", "--capabilities", "wings"], "no capability 'wings'"),
        (["--sut", "ingress=cmd:true", "--sign-key", "key.pem"], "--sign-key has no place here"),
        (["one"], "want two directories to compare"),
        (["one", "two", "-k", "complete"], "A and B were played before"),
        (["/no/such/a", "/no/such/b"], "/no/such/a: no part-N/trace.jsonl below it"),
    ],
)
def test_bad_input(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff-run", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_reports_of_two_roles(reports: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff-run", reports[0], reports[2]]) == 2
    assert "one is a trace of ingress, the other of rhc" in capsys.readouterr().err


@pytest.mark.slow
def test_the_stand_in_against_itself_and_a_faulty_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = ["-k", "an upload in the part upload", "--report", str(tmp_path)]
    status, out = (
        main(["diff-run", "--sut", f"ingress=cmd:{sys.executable} -m fakes.ingress", *case]),
        capsys.readouterr().out,
    )
    assert status == 0, out
    assert out.endswith("ingress: 2 items, all alike\n")
    assert {path.name for path in tmp_path.iterdir()} >= {"stand-in", "component"}
    assert main(["diff-run", "--sut", "ingress=cmd:false", *case]) == 1
    assert "the component did not get to its end" in capsys.readouterr().out

"""The foreign components of examples/, as their owners would put them to the kit: built, conform, faults named."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from hopcheck.home import ROOT
from hopcheck.topology.ports import free_ports

pytestmark = pytest.mark.examples


@dataclass(frozen=True)
class Example:
    """How a component is built and started, right and wrong; ``rest`` where requests can be generated for it."""

    name: str
    build: tuple[str, ...]
    right: str
    rest: bool

    @property
    def place(self) -> Path:
        return ROOT / "examples" / self.name

    @property
    def faulty(self) -> dict[str, Any]:
        return yaml.safe_load((self.place / "faulty.yaml").read_text())


EXAMPLES = [
    Example("ingress-node", ("npm ci --no-audit --no-fund",), "node server.mjs", rest=True),
    Example("worker-go", ("go build -o hopcheck-example-worker .",), "./hopcheck-example-worker", rest=False),
]


@pytest.fixture(scope="session", params=EXAMPLES, ids=lambda each: each.name)
def example(request: pytest.FixtureRequest) -> Example:
    each: Example = request.param
    for line in (*each.build, *filter(None, [each.faulty.get("build")])):
        subprocess.run(shlex.split(line), cwd=each.place, check=True)
    return each


def conform(example: Example, command: str, report: Path, *more: str) -> tuple[int, dict[str, Any], str]:
    role = example.faulty["role"]
    argv = [
        sys.executable,
        "-m",
        "hopcheck.cli",
        "conform",
        role,
        f"--sut={role}=cmd:{command}",
        f"--report={report}",
        *more,
    ]
    done = subprocess.run(argv, cwd=example.place, capture_output=True, text=True, timeout=300, check=False)
    assert (report / "report.json").exists(), done.stdout + done.stderr
    return done.returncode, json.loads((report / "report.json").read_text())["result"], done.stdout + done.stderr


def test_the_right_one_breaks_no_clause(example, tmp_path):
    status, result, said = conform(example, example.right, tmp_path, *["--fuzz=5"] * example.rest)
    assert (status, result["verdict"]) == (0, "pass"), said
    put = re.findall(r"(\d+) generated requests were put", said)
    assert [int(number) > 0 for number in put] == [True] * example.rest, said
    assert result["counts"]["fail"] == 0
    assert all(clause["why"] for clause in result["clauses"] if clause["state"] == "not_exercised")
    assert result["counts"]["pass"] > 20


def test_the_page_that_is_played_shows_what_was_planted_in_the_faulty_ingress():
    planted = sorted(each["clause"] for each in EXAMPLES[0].faulty["planted"])
    page = (ROOT / "docs/faulty-ingress.md").read_text()
    assert re.search(rf"fail +{len(planted)}  {' '.join(planted)}\n", page)


@pytest.mark.parametrize("example", EXAMPLES[1:], ids=lambda each: each.name, indirect=True)
def test_of_the_faulty_one_exactly_what_was_planted_is_named(example, tmp_path):
    planted = {each["clause"] for each in example.faulty["planted"]}
    status, result, said = conform(example, example.faulty["command"], tmp_path)
    failed = {clause["id"] for clause in result["clauses"] if clause["state"] == "fail"}
    assert (status, result["verdict"], failed) == (1, "fail", planted), said
    assert (result["others"], result["troubles"]) == ([], []), said
    assert all(f"{clause} (MUST)" in said for clause in planted)
    assert len(planted) == 3


@pytest.mark.parametrize("example", EXAMPLES[:1], ids=lambda each: each.name, indirect=True)
def test_what_runs_already_is_told_its_configuration_and_breaks_no_clause(example, tmp_path):
    role = example.faulty["role"]
    [port] = free_ports(1)
    argv = [sys.executable, "-m", "hopcheck.cli", "conform", role, f"--report={tmp_path}", "--first-port=12300"]
    argv += [f"--sut={role}=url:http://127.0.0.1:{port}"]
    with subprocess.Popen(argv, cwd=example.place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as kit:
        assert kit.stdout is not None
        said = [next(line for line in kit.stdout if "waiting for" in line)]
        start = f"set -a; . {tmp_path}/part-1/{role}.env; exec {example.right}"
        with subprocess.Popen(["sh", "-c", start], cwd=example.place, stdout=subprocess.DEVNULL) as service:
            said += kit.stdout
            assert kit.wait(timeout=120) == 0, "".join(said)
            assert service.poll() is None
            service.terminate()
    result = json.loads((tmp_path / "report.json").read_text())["result"]
    assert (result["verdict"], result["counts"]["fail"]) == ("pass", 0)

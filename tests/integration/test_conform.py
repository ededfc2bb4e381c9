"""``hopcheck conform`` with components that misbehave: each gets a sentence, its last lines and the right state."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))

from life_kit import Kit, opened

from hopcheck.home import CONTRACTS

pytestmark = pytest.mark.slow

SERVER = """
import http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        {post}

    def answer(self, status):
        body = b"as you like"
        self.send_response(status)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

{start}
http.server.HTTPServer(("127.0.0.1", int(os.environ["INGRESS_WEBPORT"])), Handler).serve_forever()
"""
WITHOUT_IDENTITY, LIVES = "an upload without an identity", "whether Ingress lives"


@pytest.fixture
def kit() -> Iterator[Kit]:
    with opened() as made:
        yield made


def component(place: Path, *, start: str = "", post: str = "self.answer(400)") -> str:
    (place / "component.py").write_text(SERVER.format(start=start, post=post))
    return f"--sut=ingress=cmd:{sys.executable} {place / 'component.py'}"


def impatient(place: Path) -> str:
    """The profile of Ingress for somebody who does not want to wait."""
    profile = yaml.safe_load((CONTRACTS / "profiles/ingress.yaml").read_text())
    (place / "profile.yaml").write_text(yaml.safe_dump({**profile, "patience": 2}))
    return f"--profile={place / 'profile.yaml'}"


def conform(kit: Kit, place: Path, *arguments: str, expected: int) -> tuple[str, dict[str, Any]]:
    said = kit("conform", "ingress", f"--report={place / 'report'}", *arguments, expected=expected, timeout=180)
    return said, json.loads((place / "report/report.json").read_text())["result"]


def states(result: dict[str, Any]) -> dict[str, str]:
    return {clause["id"]: clause["state"] for clause in result["clauses"]}


def test_one_that_keeps_a_clause_passes(kit, tmp_path):
    said, result = conform(kit, tmp_path, component(tmp_path), "-k", WITHOUT_IDENTITY, expected=0)
    assert states(result)["ING-02"] == "pass"
    assert "VERDICT: pass" in said
    assert kit.processes() == []


def test_one_that_ends_at_once_failed_with_its_last_lines(kit, tmp_path):
    dead = component(tmp_path, start='sys.exit("cannot find my configuration")')
    said, result = conform(kit, tmp_path, dead, "-k", WITHOUT_IDENTITY, expected=1)
    assert "cannot find my configuration" in said
    [lost] = result["others"]
    assert (lost["kind"], lost["role"]) == ("lost", "ingress")
    assert set(states(result).values()) == {"not_exercised"}


def test_one_on_the_wrong_port_is_told_where_it_listens(kit, tmp_path):
    start = 'import socket; other = socket.create_server(("127.0.0.1", 0))\nwhile True: other.accept()'
    wrong = component(tmp_path, start=start)
    said, _ = conform(kit, tmp_path, wrong, impatient(tmp_path), "-k", WITHOUT_IDENTITY, expected=1)
    assert "not ready after 2 s" in said
    assert "it listens on 127.0.0.1:" in " ".join(said.split())


def test_after_one_that_dies_the_rest_is_played_all_the_same(kit, tmp_path):
    dies = component(tmp_path, post="os._exit(9)")
    said, result = conform(kit, tmp_path, dies, "-k", WITHOUT_IDENTITY, "-k", LIVES, expected=1)
    assert "ended by itself with status 9" in said
    assert states(result)["ING-02"] == "fail"
    assert [each["kind"] for each in result["others"]].count("lost") == 1
    assert (tmp_path / "report/part-2/trace.jsonl").exists()


def test_one_that_ignores_sigterm_is_killed_and_told(kit, tmp_path):
    deaf = component(tmp_path, start="import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    _, result = conform(kit, tmp_path, deaf, "-k", WITHOUT_IDENTITY, expected=1)
    assert [(each["kind"], each["got"]) for each in result["others"]] == [("stuck", "it had to be killed")]
    assert kit.processes() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["inggress"], "'ingress'"),
        (["ingress", "-k", "ING-99"], "no clause, story or case"),
        (["ingress", "--capabilities", "satelite"], "no capability 'satelite'"),
        (["ingress", "--sut", "ingress=cmd:./not-there"], "is not there"),
        (["ingress", "--deviations", "/not/there.yaml"], "/not/there.yaml"),
        (["ingress", "--sign-key", "/not/there.pem"], "/not/there.pem"),
        (["ingress", "--profile", "/not/there.yaml"], "/not/there.yaml"),
    ],
)
def test_a_wrong_command_line_starts_nothing(kit, tmp_path, arguments, said):
    told = kit("conform", *arguments, f"--report={tmp_path / 'report'}", expected=2)
    assert said in told
    assert not (tmp_path / "report").exists()


def test_interrupted_it_leaves_nothing_behind(kit, tmp_path):
    child = kit.start("conform", "ingress", "s3", "-n", "2", f"--report={tmp_path / 'report'}")
    assert child.stdout is not None
    assert " of " in child.stdout.readline()
    os.killpg(child.pid, signal.SIGINT)
    child.communicate(timeout=60)
    assert child.returncode == 2
    assert kit.processes() == []
    assert list(kit.root.iterdir()) == []

"""What goes wrong around a run: named, with its cause, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from hopcheck.checks.judge import Judge, judge
from hopcheck.home import CONTRACTS, FEATURES
from hopcheck.topology.fork_server import ROLE
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import WITHOUT_ANSIBLE, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import NOT_CONNECTED, Story
from hopcheck.topology.topology import JUDGED
from hopcheck.trace import TraceTimeout, load

QUICK = Story("a plan that is interrupted", uploads=1)


def broken_by(tmp_path, victim):
    """The verdict on a run in which ``victim`` (a process by name) is killed at the first upload, and the error."""
    with Stage(Settings(report=tmp_path, timeout_s=15, commands=WITHOUT_ANSIBLE)) as stage:
        process = stage.topology.processes.get(victim, stage.topology.forks.process)
        stage.trace.subscribe(
            lambda event: (
                process.signal(signal.SIGKILL)
                if event.edge == "rhc>ingress" and event.op == "request" and process.status is None
                else None
            )
        )
        with pytest.raises(TraceTimeout) as caught:
            stage.play(QUICK)
    return judge(load(tmp_path / "trace.jsonl"), CONTRACTS), str(caught.value)


@pytest.mark.parametrize(
    ("victim", "role"),
    [
        ("ingress", "ingress"),
        ("playbook-dispatcher", "playbook-dispatcher"),
        ("rhc-worker-playbook-host-1", "rhc-worker-playbook"),
    ],
)
def test_a_killed_role_fails_by_name(tmp_path, victim, role):
    verdict, error = broken_by(tmp_path, victim)
    assert f"{role} ended by itself with status -9" in error
    assert verdict.verdict == "fail"
    assert role in {finding.role for finding in verdict.findings if finding.kind == "lost"}


@pytest.mark.parametrize("victim", ["broker", "dbus-daemon-host-1", ROLE])
def test_a_part_of_the_kit_that_dies_is_nobodys_fault(tmp_path, victim):
    verdict, error = broken_by(tmp_path, victim)
    assert "ended by itself with status -9" in error
    assert verdict.verdict == "error"


def test_a_taken_port_is_named(tmp_path, monkeypatch):
    import socket

    from hopcheck.topology.roles import Ports

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        chosen = Ports.choose()
        chosen.ingress = port
        monkeypatch.setattr(Ports, "choose", classmethod(lambda cls, _first: chosen))
        with (
            pytest.raises(StartError, match=rf"(?s)ingress: ended with status 1.*127\.0\.0\.1:{port}"),
            Stage(Settings(report=tmp_path, commands=WITHOUT_ANSIBLE)),
        ):
            pass


def test_kafka_out_of_reach_is_named(tmp_path):
    with (
        pytest.raises(StartError, match=r"127\.0\.0\.1:9"),
        Stage(Settings(report=tmp_path, bootstrap="127.0.0.1:9", timeout_s=5)),
    ):
        pass


@pytest.fixture
def root():
    """Where only this test's kits sweep; short, as sockets below it need."""
    with tempfile.TemporaryDirectory(prefix="hl-", dir="/tmp") as made:
        yield Path(made)


def kit(root, tmp_path, *arguments):
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "hopcheck.cli", "run", "--runtime", "process"),
            *("--report", str(tmp_path / "report"), *arguments),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HOPCHECK_SCRATCH": str(root)},
        text=True,
        start_new_session=True,
    )


def wait_for_line(process, text):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError("".join(lines))


def left_behind(marks):
    """Processes whose command line or environment names one of ``marks``, and scratch directories among them."""
    found = [mark for mark in marks if Path(mark).exists()]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            found += [f"{entry.name}: {text[:120]!r}" for mark in marks if mark.encode() in text]
    return found


def scratches(root, pid):
    return [
        str(path)
        for path in root.glob("hc-*")
        if (path / "owner").exists() and (path / "owner").read_text().startswith(f"{pid}:")
    ]


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGINT, "signing the run's plays"),
        (signal.SIGTERM, "ready after"),
        (signal.SIGINT, "a plan with two issues"),
        (signal.SIGTERM, "a plan with two issues"),
    ],
)
def test_an_interrupted_run_leaves_its_trace_and_nothing_else(root, tmp_path, number, moment):
    process = kit(root, tmp_path)
    wait_for_line(process, moment)
    marks = scratches(root, process.pid)
    process.send_signal(number)
    rest = process.stdout.read()
    assert process.wait(timeout=20) == 2, rest
    process.stdout.close()
    assert marks
    assert left_behind(marks) == []
    assert load(tmp_path / "report/trace.jsonl").events[0].op == "run"


def test_a_killed_kit_is_cleaned_up_by_the_next_start(root, tmp_path):
    process = kit(root, tmp_path)
    wait_for_line(process, "a plan with two issues")
    marks = scratches(root, process.pid)
    process.kill()
    process.wait()
    process.stdout.close()
    assert load(tmp_path / "report/trace.jsonl").events
    after = kit(root, tmp_path, str(FEATURES / "cases/ingress.feature"))
    said = after.stdout.read()
    assert after.wait(timeout=60) == 0, said
    after.stdout.close()
    assert f"removed {marks[0]}" in said
    assert left_behind(marks) == []


def test_an_invalid_contract_is_named_before_anything_starts(tmp_path):
    import shutil

    shutil.copytree(CONTRACTS, tmp_path / "contracts")
    (tmp_path / "contracts/flow.mmd").write_text("sequenceDiagram\n  a ->> \n")
    with pytest.raises(ValueError, match=r"line 2"):
        Judge(tmp_path / "contracts")


def test_a_played_story_is_played_once(tmp_path):
    with Stage(Settings(report=tmp_path, commands=WITHOUT_ANSIBLE)) as stage:
        assert stage.play(NOT_CONNECTED) is stage.play(NOT_CONNECTED)
        assert len(stage.trace.where(op="stimulus")) == 1


FULL = """\
mount -t tmpfs -o size=24m tmpfs "$0"
"$@" --report "$0/report" 2>&1 | while read -r line; do
    echo "$line"
    case $line in *"a plan with two issues"*) head -c 24M /dev/zero >"$0/ballast" 2>/dev/null || : ;; esac
done
"""


def test_a_disk_that_fills_up_during_a_run_is_a_sentence_and_nobodys_fault(root, tmp_path):
    command = [sys.executable, "-m", "hopcheck", "run", "--runtime", "process"]
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-ec", f"set -o pipefail\n{FULL}", str(tmp_path), *command],
        stdout=subprocess.PIPE,
        env={**os.environ, "HOPCHECK_SCRATCH": str(root)},
        text=True,
        timeout=100,
    )
    assert done.returncode == 3, done.stdout
    assert "report/trace.jsonl cannot be written: no space left on device" in done.stdout
    assert "VERDICT" not in done.stdout
    assert "Traceback" not in done.stdout
    assert list(root.glob("hc-*")) == []


def test_a_run_that_cannot_start_says_why_on_stderr_and_leaves_no_earlier_verdict(root, tmp_path):
    report = tmp_path / "report"
    report.mkdir()
    for name in JUDGED:
        (report / name).write_text("an earlier run passed")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = ["run", "--runtime", "process", "--report", str(report), "--first-port", str(port)]
        done = subprocess.run(
            [sys.executable, "-m", "hopcheck.cli", *arguments],
            capture_output=True,
            env={**os.environ, "HOPCHECK_SCRATCH": str(root)},
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 3
    assert f"port {port} is taken; give another N, or end who listens there" in done.stderr
    assert [name for name in JUDGED if (report / name).exists()] == []

"""A run brought up to stay: by the commands as people type them, with hosts that are processes."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hopcheck.trace import load

sys.path.insert(0, str(Path(__file__).parent))

from life_kit import DEADLINE_S, Kit, opened

FAILS = """
Feature: A run that fails
  Scenario: What is asserted does not come
    Given a plan on a system that is not connected
    When the user presses Execute
    Then the UI is answered 201
"""


@pytest.fixture
def kit() -> Iterator[Kit]:
    with opened() as made:
        yield made


@pytest.fixture
def up(kit: Kit, tmp_path: Path) -> Callable[..., dict]:
    """Brings a run up and returns its status."""

    def bring(*arguments: str, name: str = "report") -> dict:
        before = {run["run"] for run in kit.runs()}
        said = kit("up", "--runtime", "process", "--report", str(tmp_path / name), *arguments)
        [run] = [run for run in kit.runs() if run["run"] not in before]
        assert f"hopcheck down {run['run']}" in said
        return run

    return bring


def test_up_status_logs_shell_down(kit: Kit, up: Callable[..., dict], tmp_path: Path) -> None:
    run = up("--hosts", "2")
    assert (run["state"], run["verb"], run["runtime"], run["wrong"]) == ("running", "up", "process", [])
    assert [(host["name"], host["state"], host["connection"]) for host in run["hosts"]] == [
        ("host-1", "running", "online"),
        ("host-2", "running", "online"),
    ]
    # The command has ended, and its terminal's session with it; the owner has one of its own.
    assert os.getsid(run["owner"]) == run["owner"]

    assert "host-1    running, online" in kit("status")
    everything = kit("logs")
    assert "rhc-host-2 " in everything
    assert "owner " in everything
    assert "ready after" in kit("logs", "owner", "-n", "1")
    assert "there are ingress" in kit("logs", "ingres", expected=2)

    assert kit("shell", "host-1", "--", "cat", stdin="through") == "through"
    machine = kit("shell", "host-1", "--", "cat", "/etc/machine-id")
    assert machine != kit("shell", "--run", run["run"], "host-2", "--", "cat", "/etc/machine-id")
    kit("shell", "host-2", "--", "sh", "-c", "exit 7", expected=7)
    kit("shell", "host-2", "--", "sh", "-c", "kill -9 $$", expected=137)
    assert "there are host-1, host-2" in kit("shell", "host-7", expected=2)
    assert "is the report of" in kit("up", "--runtime", "process", "--report", run["report"], expected=2)

    assert f"ended process {run['owner']}" in kit("down")
    assert kit("down") == "nothing to take down\n"
    assert kit("down", run["run"]) == f"{run['run']}: nothing of it is there\n"
    assert kit.processes() == []
    assert load(tmp_path / "report/trace.jsonl").events[-1].op == "closed"


def test_a_role_that_ends_is_status_1_and_told_by_the_owner(kit: Kit, up: Callable[..., dict]) -> None:
    run = up()
    record = json.loads((Path(run["scratch"]) / "run.json").read_text())
    follower = kit.start("logs", "owner", "--follow")
    kit.until(follower, "ready after")
    os.kill(int(record["roles"]["ingress"].partition(":")[0]), signal.SIGKILL)
    kit.until(follower, "ingress ended by itself with status -9")
    assert "wrong     ingress has ended" in kit("status", expected=1)
    kit("down")
    assert f"{run['run']} has ended: nothing more comes" in kit.until(follower, "nothing more comes")
    assert follower.wait(timeout=DEADLINE_S) == 0


def test_a_killed_owner_leaves_a_dead_run_that_the_next_up_removes_and_only_that(
    kit: Kit, up: Callable[..., dict]
) -> None:
    lives, dies = up(name="lives"), up(name="dies")
    assert "which run?" in kit("shell", "host-1", "--", "true", expected=2)
    os.kill(dies["owner"], signal.SIGKILL)
    pid = os.pidfd_open(dies["owner"]) if Path(f"/proc/{dies['owner']}").exists() else None
    if pid is not None:
        select.select([pid], [], [], DEADLINE_S)
        os.close(pid)
    states = {run["run"]: run["state"] for run in kit.runs()}
    assert states == {lives["run"]: "running", dies["run"]: "dead"}
    said = kit("up", "--runtime", "process", "--report", str(Path(dies["report"]).parent / "next"))
    assert f"removed {dies['scratch']}, left by a run that was killed" in said
    assert lives["run"] in {run["run"] for run in kit.runs()}
    assert "wrong" not in kit("status")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("moment", ["runtime process", "signing the run's plays"])
def test_an_interrupted_up_leaves_nothing(kit: Kit, tmp_path: Path, number: int, moment: str) -> None:
    started = kit.start("up", "--runtime", "process", "--report", str(tmp_path / "report"))
    kit.until(started, moment)
    started.send_signal(number)
    assert started.wait(timeout=DEADLINE_S) == (-9 if number == signal.SIGKILL else 2)
    deadline = time.monotonic() + DEADLINE_S
    # After kill -9 nobody is left who could say when the owner has followed.
    while (left := [*kit.processes(), *kit.root.iterdir()]) and number == signal.SIGKILL:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
    assert left == []


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--sut", "nobody=cmd:x"], 2, "no role 'nobody'"),
        (["--hosts", "0"], 2, "argument --hosts: 0: want a whole number, 1 or more"),
        (["--sut", "ingress=cmd:false"], 1, "ingress: ended with status 1 before it was ready"),
        (["--bootstrap", "127.0.0.1:9"], 3, "Kafka at 127.0.0.1:9 cannot be read"),
        (["--native", "rhc"], 3, "--native need hosts that are machines"),
    ],
)
def test_what_cannot_be_brought_up_says_why(
    kit: Kit, tmp_path: Path, arguments: list[str], status: int, words: str
) -> None:
    said = kit("up", "--runtime", "process", "--report", str(tmp_path / "report"), *arguments, expected=status)
    assert words in said
    assert "Traceback" not in said
    assert list(kit.root.iterdir()) == []
    assert kit.processes() == []


def test_a_shell_has_a_terminal_of_its_size(kit: Kit, up: Callable[..., dict]) -> None:
    up()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, kit.argv("shell", "host-1", "--", "sh"), {**kit.env, "PS1": "$ "})
    try:
        said = b""

        def until(words: bytes) -> None:
            nonlocal said
            while words not in said:
                assert select.select([terminal], [], [], DEADLINE_S)[0], said
                said += os.read(terminal, 65_536)

        until(b"$ ")
        termios.tcsetwinsize(terminal, (33, 101))
        os.kill(pid, signal.SIGWINCH)
        # Whoever says that it is ready has the foreground already, so the key reaches it.
        os.write(terminal, b"sh -c 'echo $((40+2))ready; exec sleep 600'\n")
        until(b"42ready")
        os.write(terminal, b"\x03")
        until(b"^C\r\n$ ")
        os.write(terminal, b"stty size\n")
        until(b"33 101")
        os.write(terminal, b"exit 5\n")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5
    finally:
        os.close(terminal)


def test_a_failed_run_that_was_kept_can_be_entered_until_it_is_taken_down(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "fails.feature").write_text(FAILS)
    runtime = ["--runtime", "process"]
    failed = kit(
        "run",
        "--keep",
        *runtime,
        "--report",
        str(tmp_path / "report"),
        str(tmp_path / "fails.feature"),
        expected=1,
        timeout=180,
    )
    [run] = kit.runs()
    assert "ready after" in failed, failed
    assert f"kept {run['run']}" in failed
    assert (run["state"], run["verb"], run["wrong"]) == ("kept", "run", [])
    # The sweep of the next start leaves it.
    kit("up", *runtime, "--report", str(tmp_path / "other"))
    kept = ["--run", run["run"]]
    machine = kit("shell", "host-1", *kept, "--", "cat", "/etc/machine-id")
    assert machine == (Path(run["scratch"]) / "host-1/root/etc/machine-id").read_text()
    assert "rhc-host-1" in kit("logs", *kept, "host-1")
    assert f"removed {run['scratch']}" in kit("down", run["run"])
    assert [each["verb"] for each in kit.runs()] == ["up"]

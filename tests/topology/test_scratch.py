import os
import subprocess
import sys

from hopcheck.topology import scratch


def test_own_directory_survives_a_sweep():
    path = scratch.new()
    try:
        assert path not in scratch.sweep()
        assert path.is_dir()
    finally:
        scratch.remove(path)
    assert not path.exists()


def test_a_dead_owners_directory_is_swept():
    made = subprocess.run(
        [sys.executable, "-c", "from hopcheck.topology import scratch; print(scratch.new())"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert made in map(str, scratch.sweep())


def test_a_process_that_nobody_has_waited_for_does_not_run():
    child = subprocess.Popen(["sleep", "60"])
    mark = scratch.mark(child.pid)
    assert scratch.runs(mark)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not scratch.runs(mark)
    child.wait()


def test_another_root_is_another_world(tmp_path):
    made = subprocess.run(
        [sys.executable, "-c", "from hopcheck.topology import scratch; print(scratch.new())"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "HOPCHECK_SCRATCH": str(tmp_path)},
    ).stdout.strip()
    assert made.startswith(f"{tmp_path}/hc-")
    assert made not in map(str, scratch.all_runs())
    assert made not in map(str, scratch.sweep())


def test_a_directory_without_mark_is_left_alone(tmp_path, monkeypatch):
    path = scratch.new()
    (path / "owner").unlink()
    try:
        assert path not in scratch.sweep()
    finally:
        scratch.remove(path)

import os
import subprocess
import sys

import pytest

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


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "ROOT", tmp_path)
    return tmp_path


def orphan():
    path = scratch.new()
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    (path / "owner").write_text(f"{child.pid}:1")
    return path


def test_a_kept_run_outlives_its_end_and_every_sweep(root):
    path = orphan()
    assert not scratch.is_kept(path.name)
    scratch.keep(path)
    assert scratch.is_kept(path.name)
    scratch.end(path)
    assert scratch.sweep() == []
    assert path.is_dir()


def test_the_end_of_a_run_that_was_not_kept_removes_it(root):
    path = scratch.new()
    scratch.end(path)
    assert not path.exists()


def test_a_mark_is_this_process_and_no_later_one_with_its_pid(root):
    path = scratch.new()
    mark = scratch.owner(path)
    assert mark.startswith(f"{os.getpid()}:")
    assert scratch.runs(mark)
    assert not scratch.runs(f"{os.getpid()}:1")


@pytest.mark.parametrize("mark", ["", ":", "12", "12:", "x:1", "999999999:5"])
def test_what_is_no_mark_runs_nowhere(mark):
    assert not scratch.runs(mark)


def test_the_dead_are_those_whose_owner_is_gone_and_who_were_not_kept(root):
    gone, kept, alive = orphan(), orphan(), scratch.new()
    scratch.keep(kept)
    assert scratch.dead() == [gone]
    assert set(scratch.all_runs()) == {gone, kept, alive}


def test_runs_are_listed_oldest_first_and_nothing_else_is(root):
    first, second = scratch.new(), scratch.new()
    os.utime(first / "owner", (2, 2))
    os.utime(second / "owner", (1, 1))
    (root / "hc-no-mark").mkdir()
    (root / "hc-a-file").touch()
    assert scratch.all_runs() == [second, first]


def test_no_mark_is_an_empty_one(root):
    assert scratch.owner(root) == ""

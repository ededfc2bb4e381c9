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


def test_a_directory_without_mark_is_left_alone(tmp_path, monkeypatch):
    path = scratch.new()
    (path / "owner").unlink()
    try:
        assert path not in scratch.sweep()
    finally:
        scratch.remove(path)

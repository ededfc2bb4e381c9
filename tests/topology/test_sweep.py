import subprocess
import sys

import pytest

from hopcheck.topology import scratch, sweep
from hopcheck.topology.containers import labels
from hopcheck.topology.containers.engine import Engine, EngineError


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def removed(monkeypatch):
    """What the engine was asked to remove; it has a dead run of its own."""
    asked = []
    monkeypatch.setattr(Engine, "connect", classmethod(lambda cls, timeout=0: "engine"))
    monkeypatch.setattr(labels, "left_behind", lambda engine: ["hc-only-there"])
    monkeypatch.setattr(labels, "remove", lambda engine, runs: asked.extend(runs) or [f"of {run}" for run in runs])
    return asked


@pytest.fixture
def socket(tmp_path, monkeypatch):
    path = tmp_path / "engine.sock"
    path.touch()
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(sweep, "SOCKETS", (path,))
    return path


def dead(root):
    path = scratch.new()
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    (path / "owner").write_text(f"{child.pid}:1")
    return path


def test_a_sweep_takes_the_dead_runs_of_engine_and_machine(root, socket, removed):
    gone, alive = dead(root), scratch.new()
    assert sweep.sweep() == ["of hc-only-there", str(gone)]
    assert removed == ["hc-only-there"]
    assert (gone.exists(), alive.exists()) == (False, True)


def test_what_was_kept_outlives_a_sweep_and_not_a_discard(root, socket, removed):
    kept = dead(root)
    scratch.keep(kept)
    sweep.sweep()
    assert kept.exists()
    assert sweep.discard([kept]) == [f"of {kept.name}", str(kept)]
    assert removed == ["hc-only-there", kept.name]
    assert not kept.exists()


def test_without_a_socket_no_engine_is_asked(root, socket, monkeypatch):
    socket.unlink()
    monkeypatch.setattr(Engine, "connect", classmethod(lambda *_, **__: pytest.fail("an engine was asked")))
    assert sweep.sweep() == []


def test_an_engine_that_does_not_answer_hides_no_scratch_directory(root, socket, monkeypatch):
    def refuse(*_, **__):
        raise EngineError("no")

    monkeypatch.setattr(Engine, "connect", classmethod(refuse))
    gone = dead(root)
    assert sweep.sweep() == [str(gone)]

from __future__ import annotations

import pytest

from hopcheck.topology import scratch, sweep
from hopcheck.topology.containers.engine import Engine, EngineError


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "ROOT", tmp_path)
    monkeypatch.setattr(sweep, "SOCKETS", ())
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return tmp_path


def dead(root, name, kept=False):
    path = root / name
    path.mkdir()
    (path / "owner").write_text("999999999:1")
    if kept:
        scratch.keep(path)
    return path


def test_without_a_socket_there_is_no_engine():
    assert sweep.engine() is None


def test_an_engine_that_does_not_answer_is_none(monkeypatch):
    def refuse(**_):
        raise EngineError("no")

    monkeypatch.setenv("DOCKER_HOST", "unix:///none.sock")
    monkeypatch.setattr(Engine, "connect", refuse)
    assert sweep.engine() is None


def test_the_dead_are_swept_and_the_kept_stay(root):
    gone, kept, lives = dead(root, "hc-a"), dead(root, "hc-b", kept=True), scratch.new()
    assert sweep.sweep() == [str(gone)]
    assert sorted(root.iterdir()) == sorted([kept, lives])


def test_what_is_discarded_need_not_be_unkept(root):
    kept = dead(root, "hc-b", kept=True)
    assert sweep.discard([kept]) == [str(kept)]
    assert list(root.iterdir()) == []

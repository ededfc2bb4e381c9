from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hopcheck.topology import scratch
from hopcheck.topology.containers.engine import Engine


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs have their scratch directories, for this test."""
    monkeypatch.setattr(scratch, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def engine() -> Engine:
    """An engine whose client does what a test gives it to do."""
    return Engine(SimpleNamespace(), "docker", "20.10", 1, "cgroupfs")

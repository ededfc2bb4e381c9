"""A kit that is killed with -9 cleans nothing up; the next one does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from hopcheck.topology import scratch, sweep
from hopcheck.topology.containers import labels

KIT = """
import sys, signal
from pathlib import Path
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.runtime import ContainerRuntime
from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Stage
settings = Settings(report=Path(sys.argv[2]))
stage = Stage(settings, runtime=ContainerRuntime(Engine.connect(), sys.argv[1], settings))
stage.open()
print(stage.topology.directory.name, flush=True)
signal.pause()
"""


@pytest.fixture
def killed(image, tmp_path):
    """The run of a kit that was killed with -9 when its host was up."""
    runs = []

    def kill():
        argv = [sys.executable, "-c", KIT, image, str(tmp_path / "report")]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as kit:
            runs.append(kit.stdout.readline().strip())
            os.kill(kit.pid, signal.SIGKILL)
        return runs[-1]

    yield kill
    sweep.discard(scratch.ROOT / run for run in runs if run)


def test_what_a_killed_kit_left_is_swept(killed, left, engine):
    run = killed()
    assert sorted(left(run)) == sorted([run, f"{run}-host-1"])
    assert run in labels.left_behind(engine)
    swept = sweep.sweep()
    assert {run, f"{run}-host-1", str(scratch.ROOT / run)} <= set(swept)
    assert left(run) == []
    assert not (scratch.ROOT / run).exists()


def test_what_was_kept_stays_until_it_is_discarded(killed, left, engine):
    run = killed()
    scratch.keep(scratch.ROOT / run)
    assert run not in labels.left_behind(engine)
    assert not {run, f"{run}-host-1"} & set(sweep.sweep())
    assert len(left(run)) == 2
    sweep.discard([scratch.ROOT / run])
    assert left(run) == []

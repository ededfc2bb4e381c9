import os
from dataclasses import replace

import pytest

from hopcheck.checks.judge import judge
from hopcheck.home import CONTRACTS
from hopcheck.topology import room
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import QUICK, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import COMPLETE
from hopcheck.trace import load


def test_a_host_that_is_dismissed_is_gone_and_the_next_one_plays(tmp_path, monkeypatch):
    with Stage(Settings(report=tmp_path, hosts=2, timeout_s=30, commands=QUICK)) as stage:
        first, second = stage.topology.hosts.values()
        pids = [process.pid for name, process in stage.topology.processes.items() if name.endswith("-host-1")]
        stage.dismiss([first])
        assert list(stage.topology.hosts) == ["host-2"]
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)
        assert len(pids) == 3
        assert not [name for name in stage.topology.processes if name.endswith("-host-1")]
        story = replace(COMPLETE, label="on who is left", everywhere=False)
        assert stage.play(story).identity is second.identity
        monkeypatch.setattr(room, "watches_left", lambda: 2)
        with pytest.raises(StartError, match="too few inotify instances: 3 are wanted, and 2 are left"):
            stage.host()
    (run,) = judge(load(tmp_path / "trace.jsonl"), CONTRACTS).runs
    assert (run.outcome, run.host) == ("complete", second.identity.client_id)

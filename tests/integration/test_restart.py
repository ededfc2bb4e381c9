import threading

import pytest

from hopcheck.checks.judge import judge
from hopcheck.home import CONTRACTS
from hopcheck.topology.settings import WITHOUT_ANSIBLE, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import COMPLETE
from hopcheck.trace import load


@pytest.mark.parametrize("role", ["playbook-dispatcher", "cloud-connector"])
def test_a_server_that_restarts_in_mid_run_loses_nothing(tmp_path, role):
    with Stage(Settings(report=tmp_path, timeout_s=30, commands=WITHOUT_ANSIBLE)) as stage:

        def restart():
            stage.trace.wait_for(
                lambda event: event.edge == "rhc>ingress" and event.op == "request", what="an upload", timeout=30
            )
            stage.restart(role)

        thread = threading.Thread(target=restart)
        thread.start()
        stage.play(COMPLETE)
        thread.join()
        stage.host()
    (run,) = judge(load(tmp_path / "trace.jsonl"), CONTRACTS).runs
    assert run.outcome == "complete"
    assert [arrow.number for arrow in run.arrows if arrow.state not in ("seen", "derived")] == []

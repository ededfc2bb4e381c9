import os
import subprocess
import sys

from hopcheck.soak.usage import Usage, usage_of, usages


def test_of_this_process():
    own = usage_of(os.getpid())
    assert own.memory_kb > 1_000
    assert own.threads >= 1
    assert own.processes == 1
    with open(os.devnull):
        assert usage_of(os.getpid()).files == own.files + 1


def test_roles_add_up_their_processes_and_who_is_gone_takes_nothing():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        found = usages(os.getpid(), {child.pid: "ingress"})
        assert found["ingress"].processes == 1
        assert found["kit"].processes >= 1

        def gone(pid: int) -> Usage:
            if pid == child.pid:
                raise ProcessLookupError
            return Usage(1, 1, 1, 1)

        assert "ingress" not in usages(os.getpid(), {child.pid: "ingress"}, gone)
        child.communicate(b"\n")


def test_together():
    assert Usage(1, 2, 3, 4).plus(Usage(10, 20, 30, 40)) == Usage(11, 22, 33, 44)

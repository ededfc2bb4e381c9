from __future__ import annotations

import argparse
import os
import select
import signal
import subprocess
import sys

import pytest

from hopcheck.life.run import Unclear
from hopcheck.life.shell import _hang_up, shell
from hopcheck.topology.record import HostRecord


@pytest.fixture(autouse=True)
def _handler():
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


def go(*command: str) -> int:
    return shell(argparse.Namespace(host="host-1", run=None, command=list(command)))


@pytest.mark.parametrize(("script", "status"), [("exit 7", 7), ("kill -9 $$", 137), ("true", 0)])
def test_the_commands_status_is_passed_on(made, script, status):
    made(owner=os.getpid(), hosts=(HostRecord("host-1", "c", None, ("env",)),))
    assert go("sh", "-c", script) == status


def test_a_command_finds_the_hosts_bus(made, capfd):
    run = made(owner=os.getpid(), hosts=(HostRecord("host-1", "c", None, ("env",)),))
    assert go("sh", "-c", "echo $DBUS_SESSION_BUS_ADDRESS") == 0
    assert capfd.readouterr().out == f"unix:path={run.directory}/host-1/bus\n"


@pytest.mark.parametrize("owner", [None, os.getpid()], ids=["a dead one's", "a live one's"])
def test_a_host_that_is_not_there_is_told(made, owner):
    made(owner=owner, hosts=(HostRecord("host-1", "c", None, ()),))
    with pytest.raises(Unclear, match="is not there to be entered"):
        go("true")


def test_what_a_wrapper_started_is_hung_up_too():
    script = "import subprocess; child = subprocess.Popen(['sleep', '60']); print(child.pid, flush=True); child.wait()"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as wrapper:
        assert wrapper.stdout is not None
        pidfd = os.pidfd_open(int(wrapper.stdout.readline()))
        _hang_up(wrapper.pid)
        assert wrapper.wait(timeout=10) in (0, -signal.SIGHUP)
    assert select.select([pidfd], [], [], 10)[0]
    os.close(pidfd)

import asyncio
import os

import pytest

from hopcheck.install import program
from hopcheck.topology.containers.netfilter import Cut
from hopcheck.topology.process import StartError

COUNTERS = "    pkts      bytes target     prot opt in     out     source               destination\n"


@pytest.fixture
def iptables(tmp_path, monkeypatch):
    """An nsenter that notes what it is told, prints `said` and ends with `status`."""
    said, status, log = tmp_path / "said", tmp_path / "status", tmp_path / "log"
    said.write_text("")
    status.write_text("0")
    for name in ("nsenter", "iptables"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "$@" >>{log}\ncat {said}\nexit $(cat {status})\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.fixture
def cut():
    return Cut(7, "172.30.0.1", 8883)


async def test_both_directions_are_dropped_in_the_machines_own_network_and_let_pass_again(iptables, cut):
    await cut.make()
    await cut.heal()
    lines = (iptables / "log").read_text().splitlines()
    assert all(line.startswith(f"--target=7 --net -- {iptables}/iptables -w ") for line in lines)
    rules = [line.partition(" -w ")[2] for line in lines]
    assert rules[:2] == [
        "-A OUTPUT -d 172.30.0.1 -p tcp --dport 8883 -j DROP",
        "-A INPUT -s 172.30.0.1 -p tcp --sport 8883 -j DROP",
    ]
    assert rules[2:] == [rule.replace("-A", "-D") for rule in rules[:2]]


async def test_it_bites_once_a_packet_was_dropped(iptables, cut):
    (iptables / "said").write_text(COUNTERS + "       3      180 DROP       tcp  --  *      *       0.0.0.0/0\n")
    await cut.bites(timeout=5)


@pytest.mark.parametrize(
    "said", ["       0        0 DROP       tcp  --  *\n", "      12      720 ACCEPT     tcp  --  *\n", ""]
)
async def test_it_does_not_bite_before(iptables, cut, said):
    (iptables / "said").write_text(COUNTERS + said)
    with pytest.raises(TimeoutError):
        await cut.bites(timeout=0.2)


async def test_the_packet_is_waited_for(iptables, cut):
    (iptables / "said").write_text(COUNTERS)
    waiting = asyncio.create_task(cut.bites(timeout=10))
    while not (iptables / "log").exists():
        await asyncio.sleep(0)
    assert not waiting.done()
    (iptables / "said").write_text(COUNTERS + "       1       60 DROP       tcp\n")
    await waiting


async def test_a_refusal_says_what_was_asked_and_answered(iptables, cut):
    (iptables / "said").write_text("Operation not permitted\n")
    (iptables / "status").write_text("4")
    with pytest.raises(StartError, match=r"iptables -A OUTPUT .* failed: Operation not permitted"):
        await cut.make()


async def test_a_machine_without_the_tools_says_which(tmp_path, cut, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(program, "SBIN", ())
    with pytest.raises(StartError, match=r"nsenter and iptables are missing .*install"):
        await cut.make()


async def test_who_waits_no_longer_leaves_no_child(iptables, cut):
    (iptables / "nsenter").write_text(f"#!/bin/sh\necho $$ >{iptables}/pid\nexec sleep 60\n")
    with pytest.raises(TimeoutError):
        await cut.bites(timeout=1)
    pid = (iptables / "pid").read_text().strip()
    assert not os.path.exists(f"/proc/{pid}")

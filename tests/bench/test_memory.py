from __future__ import annotations

import mmap
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hopcheck.bench.memory import Peak, argv_of, descendants, own_kb, peak, pss_kb, roles, weigh
from hopcheck.trace import Draft, Redactor, Store

SIZE = 32 << 20


@pytest.fixture
def child():
    program = "import os; print(os.getpid(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.communicate(b"\n")


def test_own_memory_grows_by_what_is_touched():
    before = pss_kb(os.getpid())
    with mmap.mmap(-1, SIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as pages:
        pages[:] = b"x" * SIZE
        grown = pss_kb(os.getpid()) - before
    assert grown > 0.9 * SIZE / 1024


def test_a_file_that_is_mapped_is_nobodys_own(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * SIZE)
    whole, own = pss_kb(os.getpid()), own_kb(os.getpid())
    with (tmp_path / "file").open("rb") as file, mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ) as pages:
        assert sum(pages[at] for at in range(0, SIZE, mmap.PAGESIZE)) == ord("x") * SIZE // mmap.PAGESIZE
        assert pss_kb(os.getpid()) - whole > 0.9 * SIZE / 1024
        assert own_kb(os.getpid()) - own < 0.1 * SIZE / 1024


def test_what_is_touched_is_ones_own():
    before = own_kb(os.getpid())
    with mmap.mmap(-1, SIZE, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS) as pages:
        pages[:] = b"x" * SIZE
        assert own_kb(os.getpid()) - before > 0.9 * SIZE / 1024
    with mmap.mmap(-1, SIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as pages:
        pages[:] = b"x" * SIZE
        assert own_kb(os.getpid()) - before > 0.9 * SIZE / 1024


@pytest.mark.parametrize("weigh_one", [pss_kb, own_kb])
def test_nobody_has_no_memory(weigh_one):
    with pytest.raises(OSError, match=r"No such|no memory"):
        weigh_one(2**22)


def test_descendants_and_their_weight(child):
    assert descendants(os.getpid())[child] == os.getpid()
    weights = weigh(os.getpid(), {child: "s3"})
    assert weights["s3"] > 1000
    assert weights["kit"] > weights["s3"]


def test_argv(child):
    assert argv_of(child).startswith(os.fsencode(sys.executable) + b"\0-c\0")
    assert argv_of(2**22) == b""


def test_roles_come_from_the_kit_the_program_or_the_parent():
    below = {2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 1, 8: 2, 9: 1, 10: 9, 11: 9}
    lines = {
        3: b"python3\0-IS\0/usr/lib64/x/ansible_runner/shim.py\0python3\0-m\0ansible_runner",
        4: b"python\0-m\0ansible_runner\0run",
        5: b"python3\0-IS\0/usr/bin/insights-client",
        6: b"python\0-m\0fakes.insights_client",
        7: b"unshare",
        8: b"gpg",
        **dict.fromkeys((9, 10, 11), b"python3\0-m\0fakes.fork_server\0forks"),
    }
    assert roles(1, {2: "worker", 10: "s3"}, below, lambda pid: lines.get(pid, b"")) == {
        1: "kit",
        2: "worker",
        3: "kit",
        4: "ansible-runner",
        5: "kit",
        6: "insights-client",
        7: "kit",
        8: "worker",
        9: "fork-server",
        10: "s3",
        11: "fork-server",
    }


def test_peak_keeps_the_heaviest():
    heaviest = Peak()
    for sample in ({"a": 1, "b": 2}, {"a": 5}, {"b": 4}):
        heaviest.take(sample)
    assert (heaviest.heaviest, heaviest.samples) == ({"a": 5}, 3)


def test_an_event_brings_a_sample(tmp_path: Path):
    store = Store(tmp_path, Redactor(b"k"))
    taken = []
    with peak(store, lambda: taken.append(len(store)) or {"kit": len(store)}) as heaviest:
        store.append(Draft("t", "e", "kit", "run", "a", "b"))
    store.close()
    assert taken
    assert heaviest.heaviest == {"kit": 1}

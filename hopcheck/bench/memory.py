"""Proportional memory of everything that the kit started, by role."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hopcheck.trace import Event, Store

KIT = "kit"
_MARKS = (
    (b"/shim.py", KIT),
    (b"fakes.fork_server", "fork-server"),
    (b"fakes.insights_client", "insights-client"),
    (b"/usr/bin/insights-client", KIT),
    (b"/usr/libexec/rhc-playbook-verifier", KIT),
    (b"ansible_runner", "ansible-runner"),
    (b"ansible-playbook", "ansible-runner"),
)


def pss_kb(pid: int) -> int:
    """Proportional set size of a process in kB: private pages plus its share of shared ones. Raises OSError."""
    return _kb(pid, "Pss:")


def own_kb(pid: int) -> int:
    """What a process made itself, in kB: without the files that it maps. Raises OSError.

    Its share of those, of Python and libraries, is the smaller the more others run them, and so goes up and down by
    whatever else happens on the machine.
    """
    return _kb(pid, "Pss_Anon:", "Pss_Shmem:")


def _kb(pid: int, *names: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    found = [int(line.split()[1]) for line in lines if line.startswith(names)]
    if not found:
        raise ProcessLookupError(f"{pid} has no memory")
    return sum(found)


def descendants(root: int) -> dict[int, int]:
    """Every living process below ``root``: pid to parent's pid, parents first."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parent = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found: dict[int, int] = {}
    front = [root]
    while front:
        parent = front.pop()
        for child in children.get(parent, ()):
            found[child] = parent
            front.append(child)
    return found


def roles(
    root: int, known: Mapping[int, str], below: Mapping[int, int], argv: Callable[[int], bytes]
) -> dict[int, str]:
    """The role of each process: as ``known``, else by what it runs, else its parent's; ``root`` is the kit."""
    found = {root: KIT}
    for pid, parent in below.items():
        line = argv(pid)
        found[pid] = known.get(pid) or next((role for mark, role in _MARKS if mark in line), found[parent])
    return found


def argv_of(pid: int) -> bytes:
    """What a process was started as, words apart by NUL; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def weigh(root: int, known: Mapping[int, str]) -> dict[str, int]:
    """kB by role, of ``root`` and everything below it; who is gone by then weighs nothing."""
    found: dict[str, int] = {}
    for pid, role in roles(root, known, descendants(root), argv_of).items():
        try:
            found[role] = found.get(role, 0) + pss_kb(pid)
        except OSError:
            continue
    return found


@dataclass(slots=True)
class Peak:
    """The heaviest of all samples: kB by role."""

    heaviest: dict[str, int] = field(default_factory=dict)
    samples: int = 0

    def take(self, sample: dict[str, int]) -> None:
        """Keep ``sample`` where it is heavier than all before."""
        self.samples += 1
        if sum(sample.values()) > sum(self.heaviest.values()):
            self.heaviest = sample


@contextmanager
def peak(store: Store, sample: Callable[[], dict[str, int]]) -> Iterator[Peak]:
    """Take a sample after each event of the trace; events that come during one bring one more, not many."""
    heaviest, grown, over = Peak(), threading.Event(), threading.Event()

    def told(_: Event) -> None:
        grown.set()

    def watch() -> None:
        while not over.is_set():
            grown.wait()
            grown.clear()
            heaviest.take(sample())

    store.subscribe(told)
    thread = threading.Thread(target=watch, name="hopcheck-memory")
    thread.start()
    try:
        yield heaviest
    finally:
        over.set()
        grown.set()
        thread.join()

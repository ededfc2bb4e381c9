"""Follows logs as they are written: files by the kernel's word, journals by a command on the host."""

from __future__ import annotations

import contextlib
import os
import selectors
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from hopcheck.life import machines
from hopcheck.life.directory_watch import DirectoryWatch
from hopcheck.life.execution import Execution, Frames
from hopcheck.life.run import Run
from hopcheck.life.source import SUFFIXES, Source

Tell = Callable[[str, bytes], None]


class Lines:
    """Whole lines out of pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Those that are complete by now, without their ends."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        return whole

    @property
    def unfinished(self) -> bool:
        """Whether a line has begun."""
        return bool(self._rest)

    def rest(self) -> list[bytes]:
        """What has no end, where nothing more can come."""
        rest, self._rest = self._rest, b""
        return [rest] if rest else []


class FileTail:
    """A log file, read on from where it was read last; the first time only its last ``lines``, or everything."""

    def __init__(self, path: Path, tell: Tell, lines: int | None = None) -> None:
        self._path = path
        self._tell = tell
        self._first: int | None = lines
        self._position = 0
        self._lines = Lines()

    def read(self) -> None:
        """Tell what is new."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                data = file.read()
        except FileNotFoundError:
            return
        self._position += len(data)
        whole = self._lines.feed(data)
        if self._first is not None:
            room = max(self._first - self._lines.unfinished, 0)
            whole, self._first = whole[max(len(whole) - room, 0) :], None
        for line in whole:
            self._tell(self._path.stem, line)

    def end(self) -> None:
        """Tell also what has no end."""
        self.read()
        for line in self._lines.rest():
            self._tell(self._path.stem, line)


class JournalTail:
    """A host's journal, followed by a command that cannot outlive this process."""

    def __init__(self, execution: Execution, name: str, tell: Tell) -> None:
        self.socket = execution.socket
        self._name = name
        self._tell = tell
        self._frames = Frames()
        self._lines = Lines()
        self._take(execution.early)

    def read(self) -> bool:
        """Tell what is new; False when the host has gone."""
        try:
            data = self.socket.recv(65_536)
        except ConnectionError:
            return False
        self._take(data)
        return bool(data)

    def _take(self, data: bytes) -> None:
        for _, part in self._frames.feed(data):
            for line in self._lines.feed(part):
                self._tell(self._name, line)


def follow(found: Run, wanted: Sequence[Source], tell: Tell, lines: int | None, *, every: bool) -> None:
    """Until KeyboardInterrupt, or until nothing more can come; with ``every`` files that appear join in."""
    files = {source.file.name: FileTail(source.file, tell, lines) for source in wanted if source.file}
    with contextlib.ExitStack() as opened, selectors.DefaultSelector() as selector:
        if found.alive and found.logs is not None:
            # Before the first reading, so that nothing falls between.
            watch = opened.enter_context(contextlib.closing(DirectoryWatch(found.logs)))
            owner = os.pidfd_open(found.pid)
            opened.callback(os.close, owner)
            selector.register(watch, selectors.EVENT_READ)
            selector.register(owner, selectors.EVENT_READ)
        for source in wanted:
            if source.host is not None:
                _open_journal(found, source, tell, lines, selector, opened)
        for tail in files.values():
            tail.read()
        while len(selector.get_map()):
            for key, _ in selector.select():
                if isinstance(key.data, JournalTail):
                    if not key.data.read():
                        selector.unregister(key.fileobj)
                elif isinstance(key.fileobj, DirectoryWatch):
                    for name in sorted(key.fileobj.changed()):
                        if every and name not in files and name.endswith(SUFFIXES):
                            files[name] = FileTail(key.fileobj.directory / name, tell)
                        if name in files:
                            files[name].read()
                else:
                    selector.unregister(watch)
                    selector.unregister(owner)
        for tail in files.values():
            tail.end()
    print(f"hopcheck: {found.id} has ended: nothing more comes", file=sys.stderr)


def _open_journal(
    found: Run,
    source: Source,
    tell: Tell,
    lines: int | None,
    selector: selectors.BaseSelector,
    opened: contextlib.ExitStack,
) -> None:
    assert source.host is not None
    first = "--no-tail" if lines is None else f"--lines={lines}"
    machine = machines.container(found, source.host)
    execution = opened.enter_context(Execution.guarded(machine, source.journal("--follow", first)))
    selector.register(execution.socket, selectors.EVENT_READ, JournalTail(execution, source.name, tell))

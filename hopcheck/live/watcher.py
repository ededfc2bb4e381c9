"""Judges a trace anew when it has grown, while somebody looks."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time

import orjson

from hopcheck.life.directory_watch import DirectoryWatch
from hopcheck.live.board import Board
from hopcheck.live.state import State
from hopcheck.live.watched import Watched

PAUSE_S, SHARE = 0.3, 5
"""Between two judgements at least so long, and so many times what the last one took: the flow needs the processor."""
TRACE, RUN = "trace", "run "


class Watcher:
    """A thread that keeps a board; it rests while the board has no reader. Raises OSError without the directory."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._bell, self._ringer = socket.socketpair()
        self._ringer.setblocking(False)
        self._directory = DirectoryWatch(watched.path.parent)
        self._ending = False
        self.board = Board(self._ring)
        self._thread = threading.Thread(target=self._run, name="hopcheck-live", daemon=True)
        self._thread.start()

    def _ring(self) -> None:
        # Full means rung already; closed, that it is over.
        with contextlib.suppress(OSError):
            self._ringer.send(b"!")

    def _run(self) -> None:
        grown, due = True, 0.0
        with selectors.DefaultSelector() as either, selectors.DefaultSelector() as bell:
            either.register(self._bell, selectors.EVENT_READ)
            either.register(self._directory, selectors.EVENT_READ)
            bell.register(self._bell, selectors.EVENT_READ)
            while not self._ending:
                # With something to be judged soon, more of it changes nothing.
                wanted = grown and self.board.readers > 0
                for key, _ in bell.select(max(0.0, due - time.monotonic())) if wanted else either.select():
                    if key.fileobj is self._directory:
                        grown = bool(self._directory.changed()) or grown
                    else:
                        self._bell.recv(4096)
                if grown and self.board.readers and time.monotonic() >= due:
                    # Reading the contracts, the first time, says nothing of how long a judgement takes.
                    self._watched.prepare()
                    grown, began = False, time.monotonic()
                    self._judge()
                    due = time.monotonic() + max(PAUSE_S, SHARE * (time.monotonic() - began))

    def _judge(self) -> None:
        try:
            self.board.put(_entries(self._watched.state()))
        except (OSError, ValueError) as error:
            self.board.put({TRACE: orjson.dumps({"trouble": str(error)})})

    def end(self, timeout: float = 5) -> None:
        """Show the last of it to those who look, and stop; again changes nothing."""
        if self._ending:
            return
        self._ending = True
        self._ring()
        self._thread.join()
        if self.board.readers:
            self._judge()
        self.board.end(timeout)
        self._directory.close()
        self._ringer.close()
        self._bell.close()


def _entries(state: State) -> dict[str, bytes]:
    runs = {RUN + run.key: orjson.dumps(run) for run in state.runs}
    return {TRACE: orjson.dumps(state.trace), **runs}

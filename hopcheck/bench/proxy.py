"""Somebody else's proxy in front of the measured server, as a process of its own."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

import orjson

from hopcheck.bench import exchange
from hopcheck.bench.answer import ask
from hopcheck.topology.process import deathbound

READY_TIMEOUT_S = 60.0


class ProxyError(RuntimeError):
    """A proxy did not start, or does not do the work that it is compared for."""


class Proxy:
    """A running proxy called ``name`` that listens on ``port`` once it says ``listening``.

    Context manager; ``prove`` is then asked whether it does its work. Raises `ProxyError`, OSError.
    """

    def __init__(
        self, name: str, argv: Sequence[str], port: int, listening: bytes, prove: Callable[[int], None]
    ) -> None:
        self.name = name
        self.port = port
        self._argv = [*deathbound(), *argv]
        self._listens = listening
        self._prove = prove

    def __enter__(self) -> Proxy:
        self._child = subprocess.Popen(
            self._argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._said: list[str] = []
        self._ready = False
        self._told = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._told.wait(READY_TIMEOUT_S)
        if not self._ready:
            self.__exit__(None, None, None)
            raise ProxyError(f"{self.name} did not start:\n" + "".join(self._said[-8:]))
        try:
            self._prove(self.port)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._child.terminate()
        self._child.wait()
        self._reader.join()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if not self._ready:
                self._said.append(line.decode(errors="replace"))
                if self._listens in line:
                    self._ready = True
                    self._told.set()
        self._told.set()


def passes(name: str, port: int) -> None:
    """That the good answer comes through whole. Raises `ProxyError`."""
    status, body = ask(port, exchange.request())
    if status != 200 or orjson.loads(body) != orjson.loads(exchange.body()):
        raise ProxyError(f"{name} does not pass the good answer: {status} {body[:500]!r}")

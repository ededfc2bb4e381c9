"""The tap at the process boundary: a socket on which shims report what was started and how it ended."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from hopcheck.taps.gate import playbooks_of
from hopcheck.trace import Draft, Store

Arrow = tuple[str, str, str]
Edges = Callable[[str, Sequence[str]], Arrow]
TEXT_LIMIT = 1 << 20
SOCKET_PATH_LIMIT = 107
VERIFIER = "/usr/libexec/rhc-playbook-verifier"
VERIFIER_MODULE = "insights.client.apps.ansible.playbook_verifier"


def arrow_of(path: str, argv: Sequence[str]) -> Arrow:
    """Edge, caller and callee of a start of the program installed at ``path``."""
    if path.rstrip("/").rpartition("/")[2] == "ansible_runner":
        return "rhc-worker-playbook>ansible-runner", "rhc-worker-playbook", "ansible-runner"
    if path == VERIFIER or VERIFIER_MODULE in argv:
        return "rhc-worker-playbook>insights-client", "rhc-worker-playbook", "insights-client"
    return "ansible-runner>insights-client", "ansible-runner", "insights-client"


class ProcessTap:
    """Listens at the unix socket ``path`` from `start` to `stop`; a shim waits for each answer, so is never ahead.

    ``edges`` tells edge, source and target of a start from the installed path and argv; an exit runs the other way.
    ``may_run`` is asked with the text of the playbook that a gated start names; None permits all. A shim that goes
    away without an exit (killed) leaves an ``exit`` with neither status nor signal.
    """

    def __init__(
        self,
        store: Store,
        *,
        path: Path,
        host: str | None,
        edges: Edges = arrow_of,
        may_run: Callable[[str], bool] | None = None,
        name: str | None = None,
    ) -> None:
        if len(os.fsencode(path)) > SOCKET_PATH_LIMIT:
            raise ValueError(f"{path}: longer than {SOCKET_PATH_LIMIT} bytes, no unix socket fits there")
        self.name = name or f"process:{host}"
        self._store = store
        self._path = path
        self._host = host
        self._edges = edges
        self._may_run = may_run
        self._run = os.urandom(4).hex()
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._error: Exception | None = None

    async def start(self) -> None:
        """Listen. Raises OSError where the socket cannot be made."""
        self._server = await asyncio.start_unix_server(self._serve, self._path)

    async def stop(self) -> None:
        """End; programs that still run go on unwatched. Raises the tap's own failure, if it had one."""
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._path.unlink(missing_ok=True)
        if self._error is not None:
            raise self._error

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._observe(reader, writer)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self._error = error
            self._store.fail_waits(f"{self.name} failed: {error!r}")
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _observe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            spawn, blobs = await _receive(reader)
        except (EOFError, OSError):
            return
        self._count += 1
        exchange = f"{self.name}:{self._run}:{self._count}"
        edge, source, target = self._edges(spawn["path"], spawn["argv"])
        files = {name: _content(data) for name, data in blobs.items()}
        about = {name: spawn[name] for name in ("program", "path", "argv", "pid")}
        self._append(
            "spawn",
            edge,
            source,
            target,
            exchange,
            {
                **about,
                "env": spawn["env"],
                "env_other": spawn["env_other"],
                "cwd": spawn["cwd"],
                "ppid": spawn["ppid"],
                "files": files,
            },
        )
        reason = self._refusal(spawn, files) if spawn["gate"] else None
        try:
            await _answer(writer, {"run": reason is None, "reason": reason})
            end, blobs = await _receive(reader)
        except (EOFError, OSError):
            end, blobs = {"status": None, "signal": None, "refused": False}, {}
        stdout = blobs.pop("stdout", None)
        stdin, stderr = blobs.pop("stdin", None), blobs.pop("stderr", b"")
        self._append(
            "exit",
            edge,
            target,
            source,
            exchange,
            {
                **about,
                "status": end["status"],
                "signal": end["signal"],
                "refused": end["refused"],
                "stdin": None if stdin is None else _content(stdin),
                "stderr": stderr[:TEXT_LIMIT].decode(errors="replace"),
                "files": {name.removeprefix("file:"): _content(data) for name, data in blobs.items()},
            },
            stdout,
        )
        try:
            await _answer(writer, {})
        except OSError:
            return

    def _refusal(self, spawn: dict[str, Any], files: dict[str, dict[str, Any]]) -> str | None:
        if self._may_run is None:
            return None
        recorded = {os.path.normpath(os.path.join(spawn["cwd"], name)): about for name, about in files.items()}
        try:
            paths = playbooks_of(spawn["argv"], spawn["cwd"])
        except ValueError as error:
            return str(error)
        found = [path for path in paths if path in recorded]
        if not found:
            return f"no playbook could be read at {' or '.join(paths)}"
        for path in found:
            text = recorded[path]["text"]
            if text is None or not self._may_run(text):
                return f"the playbook {path} is not one of this run"
        return None

    def _append(
        self,
        op: str,
        edge: str,
        source: str,
        target: str,
        exchange: str,
        attrs: dict[str, Any],
        payload: bytes | None = None,
    ) -> None:
        self._store.append(
            Draft(
                tap=self.name,
                edge=edge,
                protocol="process",
                op=op,
                source=source,
                target=target,
                exchange=exchange,
                host=self._host,
                attrs=attrs,
                payload=payload,
            )
        )


async def _receive(reader: asyncio.StreamReader) -> tuple[dict[str, Any], dict[str, bytes]]:
    (size,) = struct.unpack(">I", await reader.readexactly(4))
    head = orjson.loads(await reader.readexactly(size))
    return head, {name: await reader.readexactly(length) for name, length in head["blobs"]}


async def _answer(writer: asyncio.StreamWriter, answer: dict[str, Any]) -> None:
    writer.write(orjson.dumps(answer) + b"\n")
    await writer.drain()


def _content(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode() if len(data) <= TEXT_LIMIT else None
    except UnicodeDecodeError:
        text = None
    return {"size": len(data), "sha256": sha256(data).hexdigest(), "text": text}

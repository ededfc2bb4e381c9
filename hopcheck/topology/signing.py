"""The run's plays, signed in a process of its own while the rest starts: insights-core takes its time to load."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopcheck.install import PROGRAMS, missing
from hopcheck.python import module
from hopcheck.topology.process import StartError, printed

TAMPERED_FROM, TAMPERED = "test-write-config.yml", "test-tampered.yml"


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signer made: signed plays by file name, the public key, the signed revocation list."""

    templates: dict[str, str]
    public_key: bytes
    revocation_list: bytes


@dataclass(frozen=True, slots=True)
class _Done:
    """What was asked of the signer, its answer, and the files of the key that it made: a process needs only one."""

    asked: Mapping[str, Any]
    answer: Mapping[str, Any]
    key: Mapping[Path, bytes]


_last: _Done | None = None


async def sign(scratch: Path, plays: Path) -> Signed:
    """Sign every play in ``plays`` into ``scratch``/templates. Raises `StartError`.

    The first topology of a process has the key made and the plays signed, later ones have the same.
    """
    if absent := [name for name in ("gpg", "gpg-agent") if PROGRAMS[name].find() is None]:
        raise StartError(missing(*absent))
    texts = {path.name: path.read_text() for path in sorted(plays.glob("*.yml"))}
    (scratch / "keys").mkdir()
    answer = await _answer(scratch / "keys", {"plays": texts})
    signed = dict(answer["plays"])
    # What an attacker between signer and host would make of a play: one task changed, the signature kept.
    signed[TAMPERED] = signed[TAMPERED_FROM].replace("fixed = true", "fixed = false")
    (scratch / "templates").mkdir(exist_ok=True)
    for name, text in signed.items():
        (scratch / "templates" / name).write_text(text)
    return Signed(
        {name: signed[name] for name in texts}, answer["public_key"].encode(), answer["revocation_list"].encode()
    )


async def _answer(keys: Path, request: Mapping[str, Any]) -> Mapping[str, Any]:
    global _last
    if _last is not None and _last.asked == request:
        for path, content in _last.key.items():
            (keys / path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (keys / path).touch(mode=0o600)
            (keys / path).write_bytes(content)
    else:
        answer = await ask(keys.parent, request)
        _last = _Done(
            request, answer, {path.relative_to(keys): path.read_bytes() for path in keys.rglob("*") if path.is_file()}
        )
    return _last.answer


async def ask(scratch: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """What `signer.answer` says with the run's key. Raises `StartError`."""
    child = await asyncio.create_subprocess_exec(
        *module("hopcheck.topology.signer", str(scratch / "keys")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await printed(child, json.dumps(request).encode())
    if child.returncode != 0:
        raise StartError(f"signing the run's plays failed: {err.decode().strip()[-800:]}")
    answer: dict[str, Any] = json.loads(out)
    return answer

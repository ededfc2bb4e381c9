"""Stored flows as directories that a conformance run leaves, changed where a test wants it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hopcheck.home import ROOT

Line = dict[str, Any]
Change = Callable[[Line], Line | None]
CORPUS = ROOT / "tests/corpus"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def kit(op: str, **attrs: Any) -> Line:
    who = {"source": "hopcheck", "target": "hopcheck"}
    return {"tap": "kit", "edge": "kit", "protocol": "kit", "op": op, **who, "attrs": attrs}


def store(directory: Path, lines: Iterable[Line], role: str, **told: Any) -> Path:
    """A directory with one part: these lines, numbered anew, after what says whose trace it is."""
    part = directory / "part-1"
    part.mkdir(parents=True)
    told = {"role": role, "kind": "stand-in", "given": "", **told}
    usual = {"t": 0, "began": 0, "wall": "2026-11-26T14:00:00+00:00", "exchange": None, "host": None}
    numbered = ({**usual, **line, "seq": seq} for seq, line in enumerate([kit("conform", **told), *lines], 1))
    (part / "trace.jsonl").write_text("".join(json.dumps(line) + "\n" for line in numbered))
    return directory


def lines_of(name: str) -> list[Line]:
    """A story of the corpus."""
    return [json.loads(text) for text in (CORPUS / name / "trace.jsonl").read_text().splitlines()]


def stored(directory: Path, name: str, role: str, change: Change = lambda line: line, **told: Any) -> Path:
    """A story of the corpus, played as one item of its name; ``change`` makes each line another, or none."""
    lines = []
    for original in lines_of(name):
        line = change(original)
        if line is not None:
            lines.append(line)
        if line is not None and line["op"] == "ready":
            lines.append({**kit("item", name=name), "wall": line["wall"]})
    return store(directory, lines, role, **told)


def renamed(line: Line) -> Line:
    """The line with other identifiers, ports and keys; each everywhere the same."""
    text = UUID.sub(lambda match: str(uuid5(NAMESPACE_URL, match[0])), json.dumps(line))
    text = re.sub(r"hmac:([0-9a-f]+)", lambda match: f"hmac:{match[1][::-1]}", text)
    text = re.sub(r"(localhost|127\.0\.0\.1):(\d+)", lambda match: f"{match[1]}:{int(match[2]) % 50000 + 1000}", text)
    return dict(json.loads(text))

"""A trace of the corpus, written as the test says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import orjson

CORPUS = Path(__file__).parents[1] / "corpus"


class Written:
    """A copy of a trace of the corpus that is written piece by piece."""

    def __init__(self, directory: Path, name: str = "complete") -> None:
        self.path = directory / "trace.jsonl"
        directory.mkdir(exist_ok=True)
        if (payloads := CORPUS / name / "payloads").is_dir():
            shutil.copytree(payloads, directory / "payloads", dirs_exist_ok=True)
        self.lines = (CORPUS / name / "trace.jsonl").read_bytes().splitlines(keepends=True)
        self.path.touch()
        self.count = 0

    def upto(self, count: int | None = None) -> None:
        """Let so many events be written, all without a number."""
        count = len(self.lines) if count is None else count
        with self.path.open("ab") as file:
            file.write(b"".join(self.lines[self.count : count]))
        self.count = count

    def before(self, op: str, **attrs: object) -> int:
        """How many events come before the first such one of the kit's."""
        for number, line in enumerate(self.lines):
            event = orjson.loads(line)
            if event["op"] == op and attrs.items() <= event["attrs"].items():
                return number
        raise LookupError(op)

    def without(self, *gone: Callable[[dict[str, object]], bool]) -> None:
        """Leave events out; the rest is numbered anew."""
        events = [orjson.loads(line) for line in self.lines]
        kept = [event for event in events if not any(each(event) for each in gone)]
        assert len(kept) < len(events)
        self.lines = [orjson.dumps({**e, "seq": n}) + b"\n" for n, e in enumerate(kept, 1)]

"""A long trace to judge: stories of the flow, one after the other on one topology, until there are enough events."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import count, cycle
from pathlib import Path

from hopcheck.bench.child import interruptible
from hopcheck.topology.settings import QUICK, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import ALONE, BUSY, FAILED, NOT_CONNECTED, REFUSED

EVENTS = 10_000
STORIES = (ALONE, FAILED, ALONE, REFUSED, ALONE, NOT_CONNECTED, ALONE, BUSY)


def play(report: Path, events: int = EVENTS) -> None:
    """Play until ``report``/trace.jsonl holds at least so many events; quick stand-ins do Ansible's part."""
    with Stage(Settings(report=report, commands=QUICK)) as stage:
        for number, story in zip(count(1), cycle(STORIES)):
            if len(stage.trace) >= events:
                break
            stage.play(replace(story, label=f"{story.label} #{number}"))


def main(arguments: list[str]) -> None:
    """``DIRECTORY EVENTS``."""
    interruptible()
    play(Path(arguments[0]), int(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])

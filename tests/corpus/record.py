"""Records the corpus anew, as root: python tests/corpus/record.py [options] [OUTCOME...].

``--as PREFIX --sut ROLE=cmd:COMMAND`` records a run with other programs in folders of their own; ``--pace`` is the
seconds between uploads and between polls: the more, the smaller the trace.

Runs in a network and host-name namespace of its own, so that nothing of the machine gets into the archive that the
insights collection uploads. Read every trace before it is committed: verdict.yaml beside it is written by hand.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED, Story, System
from hopcheck.topology.sut import parse_sut

HERE = Path(__file__).parent
SYSTEMS = (
    System("web"),
    System("mail", outcome="not_connected", connected=False, uploads=0),
    System("files", FAILED.issues, "failed", uploads=0),
)
STORIES = {story.outcome: story for story in (COMPLETE, FAILED, REFUSED, NOT_CONNECTED, BUSY)}
STORIES["fleet"] = Story("a plan on three systems", systems=SYSTEMS)


def record(outcome: str, folder: Path, pace: str, commands: dict[str, tuple[str, ...]]) -> None:
    """One run of one story; polls and uploads are rare, so that a person can read the trace."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(report=Path(scratch), response_interval=pace, poll_interval=pace, commands=commands)
        with Stage(settings) as stage:
            stage.play(STORIES[outcome])
        folder.mkdir(exist_ok=True)
        shutil.copyfile(Path(scratch) / "trace.jsonl", folder / "trace.jsonl")


if __name__ == "__main__":
    if "HOPCHECK_RECORDING" not in os.environ:
        inside = f'ip link set lo up && hostname host.example.com && exec {sys.executable} {__file__} "$@"'
        raise SystemExit(
            subprocess.call(
                ["unshare", "--net", "--uts", "sh", "-ec", inside, "record", *sys.argv[1:]],
                env={**os.environ, "HOPCHECK_RECORDING": "1"},
            )
        )
    parser = argparse.ArgumentParser()
    parser.add_argument("--as", dest="prefix", default="")
    parser.add_argument("--pace", default="1.5")
    parser.add_argument("--sut", action="append", type=parse_sut, default=[])
    parser.add_argument("outcomes", nargs="*", default=list(STORIES), choices=STORIES)
    asked = parser.parse_args()
    for name in asked.outcomes:
        record(name, HERE / (asked.prefix + name), asked.pace, {sut.role: sut.argv for sut in asked.sut})
        print(f"recorded {asked.prefix}{name}")

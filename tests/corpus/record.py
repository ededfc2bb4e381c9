"""Records the corpus anew: python tests/corpus/record.py, as root.

Runs in a network and host-name namespace of its own, so that nothing of the machine gets into the archive that the
insights collection uploads. Read every trace before it is committed: verdict.yaml beside it is written by hand.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED, Story, System

HERE = Path(__file__).parent
SYSTEMS = (
    System("web"),
    System("mail", outcome="not_connected", connected=False, uploads=0),
    System("files", FAILED.issues, "failed", uploads=0),
)
STORIES = {story.outcome: story for story in (COMPLETE, FAILED, REFUSED, NOT_CONNECTED, BUSY)}
STORIES["fleet"] = Story("a plan on three systems", systems=SYSTEMS)


def record(outcome: str) -> None:
    """One run of one story; polls and uploads are rare, so that a person can read the trace."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(report=Path(scratch), response_interval="1.5", poll_interval="1.5")
        with Stage(settings) as stage:
            stage.play(STORIES[outcome])
        (HERE / outcome).mkdir(exist_ok=True)
        shutil.copyfile(Path(scratch) / "trace.jsonl", HERE / outcome / "trace.jsonl")


if __name__ == "__main__":
    if "HOPCHECK_RECORDING" not in os.environ:
        inside = f'ip link set lo up && hostname host.example.com && exec {sys.executable} {__file__} "$@"'
        raise SystemExit(
            subprocess.call(
                ["unshare", "--net", "--uts", "sh", "-ec", inside, "record", *sys.argv[1:]],
                env={**os.environ, "HOPCHECK_RECORDING": "1"},
            )
        )
    for name in sys.argv[1:] or STORIES:
        record(name)
        print(f"recorded {name}")

"""The process that owns a run which `up` brought up: detached, until it is told to end.

``python -m hopcheck.life.owner --channel FD`` and the options of `up`. It ends with SIGTERM or SIGINT, and also where
`up` goes away before it has taken the run over; either way nothing stays but the report.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Sequence

from hopcheck import options as shared
from hopcheck.config import LIVE, TOPOLOGY
from hopcheck.exit_status import FAILED, HARNESS_ERROR
from hopcheck.life.channel import OwnerEnd
from hopcheck.life.first_plan import first_plan
from hopcheck.life.interruption import Interruption
from hopcheck.live.companion import Companion
from hopcheck.memory import one_arena
from hopcheck.topology.choice import choose
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import ROLES
from hopcheck.topology.stage import Stage
from hopcheck.trace import Event, TraceTimeout


def main(arguments: Sequence[str] | None = None) -> int:
    """Own a run; returns the exit status, which for one that failed to start is also told by the channel."""
    parser = argparse.ArgumentParser()
    shared.add_options(parser, report="report-up", groups=(TOPOLOGY, LIVE))
    parser.add_argument("--channel", type=int, required=True)
    options = parser.parse_args(arguments)
    shared.fill(options)
    one_arena()
    interruption = Interruption()
    channel = OwnerEnd(options.channel)
    channel.watch(lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        _own(options, channel, interruption)
    except KeyboardInterrupt:
        return 0
    except TraceTimeout as error:
        return _failed(channel, str(error), FAILED)
    except StartError as error:
        return _failed(channel, str(error), FAILED if error.role in ROLES else HARNESS_ERROR)
    except Exception:
        return _failed(channel, f"the kit itself failed\n{traceback.format_exc()}", HARNESS_ERROR)
    return 0


def _failed(channel: OwnerEnd, cause: str, status: int) -> int:
    channel.failed(cause, status)
    return status


def _own(options: argparse.Namespace, channel: OwnerEnd, interruption: Interruption) -> None:
    settings = shared.settings(lambda name: getattr(options, name.replace("-", "_")))
    chosen = choose(options.runtime, settings, channel.progress)
    channel.progress(f"runtime {chosen.runtime.name} ({chosen.why}); report in {settings.report}/")
    stage = live = None
    try:
        with interruption.deferred():
            stage = Stage(settings, channel.progress, chosen.runtime)
            live = Companion(settings.report, options.live_port, stays=True)
        stage.topology.verb, stage.topology.live = "up", live.url
        stage.trace.subscribe(_tell_lost)
        stage.open()
        first_plan(stage, channel.progress)
        channel.ready(stage.topology.directory.name)
        while True:
            signal.pause()
    finally:
        interruption.ignore()
        if stage is not None:
            stage.close()
        if live is not None:
            live.end()


def _tell_lost(event: Event) -> None:
    if event.protocol == "kit" and event.op == "lost":
        print(f"hopcheck: {event.attrs['cause']}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

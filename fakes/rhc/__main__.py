"""``python -m fakes.rhc``: yggdrasil on this host."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from fakes.rhc import VERSION


def main(arguments: Sequence[str]) -> int:
    """Exit status: 1 where the daemon cannot start or reach its broker (H-009)."""
    if "--version" in arguments:
        print(f"hopcheck-rhc {VERSION}")
        return 0
    import asyncio
    import logging

    from fakes.rhc import config, daemon

    try:
        options = config.load(arguments)
    except (OSError, ValueError) as error:
        print(f"hopcheck-rhc: {error}", file=sys.stderr)
        return 1
    logging.basicConfig(
        stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", level=_LEVELS.get(options.log_level, "INFO")
    )
    protocol = config.guess_protocol(options.protocol, options.server)
    if protocol == "http":
        print("hopcheck-rhc: the HTTP transport is not part of this stand-in", file=sys.stderr)
        return 1
    runner = asyncio.Runner()
    try:
        return runner.run(daemon.serve(options, online=protocol == "mqtt"))
    except (OSError, ValueError) as error:
        print(f"hopcheck-rhc: {error}", file=sys.stderr)
        return 1


_LEVELS = {"error": "ERROR", "warn": "WARNING", "info": "INFO", "debug": "DEBUG", "trace": "DEBUG"}

if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    # A thread may still hang in a connect or a download; upstream's process does not wait for those either.
    os._exit(status)

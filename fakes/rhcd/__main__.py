"""``python -m fakes.rhcd``: rhcd on this host."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from fakes.rhcd import VERSION

_LEVELS = {"error": "ERROR", "warn": "WARNING", "info": "INFO", "debug": "DEBUG", "trace": "DEBUG"}


def main(arguments: Sequence[str]) -> int:
    """Exit status: 1 where the daemon cannot start or reach its broker."""
    if "--version" in arguments:
        print(f"hopcheck-rhcd {VERSION}")
        return 0
    import argparse
    import asyncio
    import logging

    from fakes.rhcd import config, daemon, paths

    parser = argparse.ArgumentParser(prog="hopcheck-rhcd", allow_abbrev=False)
    parser.add_argument("--config", type=Path, default=paths.CONFIG_FILE)
    try:
        options = config.load(parser.parse_args(arguments).config)
        logging.basicConfig(
            stream=sys.stderr,
            format="%(asctime)s %(levelname)s %(message)s",
            level=_LEVELS.get(options.log_level, "INFO"),
        )
        return asyncio.Runner().run(daemon.serve(options))
    except (OSError, ValueError) as error:
        print(f"hopcheck-rhcd: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    # A thread may still hang in a connect or a download; upstream's process does not wait for those either.
    os._exit(status)

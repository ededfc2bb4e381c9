"""``python -m fakes.rhc_worker_playbook``: the playbook worker on this host."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from fakes.rhc_worker_playbook import VERSION


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 on SIGTERM, 1 where the worker cannot start."""
    if "--version" in arguments:
        print(f"hopcheck-rhc-worker-playbook {VERSION}")
        return 0
    import argparse
    import asyncio
    import logging
    import os

    from fakes.rhc_worker_playbook import config, paths, service

    parser = argparse.ArgumentParser(prog="hopcheck-rhc-worker-playbook", allow_abbrev=False)
    parser.add_argument("--config", type=Path, default=paths.CONFIG_FILE)
    try:
        options = config.load(parser.parse_args(arguments).config, os.environ)
        logging.basicConfig(
            stream=sys.stderr,
            format="%(asctime)s %(levelname)s %(message)s",
            level=_LEVELS.get(options.log_level, "ERROR"),
        )
        asyncio.run(service.serve(options))
    except (OSError, ValueError, RuntimeError) as error:
        print(f"hopcheck-rhc-worker-playbook: {error}", file=sys.stderr)
        return 1
    return 0


_LEVELS = {"error": "ERROR", "warn": "WARNING", "info": "INFO", "debug": "DEBUG", "trace": "DEBUG"}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

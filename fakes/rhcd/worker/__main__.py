"""``python -m fakes.rhcd.worker``: the playbook worker, as rhcd starts it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from fakes.rhcd import VERSION


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 where rhcd has gone, 1 where the worker cannot start."""
    if "--version" in arguments:
        print(f"hopcheck-rhcd-worker {VERSION}")
        return 0
    import asyncio
    import os
    import tomllib

    from fakes.rhcd import link, paths
    from fakes.rhcd.worker import service

    try:
        options = tomllib.loads(paths.WORKER_CONFIG_FILE.read_text())
        asyncio.run(service.serve(options, link.address(os.environ.get("YGG_SOCKET_ADDR", ""))))
    except (OSError, ValueError) as error:
        print(f"hopcheck-rhcd-worker: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

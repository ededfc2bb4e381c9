"""``python -m fakes.insights_client ARGS``: the command ``/usr/bin/insights-client``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from fakes.insights_client import VERSION


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 or 1."""
    if "--version" in arguments:
        print(f"hopcheck-insights-client {VERSION}")
        return 0
    from fakes.insights_client import phases

    return phases.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``python -m fakes.insights_client.quick [verifier] ARGS``: ``/usr/bin/insights-client`` or the verifier."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from fakes.insights_client import VERSION

VERIFIER = "verifier"
"""The other command: its name comes before its arguments."""


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 or 1; the verifier's 2 for a bad command line."""
    if arguments[:1] == [VERIFIER]:
        from fakes.insights_client import verifier

        return verifier.main(arguments[1:])
    if "--version" in arguments:
        print(f"hopcheck-insights-client {VERSION} (quick)")
        return 0
    from fakes.insights_client.quick import command
    from fakes.insights_client.quick.site import Unknown

    if os.getuid() == 0 and command.knows(arguments):
        with contextlib.suppress(Unknown):
            return command.run(arguments)
    from fakes.insights_client import phases

    return phases.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

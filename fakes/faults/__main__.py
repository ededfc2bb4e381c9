"""``python -m fakes.faults ROLE.NAME [ARGUMENTS…]``: the stand-in of ROLE with that fault, else as ever."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from importlib import import_module

from fakes.faults import UnknownFault, fault

VERIFIER = "verifier"
"""insights-client's other command: the module's name comes before its arguments."""


def main(arguments: Sequence[str]) -> None:
    """Bend the stand-in, then let its own main have the process. Raises SystemExit.

    It is that of the role, or what the fault's module calls ``PROGRAM``.
    """
    if not arguments:
        raise SystemExit("usage: python -m fakes.faults ROLE.NAME [ARGUMENTS…]")
    try:
        patch = fault(arguments[0])
    except UnknownFault as error:
        raise SystemExit(f"fakes.faults: {error}") from error
    patch()
    own = f"fakes.{arguments[0].partition('.')[0].replace('-', '_')}"
    package = getattr(import_module(patch.__module__), "PROGRAM", own)
    sys.argv[1:] = arguments[1:]
    if package == "fakes.insights_client" and arguments[1:2] == [VERIFIER]:
        # Run as a module it would be a second, unbent copy of itself.
        raise SystemExit(import_module(f"{package}.{VERIFIER}").main(arguments[2:]))
    runpy.run_module(package, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])

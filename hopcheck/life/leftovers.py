"""The sweep as a command that starts something does it: first, and told."""

from __future__ import annotations

import sys

from hopcheck.topology import sweep


def tell_sweep() -> None:
    """Remove what belongs to dead runs that were not kept, a line for each thing."""
    for left in sweep.sweep():
        print(f"hopcheck: removed {left}, left by a run that was killed", file=sys.stderr)

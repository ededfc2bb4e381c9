"""``python -m hopcheck``, and the ``hopcheck`` command: who interrupts it while it is still being read is answered."""

from __future__ import annotations

import sys


def main() -> int:
    """Run a verb; returns the exit status."""
    try:
        from hopcheck.cli import main as cli
    except KeyboardInterrupt:
        print("hopcheck: interrupted; nothing had been started", file=sys.stderr)
        return 2
    return cli()


if __name__ == "__main__":
    raise SystemExit(main())

"""``hopcheck bench``: what the kit costs, measured by one command."""

from __future__ import annotations

from pathlib import Path

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"


def flow(runs: int, prism: Path | None = None) -> int:
    """Measure ``runs`` times and print medians; the exit status. ``prism`` is Stoplight Prism's command line."""
    from hopcheck.bench.rounds import measure

    return measure(runs, prism)


__all__ = ["CONTRACTS", "flow"]

"""``hopcheck bench``: what the kit costs, measured by one command."""

from __future__ import annotations

from pathlib import Path

from hopcheck.home import CONTRACTS


def flow(runs: int, prism: Path | None = None) -> int:
    """Measure ``runs`` times and print medians; the exit status. ``prism`` is Stoplight Prism's command line."""
    from hopcheck.bench.rounds import measure

    return measure(runs, prism)


def checks(runs: int, prism: Path | None = None, mitmproxy: Path | None = None, trace: Path | None = None) -> int:
    """Measure what judging costs likewise: ``mitmproxy`` is its mitmdump, ``trace`` a run that need not be played."""
    from hopcheck.bench.checks import measure

    return measure(runs, prism, mitmproxy, trace)


def containers(runs: int, *, cold: bool = False) -> int:
    """Measure hosts in containers likewise; ``cold`` builds their image anew first, once."""
    from hopcheck.bench.machines import measure

    return measure(runs, cold=cold)


def conformance(runs: int) -> int:
    """Measure how long a component's conformance takes likewise."""
    from hopcheck.bench.conforming import measure

    return measure(runs)


__all__ = ["CONTRACTS", "checks", "conformance", "containers", "flow"]

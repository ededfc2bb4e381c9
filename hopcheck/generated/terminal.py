"""What generated requests came to, in words: a table of how many there were, and each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hopcheck.checks.verdict import Finding
from hopcheck.generated.engine import PHASES
from hopcheck.generated.play import Tally
from hopcheck.report.finding import explain


def table(tallies: Sequence[Tally]) -> Iterator[str]:
    """A line for each operation, the requests of each phase, and a line for each contract."""
    head = "".join(f"{phase:>10}" for phase in PHASES)
    for tally in tallies:
        yield f"{tally.contract:38}{head}{'all':>8}"
        for operation, phases in tally.cases.items():
            numbers = [phases.get(phase, 0) for phase in PHASES]
            yield _row(f"  {operation}", numbers)
        total = [sum(phases.get(phase, 0) for phases in tally.cases.values()) for phase in PHASES]
        yield _row("  all", total)
        if tally.excused:
            yield f"  excused, as the real component answers so (generated.yaml): {sum(tally.excused.values())}"


def findings(found: Iterable[Finding]) -> Iterator[str]:
    """Each finding once, the first of those that are alike."""
    told: set[tuple[str | None, ...]] = set()
    for each in found:
        alike = (each.kind, each.role, each.clause, each.contract, each.expected)
        if alike not in told:
            told.add(alike)
            yield ""
            yield explain(each)


def _row(name: str, numbers: Sequence[int]) -> str:
    return f"{name:38}{''.join(f'{number:>10}' for number in numbers)}{sum(numbers):>8}"

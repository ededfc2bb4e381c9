"""The samples of a soak: a table for machines, a plot for people, and what grows."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import mean

from hopcheck.bench.memory import KIT
from hopcheck.soak.growth import COUNT, FEWEST, MEMORY, Growth, growth, slope
from hopcheck.soak.plot import Panel, Points, plot
from hopcheck.soak.usage import Usage
from hopcheck.topology.settings import ROLES

SERVERS = ROLES[:6]
TABLE, PICTURE = "soak.csv", "soak.svg"
FLOW, AFTER = "flow", "after"
_MEASURES = {"memory_kb": MEMORY, "files": COUNT, "threads": COUNT, "processes": COUNT}
_A_FLOW = {"memory_kb": 512.0, "files": 3.0, "threads": 3.0, "processes": 0.2}
"""What a server role may gain with each flow: a host's connections and their threads, and its records."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one role took after the ``flow``-th flow: in its round, or once the round's topology was gone (``after``).

    ``at_s`` are seconds since the soak began, ``seconds`` those that the flow took; ``findings`` are the flow's, or of
    ``after`` those of the whole round.
    """

    when: str
    flow: int
    round: int
    at_s: float
    story: str
    seconds: float
    findings: int
    role: str
    usage: Usage

    def row(self) -> dict[str, object]:
        """As a line of the table."""
        own: dict[str, object] = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "usage"}
        return own | asdict(self.usage)


class Table:
    """The samples on disk: whoever measures the kit's memory must not fill it. One that was there is replaced."""

    _NAMES = (*(each.name for each in fields(Sample) if each.name != "usage"), *(each.name for each in fields(Usage)))

    def __init__(self, report: Path) -> None:
        self._path = report / TABLE
        report.mkdir(parents=True, exist_ok=True)
        with self._path.open("w", newline="") as file:
            csv.DictWriter(file, self._NAMES).writeheader()

    def add(self, samples: Iterable[Sample]) -> None:
        """Write further ones."""
        with self._path.open("a", newline="") as file:
            csv.DictWriter(file, self._NAMES).writerows(each.row() for each in samples)

    def read(self) -> list[Sample]:
        """All of them."""
        with self._path.open(newline="") as file:
            return [_sample(row) for row in csv.DictReader(file)]


def _sample(row: Mapping[str, str]) -> Sample:
    usage = Usage(*(int(row[each.name]) for each in fields(Usage)))
    number, of_flow = int(row["round"]), int(row["flow"])
    at, seconds, findings = float(row["at_s"]), float(row["seconds"]), int(row["findings"])
    return Sample(row["when"], of_flow, number, at, row["story"], seconds, findings, row["role"], usage)


def draw(samples: Sequence[Sample], report: Path, title: str) -> None:
    """The plot, in the place of one that was there."""
    (report / PICTURE).write_text(plot(title, list(_panels(samples)), "flow"))


def growths(samples: Sequence[Sample]) -> list[Growth]:
    """Of the kit from round to round, once each one's topology is gone, and of each server role from flow to flow.

    Within a round each flow has a host of its own, which stays: what a role keeps for one is allowed for.
    """
    after = [each for each in samples if each.when == AFTER and each.role == KIT]
    found = [
        growth(f"{KIT} {measure}", [getattr(each.usage, measure) for each in after], limit)
        for measure, limit in _MEASURES.items()
    ]
    rounds: dict[tuple[str, int], list[Usage]] = defaultdict(list)
    for each in samples:
        if each.when == FLOW and each.role in SERVERS:
            rounds[each.role, each.round].append(each.usage)
    for role in SERVERS:
        played = [usages for (name, _), usages in rounds.items() if name == role and len(usages) >= FEWEST]
        for measure, limit_a_flow in _A_FLOW.items():
            slopes = [slope([getattr(each, measure) for each in usages]) for usages in played]
            found.append(Growth(f"{role} {measure} a flow", mean(slopes) if slopes else None, limit_a_flow))
    return found


def told(grown: Sequence[Growth]) -> Iterator[str]:
    """For a terminal: what grows, and what was measured of the kit and each role besides."""
    known = [each for each in grown if each.gained is not None]
    bad = [each for each in known if each.grows]
    few = "" if len(known) == len(grown) else f", {len(grown) - len(known)} have too few values to tell"
    yield f"growth: {len(bad)} of {len(grown)} measures grow{few}"
    yield from (f"  {each}" for each in known)


def _panels(samples: Sequence[Sample]) -> Iterator[Panel]:
    flows = [each for each in samples if each.when == FLOW]
    after = [each for each in samples if each.when == AFTER and each.role == KIT]
    kit = [each for each in flows if each.role == KIT]
    names = [KIT, *(role for role in SERVERS if any(each.role == role for each in flows))]

    def curves(measure: str, scale: float = 1.0) -> dict[str, Points]:
        own = {name: [each for each in flows if each.role == name] for name in names} | {"kit after rounds": after}
        return {
            name: [(each.flow, getattr(each.usage, measure) / scale) for each in some] for name, some in own.items()
        }

    total: dict[int, int] = {}
    for each in flows:
        total[each.flow] = total.get(each.flow, 0) + each.usage.processes
    yield Panel("memory, MB (without mapped files)", curves("memory_kb", 1024))
    yield Panel("open files", curves("files"))
    yield Panel("threads", curves("threads"))
    left = [(each.flow, float(each.usage.processes)) for each in after]
    yield Panel("processes", {"in all": sorted((k, float(v)) for k, v in total.items()), "after rounds": left})
    yield Panel("seconds a flow", {"seconds": [(each.flow, each.seconds) for each in kit]})
    yield Panel("findings", {"findings": [(each.flow, float(each.findings)) for each in kit]})

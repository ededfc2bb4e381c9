"""The HTTP tap under load: direct, with its store, with contract checks, and Prism on the same exchange."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from hopcheck.bench import exchange
from hopcheck.bench.answer import ask
from hopcheck.bench.child import Child, ChildError, run
from hopcheck.bench.load import Measured
from hopcheck.bench.mitm import MITM, mitm
from hopcheck.bench.prism import PRISM, prism
from hopcheck.bench.series import Series
from hopcheck.bench.tapped import Counted

SECONDS = 1.0
CONNECTIONS = (1, 8)
DIRECT, STORE, CHECK = "direct", "tap: store", "tap: store, contracts"
_MAKES = {PRISM: prism, MITM: mitm}
_MODE = {STORE: "store", CHECK: "check"}


@dataclass(slots=True)
class Figures:
    """Measurements by way and number of connections, one a round, and the exchanges that the checked tap judged."""

    taken: dict[tuple[str, int], list[Measured]] = field(default_factory=dict)
    judged: int = 0

    def series(self, way: str, connections: int, figure: str) -> Series:
        """One figure of `Measured` over all rounds."""
        return Series.of(getattr(each, figure) for each in self.taken[way, connections])

    @property
    def ways(self) -> list[str]:
        """What was measured, in order."""
        return list(dict.fromkeys(way for way, _ in self.taken))

    def added_us(self) -> Series:
        """What the checked tap adds to the median latency of one connection, round by round."""
        return self.series(CHECK, 1, "p50_us").less(self.series(DIRECT, 1, "p50_us"))


def measure(rounds: int, others: Mapping[str, Path | None], progress: Callable[[str], None]) -> Figures:
    """Every way in each round; ``others`` are the programs of `PRISM` and `MITM` where they are to be compared.

    Raises `ChildError`, `ProxyError`, OSError.
    """
    figures = Figures()
    with ExitStack() as stack:
        server = int(stack.enter_context(Child("hopcheck.bench.answer")).line())
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hopcheck-bench-")))
        foreign = {
            name: stack.enter_context(_MAKES[name](program, directory, server)).port
            for name, program in others.items()
            if program is not None
        }
        for port in foreign.values():
            load(port, 8)  # the first second is spent compiling
        for number in range(1, rounds + 1):
            for connections in CONNECTIONS:
                taken = {DIRECT: load(server, connections)}
                for way in (STORE, CHECK):
                    taken[way], counted = _tapped(way, server, connections)
                    figures.judged += counted.checked
                taken |= {name: load(port, connections) for name, port in foreign.items()}
                for way, measured in taken.items():
                    figures.taken.setdefault((way, connections), []).append(measured)
                progress(
                    f"tap, round {number} of {rounds}, {connections} connection{'s' * (connections > 1)}: "
                    + ", ".join(f"{way} {each.rate:,.0f}/s" for way, each in taken.items())
                )
    return figures


def load(port: int, connections: int) -> Measured:
    """One measurement by the load generator's process."""
    return Measured(**run("hopcheck.bench.load", str(port), str(connections), str(SECONDS)))


def _tapped(way: str, server: int, connections: int) -> tuple[Measured, Counted]:
    with (
        tempfile.TemporaryDirectory(prefix="hopcheck-bench-") as directory,
        Child("hopcheck.bench.tapped", directory, str(server), _MODE[way]) as tap,
    ):
        port = int(tap.line())
        ask(port, exchange.request(broken=True))
        measured = load(port, connections)
        counted = Counted(**tap.result())
    prove(counted, measured.requests, check=way == CHECK)
    return measured, counted


def prove(counted: Counted, requests: int, *, check: bool) -> None:
    """That every request was written and judged and that the one broken exchange was found. Raises `ChildError`."""
    wanted = Counted(written=requests + 1, checked=requests, breached=1) if check else Counted(written=requests + 1)
    if counted != wanted:
        raise ChildError(f"of {requests} requests and a broken one the tap made {counted}, not {wanted}")

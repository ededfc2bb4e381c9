"""What scripts of the page work with: an index of all exchanges, findings and log lines, and details of each event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.report.page.detail import detail
from hopcheck.report.page.exchange import Exchange
from hopcheck.report.page.logs import Logs
from hopcheck.report.page.source import Fragment, Sources
from hopcheck.trace import Event, Trace

SHOWN_MESSAGES = 20
"""At each end of what a loop's arrow carried, before the rest gets room."""
SHORT = 8
"""Characters of a client id that tell a host without a name from others."""
FINDING, ARROW, REST = range(3)


class Names(dict[str, int]):
    """Numbers for words that come again and again; the words in order are what a reader needs."""

    def __missing__(self, word: str) -> int:
        self[word] = len(self)
        return self[word]


@dataclass(frozen=True)
class Index:
    """Of a verdict on a trace. Times are microseconds since the trace's first event began."""

    verdict: Verdict
    trace: Trace
    exchanges: Sequence[Exchange]
    findings: Sequence[Finding]
    fragments: Mapping[int, Fragment]
    logs: Logs
    sources: Sources | None = None

    def lines(self) -> Iterator[bytes]:
        """A line about all, then one for each exchange, then one for each line of the logs."""
        lanes, edges, names, contracts = Names(), Names(), Names(), Names()
        rows = [orjson.dumps(row) for row in self._rows(lanes, edges, names, contracts)]
        logs = [orjson.dumps(self._log_line(line)) for line in self.logs.lines]
        about = {
            "start": self.trace.events[0].wall if self.trace.events else None,
            "lanes": list(lanes),
            "edges": list(edges),
            "names": list(names),
            "contracts": list(contracts),
            "exchanges": len(rows),
            "logs": len(logs),
            "sources": self.logs.sources,
            "leftOut": self.logs.left_out,
            "runs": [f"{run.label}, {run.place}" for run in self.verdict.runs],
            "findings": [self._finding(number, each) for number, each in enumerate(self.findings)],
        }
        yield orjson.dumps(about)
        yield from rows
        yield from logs

    def details(self) -> Iterator[bytes]:
        """A line for each event: those of findings, then those at the ends of arrows, then the rest."""
        ranks = self._ranks()
        for event in sorted(self.trace, key=lambda event: (ranks.get(event.seq, REST), event.seq)):
            yield orjson.dumps(detail(event), option=orjson.OPT_NON_STR_KEYS)

    def _ranks(self) -> dict[int, int]:
        ranks = {
            seq: ARROW
            for run in self.verdict.runs
            for arrow in run.arrows
            for seq in (*arrow.events[:SHOWN_MESSAGES], *arrow.events[-SHOWN_MESSAGES:])
        }
        of_findings = {seq for each in self.findings for seq in (each.event, *each.prefix[-2:]) if seq is not None}
        for exchange in self.exchanges:
            seqs = [event.seq for event in exchange.events]
            if not of_findings.isdisjoint(seqs):
                ranks |= dict.fromkeys(seqs, FINDING)
        return ranks

    def _rows(self, lanes: Names, edges: Names, names: Names, contracts: Names) -> Iterator[list[Any]]:
        """An array each; data.js has the names of its members."""
        hosts, arrows, weights = _hosts(self.trace), self._arrows(), self._weights()
        # Who is also seen without a host is a server, whose lane is the same for all hosts.
        servers = {name for each in self.exchanges if each.host is None for name in (each.source, each.target)}
        for each in self.exchanges:
            host = hosts.get(each.host or "", (each.host or "")[:SHORT])
            belongs = dict.fromkeys(arrow for event in each.events for arrow in arrows.get(event.seq, ()))
            yield [
                [event.seq for event in each.events],
                self._at(each.first.began),
                max(self._at(event.t) for event in each.events),
                edges[each.first.edge],
                names[each.source],
                names[each.target],
                lanes[f"{each.lane} · {host}" if host and each.lane not in servers else each.lane],
                names[host],
                each.title,
                each.status,
                [part for arrow in belongs for part in arrow],
                max((weights.get(event.seq, 0) for event in each.events), default=0),
                sum(event.payload.size for event in each.events if event.payload is not None),
                names[each.first.protocol],
                contracts[self._contract(each)],
            ]

    def _contract(self, exchange: Exchange) -> str:
        """What describes its first message, in words; empty where no contract does."""
        name = self.verdict.names.get(exchange.first.seq)
        return (name and self.sources is not None and self.sources.of_message(name)) or ""

    def _arrows(self) -> dict[int, list[tuple[int, int]]]:
        """By seq: run and arrow."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, run in enumerate(self.verdict.runs):
            for arrow in run.arrows:
                for seq in arrow.events:
                    found[seq].append((number, arrow.number))
        return found

    def _weights(self) -> dict[int, int]:
        """By seq: 2 for what decides the verdict, 1 for what does not."""
        found: dict[int, int] = {}
        for each in self.findings:
            if each.event is not None:
                found[each.event] = max(found.get(each.event, 0), 1 + (each.fails or each.kind == "harness"))
        return found

    def _finding(self, number: int, finding: Finding) -> dict[str, Any]:
        fragment = self.fragments.get(number)
        told = {
            "kind": finding.kind,
            "role": finding.role,
            "event": finding.event,
            "clause": finding.clause,
            "contract": finding.contract,
            "expected": finding.expected,
            "got": finding.got,
            "fails": finding.fails,
            "source": None if fragment is None else [fragment.file, fragment.line, fragment.text],
        }
        return {name: value for name, value in told.items() if value is not None}

    def _log_line(self, line: Any) -> list[Any]:
        at = None if line.at is None else round((line.at - self._epoch) * 1e6)
        return [at, self.logs.sources.index(line.source), line.text, line.how]

    @property
    def _epoch(self) -> float:
        """When the trace's clock stood at its first event's begin, in seconds of the epoch."""
        if not self.trace.events:
            return 0.0
        first = self.trace.events[0]
        return datetime.fromisoformat(first.wall).timestamp() - (first.t - first.began) / 1e9

    def _at(self, moment: int) -> int:
        return (moment - self.trace.events[0].began) // 1000


def _hosts(trace: Iterable[Event]) -> dict[str, str]:
    """What hosts are called, by their client ids."""
    found = {}
    for event in trace:
        if event.protocol == "kit" and (name := event.attrs.get("host_name")):
            client_id = event.attrs.get("client_id") or (event.attrs.get("run_key") or {}).get("client_id")
            if client_id:
                found[str(client_id)] = str(name)
    return found

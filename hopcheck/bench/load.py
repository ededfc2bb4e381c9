"""The load generator: connections that stay, one request at a time on each, every answer looked at."""

from __future__ import annotations

import json
import select
import socket
import sys
from dataclasses import asdict, dataclass
from time import perf_counter_ns

from hopcheck.bench import exchange

WARM_UP = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """``requests`` counts the warm-up too; the rate (per second) and the latencies (microseconds) leave it out."""

    requests: int
    rate: float
    p50_us: float
    p99_us: float


class WrongAnswer(RuntimeError):
    """An answer was not 200 with the expected body; the text shows its start."""


def is_whole(data: bytes) -> bool:
    """Whether ``data`` holds a whole response, by its length or by its last chunk."""
    head, mark, body = data.partition(b"\r\n\r\n")
    if not mark:
        return False
    lines = head.lower()
    at = lines.find(b"\r\ncontent-length:")
    if at >= 0:
        return len(body) >= int(lines[at + 17 :].partition(b"\r\n")[0])
    if b"\r\ntransfer-encoding: chunked" in lines:
        return body.endswith(b"0\r\n\r\n")
    raise WrongAnswer(f"an answer without length: {data[:200]!r}")


def run(port: int, connections: int, seconds: float, request: bytes, body: bytes) -> Measured:
    """Ask for ``seconds`` after the warm-up; whatever was asked is waited for. Raises `WrongAnswer`, OSError."""
    sockets = {}
    poll = select.epoll()
    for _ in range(connections):
        one = socket.create_connection(("127.0.0.1", port), timeout=30)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[one.fileno()] = one
        poll.register(one, select.EPOLLIN)
    try:
        for _ in range(-(-WARM_UP // connections)):
            _round(poll, sockets, request, body, 0)
        warmed = -(-WARM_UP // connections) * connections
        began = perf_counter_ns()
        latencies = _round(poll, sockets, request, body, began + int(seconds * 1e9))
        took = perf_counter_ns() - began
    finally:
        for one in sockets.values():
            one.close()
        poll.close()
    latencies.sort()
    return Measured(
        warmed + len(latencies),
        len(latencies) / took * 1e9,
        percentile(latencies, 50) / 1000,
        percentile(latencies, 99) / 1000,
    )


def percentile(ordered: list[int], percent: int) -> int:
    """The smallest value that ``percent`` of all do not exceed; ``ordered`` is not empty."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _round(poll: select.epoll, sockets: dict[int, socket.socket], request: bytes, body: bytes, until: int) -> list[int]:
    """One request on every connection, and further ones until the instant ``until``; nanoseconds of each."""
    sent = {}
    parts = dict.fromkeys(sockets, b"")
    latencies = []
    for fd, one in sockets.items():
        sent[fd] = perf_counter_ns()
        one.sendall(request)
    while sent:
        for fd, _ in poll.poll(30):
            one = sockets[fd]
            chunk = one.recv(65536)
            data = parts[fd] + chunk
            if chunk and not is_whole(data):
                parts[fd] = data
                continue
            now = perf_counter_ns()
            if not data.startswith(b"HTTP/1.1 200 ") or body not in data:
                raise WrongAnswer(f"not the answer that was expected: {data[:300]!r}")
            latencies.append(now - sent[fd])
            parts[fd] = b""
            if now < until:
                sent[fd] = perf_counter_ns()
                one.sendall(request)
            else:
                del sent[fd]
    return latencies


def main(arguments: list[str]) -> None:
    """``PORT CONNECTIONS SECONDS``; prints `Measured` as JSON."""
    port, connections, seconds = int(arguments[0]), int(arguments[1]), float(arguments[2])
    print(json.dumps(asdict(run(port, connections, seconds, exchange.request(), exchange.body()))))


if __name__ == "__main__":
    main(sys.argv[1:])

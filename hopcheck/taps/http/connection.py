"""One client's HTTP connection: pairs requests with responses and hands each to the trace before it goes on."""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hopcheck.taps.hold import Ask
from hopcheck.taps.http import draft
from hopcheck.taps.http.admission import Denial, Gate
from hopcheck.taps.http.draft import Hop
from hopcheck.taps.http.head import RequestHead, ResponseHead, response_head
from hopcheck.taps.http.lane import Fault, Step
from hopcheck.taps.http.relay import Address, Relay
from hopcheck.taps.http.splitter import Mark, Message, requests, responses
from hopcheck.trace import Draft, Store

GATEWAY = "gateway"


class Place(Protocol):
    """What a connection asks of its tap."""

    gateway: Gate | None
    faults: Callable[[Draft, bytes], Fault | None] | None
    ask: Ask | None

    def hop(self, exchange: str, head: RequestHead | None, client_cn: str | None) -> Hop:
        """Between whom the exchange goes; ``head`` is None where it never became readable."""


@dataclass(slots=True)
class Exchange:
    """A request on its way and what is known of its response; ``early`` is one that came before the request's end."""

    hop: Hop
    method: str
    forged: tuple[str, ...] = ()
    interim: tuple[int, ...] = ()
    denial: Denial | None = None
    closes: bool = False
    denied: bool = False
    early: Draft | None = None


class HttpConnection(Relay):
    """Bytes go on as they came, but for the head lines that a gateway edits."""

    def __init__(
        self,
        store: Store,
        place: Place,
        name: str,
        *,
        upstream: Callable[[], Address],
        server_ssl: ssl.SSLContext | None,
        gone: Callable[[Relay], None],
    ) -> None:
        """``name`` is unique in the run and the stem of the exchanges' names."""
        super().__init__(store, upstream=upstream, server_ssl=server_ssl, gone=gone)
        self.place = place
        self.name = name
        self._requests = requests()
        self._responses = responses(lambda: self._pending[0].method if self._pending else "")
        self._pending: deque[Exchange] = deque()
        self._sending: Exchange | None = None
        self._exchanges = 0
        self._deaf = False
        self._up: list[bytes] = []
        self._down: list[bytes] = []

    def from_client(self, data: bytes) -> None:
        if self._deaf:
            return
        place = self.place
        if place.gateway is None and place.faults is None and place.ask is None and not self._up:
            message = self._requests.whole(data)
            if message is not None:
                self._whole_request(message, data)
                return
        position = 0
        for mark in self._requests.feed(data):
            piece, position = data[position : mark.at], mark.at
            self._request_mark(mark, piece)
            if self._deaf:
                return
        self._up_rest(data[position:])

    def from_server(self, data: bytes) -> None:
        as_it_comes = self.place.faults is None and self.place.ask is None
        if as_it_comes and not self._down:
            message = self._responses.whole(data)
            if message is not None and message.head.status >= 200:
                self._whole_response(message, data)
                return
        position = 0
        for mark in self._responses.feed(data):
            piece, position = data[position : mark.at], mark.at
            self._response_mark(mark, piece)
        self._down.append(data[position:])
        if as_it_comes or self._responses.opaque:
            self._flush_down([])

    def client_ended(self, clean: bool) -> None:
        if not self._deaf:
            for mark in self._requests.eof(clean):
                self._request_mark(mark, b"")
            self._flush_up([])

    def server_ended(self, clean: bool) -> None:
        for mark in self._responses.eof(clean):
            self._response_mark(mark, b"")
        self._flush_down([])

    def refused(self, reason: str, drafts: list[Draft]) -> None:
        hops = [] if self._sending is None else [self._sending.hop]
        for seen in drafts:
            if seen.op == "request":
                hops.append(Hop(seen.tap, seen.edge, seen.source, seen.target, seen.exchange or "", seen.host))
            else:
                self.store.append(seen)
        for hop in hops or [self._hop(None)]:
            self.store.append(draft.refused(hop, reason))
        # What was being sent is told by that; the rest of it has nowhere to go.
        self._deaf = True

    def _whole_request(self, message: Message[RequestHead], data: bytes) -> None:
        exchange = Exchange(self._hop(message.head), message.head.method)
        self._pending.append(exchange)
        self.carry_up(draft.request(exchange.hop, message, self.tls, ()), data)

    def _whole_response(self, message: Message[ResponseHead], data: bytes) -> None:
        exchange = self._answered()
        answered = draft.response(exchange.hop, message, exchange.interim)
        if exchange is self._sending:
            exchange.early = answered
            self.down.put(Step((), data))
        else:
            self.down.carry(answered, data)
        self._answer()

    def _request_mark(self, mark: Mark[RequestHead], piece: bytes) -> None:
        message = mark.message
        if mark.kind == "malformed":
            self._malformed_request(mark, piece)
        elif mark.kind == "head":
            assert message is not None
            self._open(message, piece)
        else:
            assert message is not None
            assert self._sending is not None
            exchange, self._sending = self._sending, None
            if exchange.denial is None:
                self._up.append(piece)
                asked = draft.request(exchange.hop, message, self.tls, exchange.forged)
                # In the trace nobody answers what was not asked yet.
                self._flush_up([asked] if exchange.early is None else [asked, exchange.early])
            else:
                self._deny(exchange, message)

    def _open(self, message: Message[RequestHead], piece: bytes) -> None:
        head = message.head
        client_cn = None if self.tls is None else self.tls.client_cn
        verdict = None if self.place.gateway is None else self.place.gateway.admit(head, client_cn)
        exchange = self._sending = Exchange(self._hop(head), head.method)
        self._pending.append(exchange)
        if verdict is None:
            self._up.append(piece)
        elif isinstance(verdict, Denial):
            exchange.denial = verdict
            exchange.closes = _closes(head)
            exchange.hop = exchange.hop._replace(target=GATEWAY)
            # Who asks before it sends its body would wait for ever; whose body has two ends is not read on.
            if verdict.status != 401 or head.values("expect"):
                exchange.closes = self._deaf = True
                self._deny(exchange, message)
        else:
            message.head = verdict.head
            exchange.forged = verdict.forged
            self._up.append(verdict.head.raw)

    def _up_rest(self, piece: bytes) -> None:
        # A gateway keeps a head back until it is whole: the splitter has the lines, `_open` forwards them.
        if self.place.gateway is not None and self._requests.in_head:
            return
        if self._sending is not None and self._sending.denial is not None:
            return
        self._up.append(piece)
        if self.place.faults is None or self._requests.opaque:
            self._flush_up([])

    def _malformed_request(self, mark: Mark[RequestHead], piece: bytes) -> None:
        head = None if mark.message is None else mark.message.head
        exchange = self._sending or Exchange(self._hop(head), "")
        drafts = [draft.refused(exchange.hop, f"malformed request: {mark.reason}")]
        if self.place.gateway is not None:
            self._deaf = True
            self.store.append(drafts[0])
            self.down.put(Step(then="close"))
            return
        if self._sending is None:
            self._pending.append(exchange)
        elif self._sending.early is not None:
            drafts.append(self._sending.early)
        self._sending = None
        self._up.append(piece)
        self._flush_up(drafts)

    def _deny(self, exchange: Exchange, message: Message[RequestHead]) -> None:
        self._sending = None
        self.send_up(Step([draft.request(exchange.hop, message, self.tls, ())]))
        exchange.denied = True
        self._answer()

    def _answer(self) -> None:
        while self._pending and self._pending[0].denied:
            exchange = self._pending.popleft()
            assert exchange.denial is not None
            head, _, body = exchange.denial.answer.partition(b"\r\n\r\n")
            message = Message(response_head(head + b"\r\n\r\n"), 0, [body], complete=True)
            answered = draft.response(exchange.hop, message, ())
            self.down.put(Step([answered], exchange.denial.answer, then="close" if exchange.closes else "stay"))

    def _response_mark(self, mark: Mark[ResponseHead], piece: bytes) -> None:
        self._down.append(piece)
        message = mark.message
        if mark.kind == "malformed":
            hop = self._answered().hop
            turned = hop._replace(source=hop.target, target=hop.source)
            self._flush_down([draft.refused(turned, f"malformed response: {mark.reason}")])
        elif mark.kind == "end":
            assert message is not None
            status = message.head.status
            if status < 200 and status != 101:
                if self._pending:
                    self._pending[0].interim += (status,)
                self._flush_down([])
                return
            exchange = self._answered()
            answered = draft.response(exchange.hop, message, exchange.interim)
            if not message.complete and self.client.lost:
                answered.attrs["abandoned"] = True
            if exchange is self._sending:
                exchange.early = answered
                self._flush_down([])
            else:
                self._flush_down([answered])
            if self._responses.opaque:
                self._requests.make_opaque()
            self._answer()

    def _answered(self) -> Exchange:
        if self._pending and self._pending[0].denial is None:
            return self._pending.popleft()
        return Exchange(self._hop(None), "")

    def _flush_up(self, drafts: list[Draft]) -> None:
        data, self._up = b"".join(self._up), []
        if data or drafts:
            self.send_up(self._step(drafts, data))

    def _flush_down(self, drafts: list[Draft]) -> None:
        data, self._down = b"".join(self._down), []
        if data or drafts:
            self.down.put(self._step(drafts, data))

    def _step(self, drafts: list[Draft], data: bytes) -> Step:
        message = next((d for d in drafts if d.op in ("request", "response")), None)
        fault = None if message is None or self.place.faults is None else self.place.faults(message, data)
        if fault is None:
            ask = self.place.ask
            return Step(drafts, data, None if message is None or ask is None else ask(message))
        return Step(drafts, fault.data, fault.wait, "reset" if fault.reset else "stay")

    def _hop(self, head: RequestHead | None) -> Hop:
        self._exchanges += 1
        client_cn = None if self.tls is None else self.tls.client_cn
        return self.place.hop(f"{self.name}.{self._exchanges}", head, client_cn)


def _closes(head: RequestHead) -> bool:
    tokens = {token.strip().lower() for value in head.values("connection") for token in value.split(",")}
    return "close" in tokens or (head.version == "1.0" and "keep-alive" not in tokens)

from __future__ import annotations

import orjson

from hopcheck.bench import exchange
from hopcheck.bench.answer import ask
from hopcheck.bench.child import Child


def test_good_and_broken_answers():
    with Child("hopcheck.bench.answer") as server:
        port = int(server.line())
        for broken in (False, True):
            status, body = ask(port, exchange.request(broken=broken))
            assert (status, body) == (200, exchange.body(broken=broken))
        assert server.result() is None
    assert orjson.loads(exchange.body()) != orjson.loads(exchange.body(broken=True))

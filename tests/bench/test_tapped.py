from __future__ import annotations

import pytest

from hopcheck.bench import exchange
from hopcheck.bench.answer import ask
from hopcheck.bench.child import Child
from hopcheck.bench.tapped import Counted, written
from hopcheck.trace import Draft, Redactor, Store


@pytest.mark.parametrize(
    ("mode", "counted"), [("store", Counted(written=3)), ("check", Counted(written=3, checked=2, breached=1))]
)
def test_counts(tmp_path, mode, counted):
    with (
        Child("hopcheck.bench.answer") as server,
        Child("hopcheck.bench.tapped", str(tmp_path), server.line(), mode) as tap,
    ):
        port = int(tap.line())
        for broken in (False, True, False):
            assert ask(port, exchange.request(broken=broken)) == (200, exchange.body(broken=broken))
        assert Counted(**tap.result()) == counted


def test_only_whole_exchanges_are_written(tmp_path):
    store = Store(tmp_path, Redactor(b"k"))
    for name, complete in (("whole", True), ("cut", False)):
        for op in ("request", "response"):
            store.append(Draft("t", "e", "http", op, "a", "b", name, attrs={"complete": complete}, payload=b"{}"))
    store.append(Draft("t", "e", "http", "request", "a", "b", "unanswered", attrs={}))
    store.close()
    assert written(store.path) == 1

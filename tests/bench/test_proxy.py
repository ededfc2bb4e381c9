from __future__ import annotations

import sys

import pytest

from hopcheck.bench.child import Child
from hopcheck.bench.prism import prove
from hopcheck.bench.proxy import Proxy, ProxyError, passes

SAYS = "import time; print('listening', flush=True); time.sleep(60)"


def test_a_proxy_is_asked_once_it_listens():
    asked = []
    with Proxy("it", [sys.executable, "-c", SAYS], 4711, b"listening", asked.append) as it:
        assert it.port == 4711
    assert asked == [4711]


def test_what_ends_did_not_start():
    dead = Proxy("it", [sys.executable, "-c", "print('no such file')"], 1, b"listening", lambda _: None)
    with pytest.raises(ProxyError, match="it did not start:\nno such file"), dead:
        pass


def test_who_checks_nothing_is_not_compared_as_one_who_does():
    with Child("hopcheck.bench.answer") as server:
        port = int(server.line())
        passes("the server", port)
        with pytest.raises(ProxyError, match="passes an answer that breaks the contract"):
            prove(port)

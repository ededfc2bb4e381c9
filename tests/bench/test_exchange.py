from __future__ import annotations

import pytest

from hopcheck.bench import CONTRACTS, exchange
from hopcheck.bench.tapped import Counted, Judged
from hopcheck.checks.contracts import Contracts
from hopcheck.taps.http import draft
from hopcheck.taps.http.splitter import requests, responses
from hopcheck.trace import Redactor, Store


@pytest.fixture(scope="module")
def contracts():
    return Contracts.load(CONTRACTS)


@pytest.fixture
def judged(contracts, tmp_path):
    counted = Counted()
    store = Store(tmp_path, Redactor(b"k"))
    store.subscribe(Judged(contracts, counted))
    number = iter(range(100))

    def judge(request: bytes, answer: bytes, edge: str = exchange.EDGE) -> Counted:
        hop = draft.Hop("t", edge, exchange.SOURCE, exchange.TARGET, f"x{next(number)}", None)
        (*_, asked) = requests().feed(request)
        (*_, answered) = responses(lambda: "GET").feed(answer)
        store.append(draft.request(hop, asked.message, None, ()))
        store.append(draft.response(hop, answered.message, ()))
        return counted

    yield judge
    store.close()


def test_the_exchange_keeps_the_contract(judged):
    assert judged(exchange.request(), exchange.answer()) == Counted(checked=1)


def test_the_broken_one_does_not(judged):
    assert judged(exchange.request(broken=True), exchange.answer(broken=True)) == Counted(breached=1)


def test_a_broken_request_is_not_a_checked_exchange(judged):
    request = exchange.request().replace(b"?filter", b"?limit=0&filter")
    assert judged(request, exchange.answer()) == Counted(breached=1)


def test_what_no_contract_names_is_unknown(judged):
    assert judged(exchange.request(), exchange.answer(), "rhc>remediations").unknown == 2


def test_the_body_weighs_what_is_said():
    assert 3200 < len(exchange.body()) < 3450
    assert exchange.BROKEN in exchange.request(broken=True)
    assert exchange.BROKEN not in exchange.request()

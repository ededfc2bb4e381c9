import asyncio
import threading
from pathlib import Path

import pytest

from hopcheck.taps.hold import HELD, LET_GO, Hold, Holds, Moment
from hopcheck.trace import Draft, Redactor, Store

FETCH, ANNOUNCE = Moment("fetch", 2), Moment("announce", 3)


def of(kind: str) -> Draft:
    return Draft("tap", "edge", "http", kind, "one", "other")


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path, Redactor(b"key"))
    yield store
    store.close()


def holds(store: Store, *each: Hold, patience_s: float = 30.0) -> Holds:
    kept = Holds(each, lambda seen: [] if seen.protocol == "kit" else [seen.op], store, patience_s)
    store.subscribe(kept.see)
    return kept


@pytest.mark.asyncio
async def test_only_the_nth_message_waits(store: Store):
    kept = holds(store, Hold(FETCH, ANNOUNCE))
    assert kept.ask(of("announce")) is None
    assert kept.ask(of("fetch")) is None
    assert kept.ask(of("fetch")) is not None
    assert kept.ask(of("fetch")) is None


@pytest.mark.asyncio
async def test_it_goes_on_with_the_moment_and_not_before(store: Store):
    kept = holds(store, Hold(Moment("fetch"), ANNOUNCE))
    waiting = asyncio.ensure_future(kept.ask(of("fetch")))
    for _ in range(2):
        store.append(of("announce"))
        await asyncio.sleep(0)
    assert not waiting.done()
    threading.Thread(target=store.append, args=(of("announce"),)).start()
    await waiting
    assert [(each.op, each.attrs.get("came")) for each in store.where(protocol="kit")] == [(HELD, None), (LET_GO, True)]


@pytest.mark.asyncio
async def test_what_came_already_is_not_waited_for(store: Store):
    kept = holds(store, Hold(Moment("fetch"), Moment("announce")))
    store.append(of("announce"))
    assert kept.ask(of("fetch")) is None


@pytest.mark.asyncio
async def test_what_never_comes_is_given_up_and_told(store: Store):
    kept = holds(store, Hold(Moment("fetch"), ANNOUNCE), patience_s=0.01)
    waiting = kept.ask(of("fetch"))
    store.append(of("announce"))
    await waiting
    [told] = store.where(op=LET_GO)
    assert told.attrs["came"] is False
    assert told.attrs["instead"] == "after 0.01 s: 1 of announce"
    assert (told.attrs["what"], told.attrs["until"]) == ("fetch#1", "announce#3")


@pytest.mark.asyncio
async def test_the_end_of_the_story_lets_everything_go(store: Store):
    kept = holds(store, Hold(Moment("fetch"), ANNOUNCE))
    waiting = asyncio.ensure_future(kept.ask(of("fetch")))
    await asyncio.sleep(0)
    kept.let_go()
    await waiting
    assert store.where(op=LET_GO)[0].attrs["came"] is False
    assert kept.ask(of("fetch")) is None


@pytest.mark.asyncio
async def test_a_message_of_two_holds_waits_for_both(store: Store):
    kept = holds(store, Hold(Moment("fetch"), Moment("announce")), Hold(Moment("fetch"), Moment("end")))
    waiting = asyncio.ensure_future(kept.ask(of("fetch")))
    await asyncio.sleep(0)
    store.append(of("end"))
    await asyncio.sleep(0)
    assert not waiting.done()
    store.append(of("announce"))
    await waiting

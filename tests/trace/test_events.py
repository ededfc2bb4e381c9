import pytest

from hopcheck.trace import Draft, Redactor, Store
from hopcheck.trace.events import Events


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "run", Redactor(b"key"))
    made.events = made._history = Events(made.path, kept=5)
    yield made
    made.close()


def seen(store, count):
    payloads = {7: b"x" * 100_000, 8: b"\xff"}
    return [
        store.append(Draft("t", "a>b", "http", "request", "a", "b", attrs={"n": n}, payload=payloads.get(n)))
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [0, 4, 10, 11, 23])
def test_it_is_the_list_of_what_was_appended(store, count):
    wanted = [event.as_dict() for event in seen(store, count)]
    assert len(store) == count
    assert [event.as_dict() for event in store] == wanted
    assert [store.events[place].as_dict() for place in range(-count, count)] == wanted * 2
    for part in (slice(None), slice(3, 7), slice(-3, None), slice(2, None, 3), slice(None, None, -1), slice(20, 2)):
        assert [event.as_dict() for event in store.events[part]] == wanted[part]
    for place in (count, -count - 1):
        with pytest.raises(IndexError):
            _ = store.events[place]


def test_only_the_latest_are_in_memory(store):
    events = seen(store, 23)
    start, latest = store.events._latest
    assert (start, len(latest)) == (15, 8)
    assert store.events[15] is events[15]
    assert store.events[14] is not events[14]
    assert store.events[7].payload.data == b"x" * 100_000


def test_what_is_read_while_it_grows_is_what_was_there(store):
    seen(store, 8)
    reading = iter(store)
    first = next(reading)
    seen(store, 20)
    assert [first.seq, *(event.seq for event in reading)][:8] == list(range(1, 9))


def test_waits_look_at_what_is_no_longer_in_memory(store):
    seen(store, 23)
    assert store.wait_for(lambda e: e.attrs["n"] == 2, what="the third", timeout=0).seq == 3
    assert [event.seq for event in store.where(n=22)] == [23]

import errno
import gc
import os
import subprocess
import sys
import threading

import orjson
import pytest

from hopcheck.trace import Draft, Redactor, Store, TraceTimeout, load
from hopcheck.trace import store as trace_store


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "run", Redactor(b"key"))
    yield made
    made.close()


def draft(op="request", **more):
    return Draft("tap", "a>b", "http", op, "a", "b", **more)


def test_events_are_numbered_from_one_and_on_disk_at_once(store):
    for _ in range(3):
        store.append(draft())
    assert [orjson.loads(line)["seq"] for line in store.path.read_bytes().splitlines()] == [1, 2, 3]


def test_loading_gives_the_same_events(store):
    store.append(draft(payload=b"x" * 100_000, attrs={"path": "/p"}))
    store.append(draft("response"))
    read = load(store.path)
    assert [e.as_dict() for e in read] == [e.as_dict() for e in store]
    assert read.events[0].payload.data == b"x" * 100_000


def test_big_payloads_lie_beside_the_trace(store):
    event = store.append(draft(payload=b"x" * 100_000))
    assert (store.directory / event.payload.file).stat().st_size == 100_000
    assert len(store.path.read_bytes()) < 1000


def test_a_broken_line_is_named(store):
    store.append(draft())
    with store.path.open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(ValueError, match=r"trace\.jsonl:2: not a trace event"):
        load(store.path)


def test_where_looks_at_fields_then_attributes(store):
    store.append(draft(attrs={"path": "/a"}))
    store.append(draft(attrs={"path": "/b"}))
    assert [e.seq for e in store.where(edge="a>b", path="/b")] == [2]


def test_waiting_finds_past_and_coming_events(store):
    store.append(draft())
    threading.Timer(0.01, store.append, [draft("response")]).start()
    assert store.wait_for(lambda e: e.op == "request", what="a request", timeout=5).seq == 1
    assert store.wait_for(lambda e: e.op == "response", what="a response", timeout=5).seq == 2


def test_counted_wait_returns_the_nth(store):
    for _ in range(3):
        store.append(draft())
    assert store.wait_for(lambda e: True, what="two", timeout=1, count=2).seq == 2


def test_a_deadline_says_what_was_seen_instead(store):
    store.append(draft(attrs={"method": "GET", "path": "/elsewhere"}))
    with pytest.raises(TraceTimeout, match=r"(?s)waited 0\.01 s for the answer.*GET /elsewhere"):
        store.wait_for(lambda e: False, what="the answer", timeout=0.01)


def test_a_broken_run_ends_every_wait(store):
    threading.Timer(0.01, store.fail_waits, ["ingress died"]).start()
    with pytest.raises(TraceTimeout, match="ingress died"):
        store.wait_for(lambda e: False, what="the answer", timeout=10)
    store.heal()
    with pytest.raises(TraceTimeout, match="waited"):
        store.wait_for(lambda e: False, what="the answer", timeout=0.01)


def test_many_threads_leave_no_gap(store):
    threads = [threading.Thread(target=lambda: [store.append(draft()) for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [e.seq for e in load(store.path)] == list(range(1, 801))


def test_the_line_is_the_event(store):
    for payload in (None, b'{"a":1}', b"\xff", b"x" * 100_000):
        event = store.append(draft(payload=payload, attrs={"path": "/p"}, began=7, exchange="x", host="h"))
        assert store.path.read_bytes().splitlines()[-1] == orjson.dumps(event.as_dict())
    assert store.append(draft()).began > 7


def test_a_wait_in_another_thread_is_woken(store):
    waiting = threading.Thread(target=lambda: store.wait_for(lambda e: e.op == "second", what="it", timeout=5))
    waiting.start()
    store.append(draft("first"))
    store.append(draft("second"))
    waiting.join(2)
    assert not waiting.is_alive()


def test_nothing_is_written_once_it_is_sealed(store):
    store.seal()
    event = store.append(draft(payload=b"x"))
    assert (event.seq, event.wall, event.payload.data, len(store), store.path.read_bytes()) == (0, "", b"x", 0, b"")


def test_subscribers_hear_written_events(store):
    heard = []
    store.subscribe(lambda event: heard.append((event.seq, store.path.read_bytes().count(b"\n"))))
    store.append(draft())
    assert heard == [(1, 1)]


@pytest.fixture
def no_history(monkeypatch):
    """As in a process without one, whatever other tests have left open; thresholds as Python's own."""
    monkeypatch.setattr(trace_store._Collections, "_histories", 0)
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_collections_look_at_what_was_there_before_only_once_it_is_over(tmp_path, no_history):
    stores = [Store(tmp_path / name, Redactor(b"key")) for name in ("one", "two")]
    assert gc.get_freeze_count() > 0
    rare = gc.get_threshold()
    assert all(often < seldom for often, seldom in zip((700, 10, 10), rare, strict=True))
    for store in stores:
        assert gc.get_threshold() == rare
        store.close()
        store.close()
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == (700, 10, 10)


def test_removed_and_exchanged_lines_are_noticed(store):
    for _ in range(3):
        store.append(draft())
    one, two, three = store.path.read_bytes().splitlines(keepends=True)
    for lines in ([one, three], [two, one, three]):
        store.path.write_bytes(b"".join(lines))
        with pytest.raises(ValueError, match="removed, added or exchanged"):
            load(store.path)


def test_a_disk_that_fills_up_ends_the_history_with_a_whole_event_and_says_so(store, monkeypatch):
    write, room = os.write, [1000]

    def limited(fd, data):
        taken = write(fd, data[: room[0]])
        room[0] -= taken
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        return taken

    monkeypatch.setattr("hopcheck.trace.store.os.write", limited)
    seen = []
    store.subscribe(seen.append)
    numbers = [store.append(draft(attrs={"path": "/p"})).seq for _ in range(20)]
    written = len(store)
    assert 0 < written < 20
    assert numbers == [*range(1, written + 1), *[0] * (20 - written)]
    assert [event.seq for event in seen if event.seq] == numbers[:written]
    assert store.lost == (
        f"{store.path} cannot be written: no space left on device, so what comes after it was not recorded"
    )
    assert len(load(store.path)) == written
    with pytest.raises(TraceTimeout, match="no space left on device"):
        store.wait_for(lambda e: e.op == "response", what="a response", timeout=60)


def test_a_big_payload_that_cannot_be_written_ends_the_history(store):
    store.append(draft())
    (store.directory / "payloads").touch()
    assert store.append(draft(payload=b"x" * 100_000)).seq == 0
    assert f"{store.directory}/payloads/" in store.lost
    assert len(load(store.path)) == 1


def test_a_history_that_ended_well_has_lost_nothing(store):
    store.append(draft())
    store.close()
    assert store.append(draft()).seq == 0
    assert store.lost is None


WRITER = """
import sys
from pathlib import Path
from hopcheck.trace import Draft, Redactor, Store
store = Store(Path(sys.argv[1]), Redactor(b"key"))
while True:
    event = store.append(Draft("t", "a>b", "http", "request", "a", "b", payload=b"x" * 20_000))
    sys.stdout.buffer.write(b"%d\\n" % event.seq)
    sys.stdout.buffer.flush()
"""


def test_what_was_let_pass_is_on_disk_when_the_kit_is_killed(tmp_path):
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) as writer:
        passed = [int(writer.stdout.readline()) for _ in range(50)]
        writer.kill()
        passed += [int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]
    assert passed == list(range(1, len(passed) + 1))
    trace = load(tmp_path / "trace.jsonl")
    assert len(passed) <= len(trace) <= len(passed) + 1
    assert all(event.payload.data == b"x" * 20_000 for event in trace)


def test_a_line_that_was_being_written_is_told(store):
    for _ in range(3):
        store.append(draft())
    whole = load(store.path)
    assert whole.lost is None
    with store.path.open("r+b") as file:
        file.truncate(store.path.stat().st_size - 2)
    cut = load(store.path)
    assert [event.seq for event in cut] == [1, 2]
    assert cut.lost == f"{store.path} ends within a line: event 2 is the last that was written whole"

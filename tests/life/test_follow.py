from __future__ import annotations

import threading

from hopcheck.life.follow import FileTail, Lines, follow
from hopcheck.life.source import chosen


def test_lines_are_whole():
    lines = Lines()
    assert lines.feed(b"a\nb") == [b"a"]
    assert lines.feed(b"c\n\n") == [b"bc", b""]
    assert lines.feed(b"d") == []
    assert (lines.rest(), lines.rest()) == ([b"d"], [])


def test_a_file_is_read_on_from_its_last_lines(tmp_path):
    path, told = tmp_path / "s3.log", []
    tail = FileTail(path, lambda name, line: told.append((name, line)), lines=1)
    tail.read()
    path.write_bytes(b"old\nnew\n")
    tail.read()
    with path.open("ab") as log:
        log.write(b"later\nhal")
    tail.read()
    assert told == [("s3", b"new"), ("s3", b"later")]
    tail.end()
    assert told[-1] == ("s3", b"hal")


def test_what_comes_and_what_appears_is_told_until_the_owner_ends(made, process):
    owner = process()
    run = made(owner=owner.pid)
    (run.logs / "s3.log").write_bytes(b"first\n")
    told: list[tuple[str, bytes]] = []
    grown = threading.Condition()

    def tell(name: str, line: bytes) -> None:
        with grown:
            told.append((name, line))
            grown.notify_all()

    follower = threading.Thread(target=follow, args=[run, chosen(run, None), tell, None], kwargs={"every": True})
    follower.start()

    def until(*what: tuple[str, bytes]) -> None:
        with grown:
            assert grown.wait_for(lambda: set(what) <= set(told), timeout=10), told

    until(("s3", b"first"))
    with (run.logs / "s3.log").open("ab") as log:
        log.write(b"second\n")
    (run.logs / "rhc-host-2.log").write_bytes(b"new\n")
    (run.logs / "notes.txt").write_bytes(b"no log\n")
    until(("s3", b"second"), ("rhc-host-2", b"new"))
    owner.kill()
    follower.join(timeout=10)
    assert not follower.is_alive()
    assert len(told) == 3

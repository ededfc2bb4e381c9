from __future__ import annotations

import threading

from hopcheck.live.board import Board


def test_a_reader_gets_what_it_has_not_had() -> None:
    board = Board()
    board.put({"trace": b"1", "run a": b"1"})
    first = board.news(0, 0)
    assert first.entries == (("trace", b"1"), ("run a", b"1"))
    board.put({"trace": b"2", "run a": b"1", "run b": b"1"})
    board.put({"trace": b"3", "run a": b"1", "run b": b"1"})
    assert board.news(first.version, 0).entries == (("trace", b"3"), ("run b", b"1"))
    assert board.news(board.news(0, 0).version, 0).entries == ()


def test_whoever_waits_is_told() -> None:
    board, told = Board(), threading.Event()
    waiting = threading.Thread(target=lambda: board.news(0, 30).entries and told.set())
    waiting.start()
    board.put({"trace": b"1"})
    waiting.join(30)
    assert told.is_set()


def test_the_end_waits_for_readers_to_have_had_everything() -> None:
    board, had = Board(), []
    here = threading.Event()

    def read() -> None:
        with board.reader():
            here.set()
            news = board.news(0, 30)
            while not news.ended:
                news = board.news(news.version, 30)
            had.extend(board.news(0, 0).entries)

    reader = threading.Thread(target=read)
    reader.start()
    assert here.wait(30)
    board.put({"trace": b"last"})
    board.end(30)
    assert (had, board.readers) == ([("trace", b"last")], 0)
    reader.join()


def test_the_end_does_not_wait_for_ever() -> None:
    board = Board()
    with board.reader():
        board.end(0.01)
    assert board.news(0, 30).ended


def test_a_reader_is_announced() -> None:
    came: list[int] = []
    board = Board(lambda: came.append(board.readers))
    with board.reader():
        assert came == [1]

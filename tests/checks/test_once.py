from __future__ import annotations

from types import SimpleNamespace

from hopcheck.checks.once import once


def told():
    return SimpleNamespace(history=SimpleNamespace(kept={}))


def test_a_trace_is_read_once_for_the_same_question():
    asked = []

    @once
    def read(told, *names):
        asked.append(names)
        return [names]

    one, other = told(), told()
    assert read(one, "a") is read(one, "a")
    assert read(one, "b") == [("b",)]
    assert asked == [("a",), ("b",)]
    read(other, "a")
    assert asked == [("a",), ("b",), ("a",)]


def test_two_readers_do_not_share_what_they_read():
    one = told()
    assert once(lambda told: 1)(one) == 1
    assert once(lambda told: 2)(one) == 2

from __future__ import annotations

import select

import pytest

from fakes.rhc.inotify import CLOSE_WRITE, DELETE_SELF, MOVED_TO, Inotify


@pytest.fixture
def inotify():
    inotify = Inotify()
    yield inotify
    inotify.close()


def test_files_that_move_in_are_named_in_order(inotify, tmp_path):
    (tmp_path / "in").mkdir()
    inotify.watch(tmp_path / "in", MOVED_TO)
    for name in ("b", "a"):
        (tmp_path / name).touch()
        (tmp_path / name).rename(tmp_path / "in" / name)
    assert select.select([inotify], [], [], 0)[0]
    assert [(change.mask, change.name) for change in inotify.read()] == [(MOVED_TO, "b"), (MOVED_TO, "a")]
    assert inotify.read() == []


def test_write_and_removal_of_one_file(inotify, tmp_path):
    file = tmp_path / "f"
    file.touch()
    watch = inotify.watch(file, CLOSE_WRITE | DELETE_SELF)
    file.write_text("x")
    file.unlink()
    assert {change.mask for change in inotify.read() if change.watch == watch} >= {CLOSE_WRITE, DELETE_SELF}


def test_what_is_not_there_cannot_be_watched(inotify, tmp_path):
    with pytest.raises(FileNotFoundError):
        inotify.watch(tmp_path / "none", CLOSE_WRITE)

from __future__ import annotations

import os
import select
from contextlib import closing

import pytest

from hopcheck.life.directory_watch import DirectoryWatch


def test_what_is_made_written_or_moved_in_is_named(tmp_path):
    (tmp_path / "outside").touch()
    inside = tmp_path / "logs"
    inside.mkdir()
    with closing(DirectoryWatch(inside)) as watch:
        assert watch.changed() == set()
        (inside / "a.log").write_text("x")
        os.replace(tmp_path / "outside", inside / "b.log")
        assert select.select([watch], [], [], 5)[0] == [watch]
        assert watch.changed() == {"a.log", "b.log"}
        assert watch.changed() == set()


def test_a_directory_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        DirectoryWatch(tmp_path / "none")

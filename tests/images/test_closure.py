from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hopcheck.images.closure import missing
from hopcheck.images.target import Target

sys.path.insert(0, str(Path(__file__).parent))

from images_wheel import wheel

OLD, NEW = Target("3.11.2", "2.36", "x86_64").markers(), Target("3.12.1", "2.39", "x86_64").markers()


def test_a_complete_folder_lacks_nothing(tmp_path: Path) -> None:
    wheel(tmp_path, "top", "1.0", "under_Neath>=1")
    wheel(tmp_path, "under-neath")
    assert missing(tmp_path, ["top>=1"], OLD) == set()


def test_a_root_may_be_missing(tmp_path: Path) -> None:
    assert missing(tmp_path, ["top>=1,<2"], OLD) == {"top<2,>=1"}


def test_a_marker_counts_for_the_target_only(tmp_path: Path) -> None:
    wheel(tmp_path, "redis", "8.0", 'async-timeout>=4.0.3; python_full_version < "3.11.3"')
    assert missing(tmp_path, ["redis"], OLD) == {"async-timeout>=4.0.3"}
    assert missing(tmp_path, ["redis"], NEW) == set()


def test_extras_count_where_they_are_asked_for(tmp_path: Path) -> None:
    wheel(tmp_path, "cachecontrol", "1.0", 'filelock>=3.8; extra == "filecache"', 'redis; extra == "redis"')
    assert missing(tmp_path, ["cachecontrol"], OLD) == set()
    assert missing(tmp_path, ["cachecontrol[filecache]"], OLD) == {"filelock>=3.8"}


def test_a_ring_of_requirements_comes_to_an_end(tmp_path: Path) -> None:
    wheel(tmp_path, "one", "1.0", "two", "three")
    wheel(tmp_path, "two", "1.0", "one[x]")
    assert missing(tmp_path, ["one"], OLD) == {"three"}


@pytest.mark.parametrize("requirement", ["top", 'top; sys_platform == "linux"'])
def test_what_is_told_has_no_marker(tmp_path: Path, requirement: str) -> None:
    assert missing(tmp_path, [requirement], OLD) == {"top"}

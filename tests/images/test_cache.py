from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from hopcheck.images import cache


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "hopcheck"


def test_it_lies_where_the_desktop_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache.root() == home
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/qa")
    assert cache.root() == Path("/home/qa/.cache/hopcheck")


def test_a_digest_is_of_values_and_not_of_their_order_in_a_map() -> None:
    one = cache.digest({"a": 1, "b": [2]}, "x")
    assert one == cache.digest({"b": [2], "a": 1}, "x")
    assert len({one, cache.digest({"a": 1, "b": [2]}, "y"), cache.digest({"a": 1, "b": [3]}, "x")}) == 3
    assert len(one) == cache.WIDTH


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_made_appears_whole_and_replaces_what_was_there(home: Path, kind: str) -> None:
    place = home / "things" / "thing"
    for content in ("old", "new"):
        with cache.making(place) as folder:
            made = folder / place.name
            if kind == "folder":
                made.mkdir()
                made = made / "inner"
            made.write_text(content)
    assert (place / "inner" if kind == "folder" else place).read_text() == "new"
    assert list(place.parent.iterdir()) == [place]


def test_a_failure_leaves_what_was_there(home: Path) -> None:
    place = home / "things" / "thing"
    with cache.making(place) as folder:
        (folder / "thing").write_text("old")

    def fail() -> None:
        with cache.making(place) as folder:
            (folder / "thing").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert place.read_text() == "old"
    assert list(place.parent.iterdir()) == [place]


def test_the_second_to_build_says_that_it_waits(home: Path) -> None:
    told: list[str] = []
    home.mkdir()
    other = (home / "build.lock").open("w")
    fcntl.flock(other, fcntl.LOCK_EX)

    def waiting() -> None:
        told.append("waiting")
        other.close()

    with cache.lock(waiting):
        assert told == ["waiting"]
    with cache.lock(waiting):
        assert told == ["waiting"]

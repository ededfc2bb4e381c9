from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hopcheck.images import cache, wheels
from hopcheck.images.error import ImageError
from hopcheck.images.target import Target

sys.path.insert(0, str(Path(__file__).parent))

from images_wheel import wheel

TARGET = Target("3.11.2", "2.36", "x86_64")
ONLY_THERE = 'python_full_version == "3.11.2"'


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all pip can see."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    wheel(folder, "pip", "99.0")
    return folder


def names(folder: Path) -> set[str]:
    return {file.name.partition("-")[0] for file in folder.iterdir()}


def ensure(*requirements: str, told: list[str] | None = None, fresh: bool = False) -> Path:
    return wheels.ensure(
        requirements, TARGET, progress=(told or []).append if told is None else told.append, fresh=fresh
    )


def test_the_set_is_complete_for_the_base_whatever_python_fetches(index: Path) -> None:
    wheel(index, "redis", "1.0", f"async-timeout; {ONLY_THERE}", 'never; python_version < "3"')
    wheel(index, "async-timeout", "1.0", f"deeper; {ONLY_THERE}")
    wheel(index, "deeper")
    assert names(ensure("redis>=1")) == {"pip", "redis", "async_timeout", "deeper"}


def test_it_is_fetched_once(index: Path) -> None:
    wheel(index, "redis")
    told: list[str] = []
    first = ensure("redis", told=told)
    assert first == ensure("redis", told=told)
    assert told == ["fetching wheels for Python 3.11.2 on x86_64"]
    assert first.parent == cache.root() / "wheels"


def test_afresh_takes_what_is_newer_now(index: Path) -> None:
    wheel(index, "redis")
    ensure("redis")
    wheel(index, "redis", "2.0")
    assert (ensure("redis", fresh=True) / "redis-2.0-py3-none-any.whl").exists()


def test_another_python_has_another_folder(index: Path) -> None:
    wheel(index, "redis")
    other = wheels.ensure(["redis"], Target("3.12.1", "2.39", "x86_64"), progress=print)
    assert other != ensure("redis")


def test_what_cannot_be_fetched_is_named_and_nothing_is_left(index: Path) -> None:
    with pytest.raises(ImageError, match="redis") as told:
        ensure("redis>=1")
    assert "out of reach" in told.value.step
    assert list((cache.root() / "wheels").iterdir()) == []


def test_what_the_base_alone_needs_must_be_there_too(index: Path) -> None:
    wheel(index, "redis", "1.0", f"async-timeout>=4; {ONLY_THERE}")
    with pytest.raises(ImageError, match="async-timeout"):
        ensure("redis")


def test_a_python_without_pip_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = tmp_path / "python"
    bare.write_text("#!/bin/sh\necho 'python: No module named pip' >&2\nexit 1\n")
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(ImageError, match=r"no pip; run hopcheck through \./kit"):
        ensure("redis")

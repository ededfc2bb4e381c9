from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from hopcheck.home import ROOT

KIT = ROOT / "kit"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with next to nothing on it, and a copy of the bootstrap that can install nothing."""
    (tmp_path / "bin").mkdir()
    for name in ("dirname", "cksum", "tr", "tee", "awk", "cat", "grep", "sh"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    shutil.copy(KIT, tmp_path / "kit")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def run(place: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(place / "kit"), *arguments], capture_output=True, text=True, env={"PATH": str(place / "bin"), **env}
    )


def test_the_shell_takes_it() -> None:
    subprocess.run(["sh", "-n", str(KIT)], check=True)


def test_what_is_missing_is_told_with_its_remedy_and_nothing_is_made(bare: Path) -> None:
    done = run(bare, "run")
    assert done.returncode == 3
    last = done.stderr.splitlines()[-1]
    assert last.startswith("kit: install what is missing with:  apt-get install ")
    assert {"dbus", "gpg", "util-linux", "python3"} <= set(last.split())
    assert not (bare / ".venv").exists()


def program(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_an_old_python_is_named(bare: Path) -> None:
    done = run(bare, "judge", "x", PYTHON=program(bare / "bin" / "old", "exit 1"))
    assert done.returncode == 3
    assert "older than 3.11; set PYTHON to a newer one" in done.stderr


def test_judging_needs_no_broker(bare: Path) -> None:
    stub = program(bare / "bin" / "stub", 'case "$1" in -m) exit 7; esac')
    done = run(bare, "judge", "x", PYTHON=stub)
    assert done.returncode == 7
    assert "making .venv" in done.stderr
    assert "missing" not in done.stderr


def test_it_is_executable() -> None:
    assert KIT.stat().st_mode & 0o111 == 0o111

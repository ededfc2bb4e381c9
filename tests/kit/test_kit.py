from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from hopcheck.home import ROOT
from hopcheck.install.program import PROGRAMS, TABLE, how
from hopcheck.install.system import DEBIAN, FEDORA, MACOS, RHEL, System

KIT = ROOT / "kit"
RELEASES = {
    "debian": "ID=debian\n",
    "fedora": "ID=fedora\n",
    "rhel": 'ID="rhel"\nID_LIKE="fedora"\n',
    "arch": "ID=arch\n",
}
RUN = [program for program in PROGRAMS.values() if program.needed == "run"]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with next to nothing on it, and a copy of the bootstrap that can install nothing."""
    (tmp_path / "bin").mkdir()
    for name in ("dirname", "cksum", "tr", "tee", "awk", "cat", "grep", "sh", "tail", "uname"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    shutil.copy(KIT, tmp_path / "kit")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    (tmp_path / "hopcheck/install").mkdir(parents=True)
    shutil.copy(TABLE, tmp_path / "hopcheck/install")
    return tmp_path


def run(place: Path, *arguments: str, before: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """The bootstrap, in a mount namespace of its own where ``before`` changes what it sees of the system."""
    hide = "for place in /usr/local/sbin /usr/sbin; do mount -t tmpfs tmpfs $place; done"
    inside = (
        f'PATH=/usr/sbin:/usr/bin:/sbin:/bin; {hide if before else ":"}; {before or ":"}; PATH={place}/bin; exec "$@"'
    )
    user = ["--user", "--map-root-user"] if before else []
    prefix = ["unshare", *user, "--mount", "sh", "-ec", inside, "sh"] if before else []
    return subprocess.run(
        [*prefix, str(place / "kit"), *arguments],
        capture_output=True,
        text=True,
        env={"PATH": str(place / "bin") + (":/usr/bin:/bin" if before else ""), **env},
    )


def on(place: Path, release: str) -> str:
    (place / "os-release").write_text(RELEASES[release])
    return f"mount --bind {place}/os-release /etc/os-release"


def program(path: Path, text: str) -> str:
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def python(place: Path) -> str:
    """Stands for a Python that is new enough and whose venv fails with 7."""
    return program(place / "bin" / "stub", 'case "$1" in -m) exit 7; esac')


def test_the_shell_takes_it() -> None:
    subprocess.run(["sh", "-n", str(KIT)], check=True)


@pytest.mark.parametrize(("release", "system"), [("debian", DEBIAN), ("fedora", FEDORA), ("rhel", RHEL)])
def test_what_is_missing_is_told_as_this_system_installs_it_and_nothing_is_made(
    bare: Path, release: str, system: System
) -> None:
    done = run(bare, "run", before=on(bare, release), PYTHON=python(bare))
    assert done.returncode == 3
    *missing, last = done.stderr.splitlines()
    assert missing == [f"kit: missing: {each.name} ({each.what})" for each in RUN]
    assert last.replace("  ", " ") == f"kit: install what is missing with: {how(RUN, system)}"
    assert not (bare / ".venv").exists()


def test_a_system_that_is_not_known_gets_two_lines_to_choose_from(bare: Path) -> None:
    done = run(bare, "run", before=on(bare, "arch"), PYTHON=python(bare))
    assert done.returncode == 3
    assert f"on Debian:  {how(RUN, DEBIAN)}; on Fedora:  {how(RUN, FEDORA)}" in done.stderr


def test_on_macos_it_says_what_works_and_where_runs_do(bare: Path) -> None:
    program(bare / "bin" / "uname", "echo Darwin")
    done = run(bare, "run", PYTHON=python(bare))
    assert done.returncode == 3
    assert "runs need Linux" in done.stderr
    assert "docker run" in done.stderr
    assert len(done.stderr.splitlines()) == 3
    done = run(bare, "judge", "x", PYTHON="no-such-python")
    assert f"kit: install what is missing with:  {how([PROGRAMS['python3']], MACOS)}" in done.stderr


def test_an_old_python_is_named(bare: Path) -> None:
    old = program(bare / "bin" / "old", 'case "$1" in --version) echo Python 3.9.2;; *) exit 1; esac')
    done = run(bare, "judge", "x", PYTHON=old)
    assert done.returncode == 3
    assert done.stderr == f"kit: {old} is Python 3.9.2, older than 3.11: install a newer one, or set PYTHON to it\n"


def test_a_newer_python_beside_an_old_one_is_found(bare: Path) -> None:
    program(bare / "bin" / "python3", "exit 1")
    program(
        bare / "bin" / "python3.12", 'case "$1" in -m) exit 7; --version) echo Python 3.12;; esac'.replace("7;", "7;;")
    )
    done = run(bare, "judge", "x")
    assert done.returncode == 3
    assert "making .venv with Python 3.12" in done.stderr


def test_no_python_and_no_venv_module_are_told(bare: Path) -> None:
    done = run(bare, "judge", "x", before=on(bare, "debian"))
    assert done.returncode == 3
    assert "install what is missing with:  apt-get install python3" in done.stderr
    without = program(bare / "bin" / "without", 'case "$2" in *venv*) exit 1; esac')
    done = run(bare, "judge", "x", before=on(bare, "debian"), PYTHON=without)
    assert done.returncode == 3
    assert "missing: python3-venv (the module of Python that makes the kit's environment)" in done.stderr
    assert "install what is missing with:  apt-get install python3-venv" in done.stderr


def test_an_environment_that_cannot_be_made_is_the_kits_trouble(bare: Path) -> None:
    done = run(bare, "judge", "x", PYTHON=python(bare))
    assert done.returncode == 3
    assert "making .venv" in done.stderr
    assert "missing" not in done.stderr
    assert f"{bare}/.venv could not be made" in done.stderr


def test_pip_without_a_network_says_so_in_a_few_lines(bare: Path) -> None:
    (bare / ".venv/bin").mkdir(parents=True)
    said = "\n".join(
        [
            "WARNING: Retrying after connection broken by 'NewConnectionError(no route)': /simple/x/",
            *["WARNING: more"] * 50,
            "ERROR: Could not find a version that satisfies the requirement x",
        ]
    )
    program(bare / ".venv/bin/python", f"cat <<'END'\n{said}\nEND\nexit 1")
    done = run(bare, "judge", "x", PYTHON=python(bare))
    assert done.returncode == 3
    lines = [line for line in done.stderr.splitlines() if line]
    assert lines[-3:] == [
        "ERROR: Could not find a version that satisfies the requirement x",
        "kit: pip reaches no package index: is there a network? PIP_INDEX_URL or PIP_PROXY name another way",
        f"kit: installing failed; all that pip said is in {bare}/.venv/install.log",
    ]
    assert len(lines) == 4


def test_it_is_executable() -> None:
    assert KIT.stat().st_mode & 0o111 == 0o111

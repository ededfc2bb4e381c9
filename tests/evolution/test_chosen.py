from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hopcheck.config import ConfigError
from hopcheck.evolution.chosen import go_by
from hopcheck.home import CONTRACTS, OWN_CONTRACTS, ROOT


class Replaced(Exception):
    pass


@pytest.fixture
def begun(monkeypatch, tmp_path):
    """What the command is replaced by: its arguments after the module's name, and the contracts it goes by."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("HOPCHECK_CONTRACTS", raising=False)
    seen = []

    def replace(_, argv, environment):
        seen.append((argv[argv.index("hopcheck.cli") + 1 :], environment["HOPCHECK_CONTRACTS"]))
        raise Replaced

    def begin(*arguments):
        with pytest.raises(Replaced):
            go_by(arguments, replace)
        return seen[-1]

    return begin


def never(*_):
    raise AssertionError("it begins anew")


def test_without_a_choice_nothing_changes(monkeypatch):
    monkeypatch.delenv("HOPCHECK_CONTRACTS", raising=False)
    assert go_by(["run", "--all"], never) == ["run", "--all"]
    assert go_by(["shell", "--", "--contracts", "x"], never) == ["shell", "--", "--contracts", "x"]


def test_the_contracts_that_it_goes_by_already(monkeypatch):
    monkeypatch.delenv("HOPCHECK_CONTRACTS", raising=False)
    assert go_by(["--contracts", str(CONTRACTS), "judge", "t"], never) == ["judge", "t"]


@pytest.mark.parametrize("given", [["--contracts={}", "run"], ["run", "--contracts", "{}"]])
def test_a_directory_is_taken_as_it_is(begun, tmp_path, given):
    assert begun(*(each.format(tmp_path) for each in given)) == (["run"], str(tmp_path))


def test_the_environment_chooses_too(begun, monkeypatch, tmp_path):
    monkeypatch.setenv("HOPCHECK_CONTRACTS", str(tmp_path))
    assert begun("run") == (["run"], str(tmp_path))


def test_a_file_stands_in_place_of_the_kits_own(begun, tmp_path):
    file = tmp_path / "flow.mmd"
    file.write_text((OWN_CONTRACTS / "flow.mmd").read_text() + "%% the end\n")
    _, directory = begun("run", "--contracts", str(file))
    assert directory.startswith(str(tmp_path / "cache"))
    made = {path.relative_to(directory).as_posix(): path.read_bytes() for path in _files(directory)}
    own = {path.relative_to(OWN_CONTRACTS).as_posix(): path.read_bytes() for path in _files(OWN_CONTRACTS)}
    assert {name for name in {**own, **made} if own.get(name) != made.get(name)} == {"flow.mmd"}
    assert begun("run", "--contracts", str(file))[1] == directory


def _files(directory):
    return [path for path in type(OWN_CONTRACTS)(directory).rglob("*") if path.is_file()]


def test_what_is_no_version(begun):
    with pytest.raises(ConfigError, match="no directory, no file and no revision"):
        go_by(["run", "--contracts", "no-such-revision"], never)


def test_the_whole_kit_goes_by_it(tmp_path):
    code = "from hopcheck import home; from hopcheck.topology import profile; print(home.CONTRACTS, profile.PROFILES)"
    environment = {**os.environ, "HOPCHECK_CONTRACTS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, cwd=ROOT
    )
    assert done.stdout.split() == [str(tmp_path), str(OWN_CONTRACTS / "profiles")]

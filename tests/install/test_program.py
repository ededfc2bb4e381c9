from __future__ import annotations

import re
from pathlib import Path

import pytest

from hopcheck.home import ROOT
from hopcheck.install import program
from hopcheck.install.program import PROGRAMS, TABLE, how, missing, of_runs, packages
from hopcheck.install.system import DEBIAN, FEDORA, MACOS, RHEL, System

SOME = [PROGRAMS[name] for name in ("mosquitto", "dbus-daemon", "gpg", "gpg-agent")]


@pytest.mark.parametrize(
    ("system", "command"),
    [
        (DEBIAN, "apt-get install mosquitto dbus gpg gpg-agent"),
        (FEDORA, "dnf install mosquitto dbus-daemon gnupg2"),
        (RHEL, "dnf install mosquitto dbus-daemon gnupg2 (EPEL holds mosquitto)"),
        (MACOS, "brew install mosquitto dbus gnupg"),
    ],
)
def test_each_system_has_its_own_command(system: System, command: str) -> None:
    assert how(SOME, system) == command


def test_a_system_that_is_not_known_gets_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "here", lambda: None)
    assert missing("ip") == (
        "ip is missing (the insights collection): on Debian: apt-get install iproute2; on Fedora: dnf install iproute"
    )


def test_what_is_missing_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "here", lambda: FEDORA)
    assert missing("nsenter", "iptables") == (
        "nsenter and iptables are missing (the hosts' namespaces, the hosts' network): "
        "dnf install util-linux iptables-nft"
    )
    assert missing("mmdebstrap").endswith("missing (makes the hosts' image): this system has no package of it")


def test_every_program_says_what_for_and_where_from() -> None:
    assert len(PROGRAMS) > 15
    for each in PROGRAMS.values():
        assert each.what
        assert each.needed in ("run", "machines", "some")
        assert "debian" in each.packages


def test_the_bootstrap_can_read_it() -> None:
    sections = re.split(r"(?m)^\[", TABLE.read_text())[1:]
    assert len(sections) == len(PROGRAMS)
    for section in sections:
        rows = section.split("\n", 1)[1].strip().splitlines()
        assert all(re.fullmatch(r"[a-z]+ = [^\"'\\]+|what = [^\"\\]+", row) for row in rows)
        assert rows[-1].startswith("macos = ")


def test_a_program_of_an_administrator_is_found_without_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(program, "SBIN", (str(tmp_path / "sbin"),))
    assert PROGRAMS["mosquitto"].find() is None
    (tmp_path / "sbin").mkdir()
    (tmp_path / "sbin/mosquitto").touch(0o755)
    assert PROGRAMS["mosquitto"].find() == str(tmp_path / "sbin/mosquitto")


def test_what_runs_need() -> None:
    plain, more = packages(of_runs(), DEBIAN), packages(of_runs(machines=True), DEBIAN)
    assert plain[0] == "python3-venv"
    assert plain.count("util-linux") == 1
    assert set(more) - set(plain) == {"mmdebstrap", "debian-archive-keyring", "iptables"}


def test_ci_installs_what_is_known_here() -> None:
    text = (ROOT / ".ci/run").read_text()
    pairs = dict(re.findall(r"([\w-]+):([\w.-]+)", text.partition("for pair in")[2].partition("; do")[0]))
    assert (pairs.pop("dockerd"),) == PROGRAMS["docker"].packages["debian"]
    assert pairs
    assert {name: package for name, package in pairs.items() if package not in PROGRAMS[name].packages["debian"]} == {}


def test_nothing_else_says_how_to_install() -> None:
    told = [
        path.name
        for path in (ROOT / "hopcheck").rglob("*.py")
        if re.search(r"apt-get install|dnf install|brew install", path.read_text())
    ]
    assert told == ["system.py"]

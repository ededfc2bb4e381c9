from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hopcheck import cli
from hopcheck.config import OPTIONS
from hopcheck.doctor import machine
from hopcheck.doctor.check import Check
from hopcheck.install import program
from hopcheck.install.system import FEDORA

GOOD = Check("gpg", "ok", "/usr/bin/gpg", "never said")
BAD = Check("mosquitto", "problem", "missing: the MQTT broker", "apt-get install mosquitto", "mosquitto")
WORTH = Check("engine", "warning", "none", "start one", "docker")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for option in OPTIONS:
        monkeypatch.delenv(option.variable, raising=False)
    for name in ("HOPCHECK_CONFIG", "HOPCHECK_HOTS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def machine_is(monkeypatch: pytest.MonkeyPatch, *found: Check) -> None:
    def checks(*_: object) -> Iterator[Check]:
        yield from found

    monkeypatch.setattr(machine, "checks", checks)


def test_all_is_well(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    machine_is(monkeypatch, GOOD, WORTH)
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ok       configuration   no hopcheck.toml here; `hopcheck init ROLE` makes one",
        "ok       gpg             /usr/bin/gpg",
        "warning  engine          none",
        "                         start one",
        "",
        "ready: 1 warning",
    ]


def test_what_is_missing(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(program, "here", lambda: FEDORA)
    machine_is(monkeypatch, BAD, Check("namespaces", "problem", "refused", "run as root"), WORTH)
    assert cli.main(["doctor"]) == 3
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "install what is missing with:  dnf install mosquitto",
        "not ready: 2 problems, 1 warning",
    ]


def test_the_configuration_is_checked_too(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine_is(monkeypatch)
    monkeypatch.setenv("HOPCHECK_HOTS", "2")
    (here / "hopcheck.toml").write_text('[sut.ingress]\ncmd = "./ingress"\n')
    assert cli.main(["doctor"]) == 3
    shown = capsys.readouterr().out
    assert "ok       configuration   hopcheck.toml: ingress=cmd:./ingress" in shown
    assert "warning  environment     HOPCHECK_HOTS is no option, meant is perhaps 'HOPCHECK_HOSTS'" in shown
    assert "problem  sut.ingress" in shown
    assert str(here / "ingress") in shown


@pytest.mark.parametrize("arguments", [[], ["--config", "hopcheck.toml"]])
def test_a_configuration_that_cannot_be_read_is_one_problem_among_others(
    arguments: list[str], here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine_is(monkeypatch, GOOD)
    (here / "hopcheck.toml").write_text("hots = 2\n")
    assert cli.main(["doctor", *arguments]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "problem  configuration   hopcheck.toml:1: no key 'hots', meant is perhaps 'hosts'"
    assert lines[2] == "ok       gpg             /usr/bin/gpg"


def test_for_programs(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    machine_is(monkeypatch, BAD)
    assert cli.main(["doctor", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert told["checks"][-1] == {
        "name": "mosquitto",
        "state": "problem",
        "said": "missing: the MQTT broker",
        "todo": "apt-get install mosquitto",
        "program": "mosquitto",
    }
    machine_is(monkeypatch, GOOD)
    assert cli.main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True

from __future__ import annotations

import signal

import pytest

from hopcheck import cli
from hopcheck.life import split


@pytest.fixture(autouse=True)
def _handler():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("line", "split_"),
    [
        ("shell h --run r -- ls -l -- x", ("shell h --run r", "ls -l -- x")),
        ("shell h", ("shell h", "")),
        ("run -- a", ("run -- a", "")),
        ("", ("", "")),
    ],
)
def test_only_the_command_of_a_shell_is_split_off(line, split_):
    given, command = split(line.split())
    assert (" ".join(given), " ".join(command)) == split_


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["up", "--help"], ["--runtime", "--sut", "--hosts", "needs no verdict"]),
        (["status", "--help"], ["--json", "1 something that should run does not"]),
        (["logs", "--help"], ["--follow", "--lines"]),
        (["shell", "--help"], ["HOST", "-- systemctl"]),
        (["down", "--help"], ["--all", "RUN"]),
    ],
)
def test_help(arguments, words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    shown = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["down", "hc-a", "--all"],
        ["shell"],
        ["logs", "-n", "x"],
        ["up", "--hosts", "x"],
        ["up", "--sut", "nobody=cmd:x"],
    ],
)
def test_a_wrong_command_line_is_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("arguments", [["shell", "host-1"], ["logs"]])
def test_what_is_unclear_is_status_2_and_one_line(arguments, capsys):
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err.startswith("hopcheck: ")

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hopcheck import cli

ASK = """
eval "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
asked=$(complete -p hopcheck)
asked=${asked##*-F }
"${asked%% *}" hopcheck "${@: -1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["completion", "bash"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("contracts li", {"lint", "list"}),
        ("run --runtime ", {"auto", "containers", "process"}),
        ("run --ru", {"--runtime"}),
        ("judge tr", {"trace.jsonl"}),
        ("judge --report ", {"report"}),
        ("completion z", {"zsh"}),
    ],
)
def test_bash_completes(script: str, line: str, words: set[str], tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").touch()
    (tmp_path / "report").mkdir()
    argv = ["bash", "-c", ASK, "bash", script, "hopcheck", *line.split(" ")]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (set(done.stdout.split()), done.stderr) == (words, "")


def test_zsh_is_given_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", "zsh"]) == 0
    assert capsys.readouterr().out.startswith("#compdef hopcheck\n")


def test_nobody_else_pays_for_it() -> None:
    code = "import sys; from hopcheck.cli import main; main(['options']); print('shtab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.endswith("False\n")

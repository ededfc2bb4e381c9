"""A reader who does what a page says, from its top to its end, in a directory of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from docs_blocks import Block, Page
from docs_shell import Line, lines

from hopcheck.home import ROOT

# What a checkout has that pages speak of.
CHECKOUT = ("contracts", "features", "examples")
PATIENCE = 600
_VARIES = re.compile(r"(…|-?\d+(?:\.\d+)*|\s+)")
_NUMBER = r"-?\d+(?:\.\d+)*"


class Differs(AssertionError):
    """What the page says is not what happens."""


@dataclass
class Player:
    """``place`` is made to look like the checkout, in which `./kit` is there already installed.

    ``scratch``, a short path, is where the kit's runs are, so that a page's `down` ends no other page's.
    """

    place: Path
    scratch: Path
    said: dict[str, str] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in CHECKOUT:
            shutil.copytree(ROOT / name, self.place / name, ignore=shutil.ignore_patterns("node_modules"))
        kit = self.place / "kit"
        kit.write_text('#!/bin/sh\nHOPCHECK_CALLED=./kit exec hopcheck "$@"\n')
        kit.chmod(0o755)
        python = self.place / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        self.here = self.place

    def play(self, page: Page) -> None:
        """Do all of it. Raises `Differs` with file and line."""
        if any("hopcheck/" in block.text for block in page.blocks):
            # As if it had been cloned beside the reader's own component.
            (self.place / "hopcheck").symlink_to(".")
        for block in page.blocks:
            if block.kind == "shell":
                for line in lines(block):
                    if line.is_run:
                        self._run(block, line)
            else:
                self._look(block)
        if features := [name for name in self.shown if not any(name in command for command in self.said)]:
            self._told(page.path.name, f"hopcheck lint {' '.join(features)}", 0)
            self._told(page.path.name, f"hopcheck run --report report-shown {' '.join(features)}", 0)

    def _run(self, block: Block, line: Line) -> None:
        self.said[line.text] = self._told(str(block), line.text, int(line.note("exit") or 0))

    def _told(self, where: str, text: str, status: int) -> str:
        left = self.place / ".left-in"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"trap 'pwd >{left}' EXIT\n{text}"],
            cwd=self.here,
            env=_environment(self.scratch),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
        if done.returncode != status:
            raise Differs(f"{where}: `{text}` ends with {done.returncode}, not {status}:\n{done.stdout}")
        self.here = Path(left.read_text().strip())
        return done.stdout

    def _look(self, block: Block) -> None:
        if name := block.note("write"):
            file = self.here / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
            if block.kind == "gherkin":
                self.shown.append(name)
        elif name := block.note("shows"):
            got = (self.here / name).read_text("utf-8")
            if got.strip() != block.text.strip():
                raise Differs(f"{block}: {name} is\n{got}")
        elif command := block.note("prints"):
            if command not in self.said:
                raise Differs(f"{block}: the page has not run `{command}` before")
            if missing := unsaid(block.text, self.said[command]):
                raise Differs(f"{block}: `{command}` has no such line:\n{missing[0]}\nbut\n{self.said[command]}")


def _environment(scratch: Path) -> dict[str, str]:
    """A reader's, alone on the machine: with the kit on the path, and nothing of the test that plays the reader."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COVERAGE"))}
    path = f"{Path(sys.executable).parent}:{own['PATH']}"
    return {**own, "PATH": path, "HOPCHECK_RUNTIME": "process", "HOPCHECK_SCRATCH": str(scratch)}


def unsaid(expected: str, got: str) -> list[str]:
    """The lines of ``expected`` that ``got`` has nowhere; ``…`` is any text, a number any other but 0."""
    return [
        line for line in expected.splitlines() if line.strip() and not re.search(rf"(?m)^\s*{_pattern(line)}\s*$", got)
    ]


def _pattern(line: str) -> str:
    def of(part: str) -> str:
        if part == "…":
            return ".*"
        if part.isspace():
            return r"[^\S\n]+"
        if part == "0":
            return r"0(?![\d.])"
        return _NUMBER if re.fullmatch(_NUMBER, part) else re.escape(part)

    return "".join(of(part) for part in _VARIES.split(line.strip()) if part)

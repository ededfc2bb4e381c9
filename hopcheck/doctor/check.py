"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from hopcheck.install.program import NO_PACKAGE, Program, how

State = Literal["ok", "warning", "problem"]
OK: Final = "ok"
WARNING: Final = "warning"
PROBLEM: Final = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """``said`` is what is there, ``todo`` what to do about it, ``program`` the one of programs.ini that would do.

    A warning is what only some runs need or what will be noticed; a problem is what the configuration needs.
    """

    name: str
    state: State
    said: str
    todo: str = ""
    program: str = ""


def absent(program: Program, state: State) -> Check:
    """A program that is not there, and how to install it here."""
    return Check(program.name, state, f"missing: {program.what}", how([program]) or NO_PACKAGE, program.name)


def lacking(needed: bool) -> State:
    """The state of something that is not there."""
    return PROBLEM if needed else WARNING

"""Programs that the kit calls, and how each is installed on the system at hand."""

from __future__ import annotations

from hopcheck.install.program import PROGRAMS, Program, how, missing, of_runs, packages
from hopcheck.install.system import DEBIAN, System, here

__all__ = ["DEBIAN", "PROGRAMS", "Program", "System", "here", "how", "missing", "of_runs", "packages"]

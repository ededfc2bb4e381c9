from __future__ import annotations

import re

from hopcheck.doctor.programs import PROGRAMS, VENV, packages
from hopcheck.home import ROOT


def test_the_bootstrap_asks_for_programs_that_are_known_here() -> None:
    needed = dict(re.findall(r"(?m)^ +need ([\w-]+) ([\w-]+) '?\"?", (ROOT / "kit").read_text()))
    assert needed
    assert needed.items() <= {program.name: program.package for program in PROGRAMS}.items()


def test_ci_installs_what_is_known_here() -> None:
    text = (ROOT / ".ci/run").read_text()
    pairs = dict(re.findall(r"([\w-]+):([\w.-]+)", text.partition("for pair in")[2].partition("; do")[0]))
    engine = {"dockerd": "docker.io"}
    assert engine.items() <= pairs.items()
    assert pairs.items() - engine.items() <= {program.name: program.package for program in PROGRAMS}.items()


def test_packages_are_named_once() -> None:
    assert packages()[0] == VENV
    assert packages().count("util-linux") == 1
    assert set(packages(machines=True)) - set(packages()) == {"mmdebstrap", "iptables"}

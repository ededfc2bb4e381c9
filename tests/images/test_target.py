from __future__ import annotations

import json
import platform
import subprocess
import sys

import pytest
from packaging.markers import Marker, default_environment

from hopcheck.images.target import PROBE, Target, machine

DEBIAN = Target("3.11.2", "2.36", "x86_64")


def test_its_markers_are_all_that_markers_may_ask() -> None:
    assert set(DEBIAN.markers()) == set(default_environment())


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ('python_full_version < "3.11.3"', True),
        ('python_version < "3.11"', False),
        ('sys_platform == "win32"', False),
        ('platform_machine == "x86_64" and implementation_name == "cpython"', True),
    ],
)
def test_markers_are_judged_for_it(marker: str, holds: bool) -> None:
    assert Marker(marker).evaluate({**DEBIAN.markers()}) is holds


def test_wheels_may_be_for_any_older_glibc_and_none_newer() -> None:
    platforms = [text.removeprefix("--platform=") for text in DEBIAN.pip_arguments() if text.startswith("--platform=")]
    assert platforms[0] == "manylinux_2_36_x86_64"
    assert {"manylinux_2_17_x86_64", "manylinux2014_x86_64"} <= set(platforms)
    assert "manylinux_2_37_x86_64" not in platforms


def test_pip_is_asked_for_that_python_and_no_source() -> None:
    assert {"--only-binary=:all:", "--implementation=cp", "--python-version=3.11.2"} <= set(DEBIAN.pip_arguments())


def test_the_probe_tells_what_a_target_is() -> None:
    told = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=True).stdout
    assert Target(*json.loads(told)).python == platform.python_version()
    assert Target(*json.loads(told)).machine == platform.machine()


def test_engines_and_pythons_name_machines_differently() -> None:
    assert [machine(name) for name in ("amd64", "arm64", "riscv64")] == ["x86_64", "aarch64", "riscv64"]

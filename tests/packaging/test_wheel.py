"""What `pip install` brings, built from what Git would commit, unpacked, and run with no checkout in reach."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hopcheck import __version__
from hopcheck.conform.identity import of_directory
from hopcheck.home import CONTRACTS, ROOT
from hopcheck.images import context
from hopcheck.images.bases import bases

PACKAGES = ("hopcheck", "fakes", "steps")
DATA = ("contracts", "features", "images", "pyproject.toml")
# Says where things lie, and what a host image would be made of.
LOOK = """
import json, sys
from hopcheck import home
from hopcheck.images import context
from hopcheck.images.bases import bases
where = [str(each) for each in (home.ROOT, home.CONTRACTS, home.FEATURES, home.IMAGES, home.PROJECT)]
print(json.dumps([where, {name: context.digest(context.files(base)) for name, base in bases().items()}]))
"""
Call = Callable[..., str]


def committed() -> list[str]:
    """Names of the files that Git has or would take, without those that are gone."""
    argv = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(argv, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, because a build leaves things beside what it builds."""
    place = tmp_path_factory.mktemp("source")
    for name in committed():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    return place


def build(source: Path, into: Path) -> zipfile.ZipFile:
    into.mkdir()
    code = f"from setuptools.build_meta import build_wheel; build_wheel({str(into)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True, capture_output=True)
    (wheel,) = into.glob("*.whl")
    return zipfile.ZipFile(wheel)


@pytest.fixture(scope="module")
def wheel(source: Path) -> zipfile.ZipFile:
    # As if an earlier build had left something.
    stale = source / "build" / "lib" / "hopcheck" / "gone.py"
    stale.parent.mkdir(parents=True, exist_ok=True)
    stale.touch()
    return build(source, source.parent / "dist")


@pytest.fixture(scope="module")
def call(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Runs Python on the unpacked wheel in an empty directory; returns all that it prints."""
    unpacked, empty = tmp_path_factory.mktemp("unpacked"), tmp_path_factory.mktemp("empty")
    for each in wheel.infolist():
        # As pip does; zipfile forgets the mode.
        Path(wheel.extract(each, unpacked)).chmod(0o755 if each.external_attr >> 16 & 0o100 else 0o644)
    libraries = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    # Without -S an editable install would be there, too.
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(unpacked), *libraries])}

    def run(*arguments: str, status: int = 0) -> str:
        argv = [sys.executable, "-S", *arguments]
        done = subprocess.run(argv, cwd=empty, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        assert not [*empty.iterdir()]
        return (done.stdout + done.stderr).replace(str(unpacked), "UNPACKED")

    return run


def test_every_file_of_the_kit_travels_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = committed()
    packages = {name for name in names if name.startswith(tuple(f"{each}/" for each in PACKAGES))}
    data = {f"hopcheck/_kit/{name}" for name in names if name.split("/")[0] in DATA}
    assert {"steps/world.py", "fakes/s3/store.py", "hopcheck/pytest.ini"} <= packages
    assert {"hopcheck/_kit/contracts/flow.mmd", "hopcheck/_kit/images/host/boot.sh"} <= data
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == packages | data


def test_what_can_be_executed_stays_so(wheel: zipfile.ZipFile) -> None:
    packed = "hopcheck/_kit/"
    modes = {each.filename: each.external_attr >> 16 & 0o111 for each in wheel.infolist()}
    programs = {name for name, mode in modes.items() if mode}
    assert f"{packed}images/host/run" in programs
    assert programs == {
        name for name in modes if name.startswith(packed) and (ROOT / name.removeprefix(packed)).stat().st_mode & 0o100
    }


def test_nothing_is_looked_for_in_a_checkout_and_images_are_the_same(call: Call) -> None:
    where, digests = json.loads(call("-c", LOOK))
    assert where == ["UNPACKED", *(f"UNPACKED/hopcheck/_kit/{name}" for name in DATA)]
    assert digests == {name: context.digest(context.files(base)) for name, base in bases().items()}


def test_the_command_works_in_an_empty_directory(call: Call) -> None:
    digest = of_directory(CONTRACTS).removeprefix("sha256:")[:12]
    assert call("-m", "hopcheck.cli", "--version") == f"hopcheck {__version__}, contracts {digest}\n"
    assert call("-m", "hopcheck.cli", "contracts", "lint").endswith("no problems\n")


def test_its_features_are_collected_with_their_steps(call: Call) -> None:
    told = call("-m", "hopcheck.cli", "run", "-k", "no-such-scenario", status=2)
    assert re.fullmatch(r"\s*[1-9]\d* deselected in .*\shopcheck: no scenario matches -k 'no-such-scenario'\s", told)


def test_an_editable_install_reads_the_checkout(source: Path) -> None:
    place = source.parent / "editable"
    place.mkdir()
    code = f"from setuptools.build_meta import build_editable; build_editable({str(place)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True, capture_output=True)
    (made,) = place.glob("*.whl")
    zipfile.ZipFile(made).extractall(place)
    code = f"import site; site.addsitedir({str(place)!r}); from hopcheck.home import CONTRACTS; print(CONTRACTS)"
    done = subprocess.run([sys.executable, "-IS", "-c", code], cwd=place, check=True, capture_output=True, text=True)
    assert done.stdout == f"{source / 'contracts'}\n"

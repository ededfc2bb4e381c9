"""Puts what the kit plays and judges by into the wheel; everything else about the package is in pyproject.toml."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

KIT = ("contracts", "features", "images", "pyproject.toml")


class WithKit(build_py):
    """Copies ``KIT`` to ``hopcheck/_kit``, where `hopcheck.home` looks first; an editable install needs no copy."""

    def run(self) -> None:
        if self.editable_mode:
            return super().run()
        # What an earlier build left there, and the checkout no longer has, must not travel.
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        place = Path(self.build_lib, "hopcheck", "_kit")
        for name in KIT:
            if Path(name).is_dir():
                shutil.copytree(name, place / name)
            else:
                shutil.copy(name, place / name)


setup(cmdclass={"build_py": WithKit})

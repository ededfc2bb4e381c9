"""Runs inside an image that becomes a host: puts stand-ins, overlay and process shims in their places.

Standard library only, Python 3.7 or later. Its one argument is a file with a JSON object: ``stand_ins`` and
``native`` (roles), ``units`` {role: unit}, ``programs`` {role: [paths]}, ``libraries`` (the worker's possible ones),
and the places ``stand_ins_at``, ``install``, ``overlay``, ``shims``, ``real``, ``found``. What it found goes to the
file ``found``. Ends with status 1 and a line on stderr where the image cannot be a host.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
from typing import Any

UNIT_DIRECTORIES = ("/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system")


class Unfit(Exception):
    """The image cannot be a host; the text names cause and next step."""


def main(plan: dict[str, Any], root: str = "/") -> None:
    """Prepare the tree at ``root``."""
    if not os.path.exists(below(root, "/lib/systemd/systemd")):
        raise Unfit("the image has no systemd (/lib/systemd/systemd), which a host boots: take an init image")
    for role in plan["stand_ins"]:
        tree = below(root, f"{plan['stand_ins_at']}/{role}")
        if not os.path.isdir(tree):
            raise Unfit(
                f"the image holds no stand-in for {role}: add {role} to --native, or build on it: "
                "hopcheck images build --from IMAGE"
            )
        if not installed(tree, root):
            subprocess.run([below(root, plan["install"]), role], check=True)
    if os.path.isdir(below(root, plan["overlay"])):
        merge(below(root, plan["overlay"]), root)
    found = {role: program(root, unit) for role, unit in plan["units"].items()}
    for role, paths in plan["programs"].items():
        for path in paths:
            if not os.path.lexists(below(root, path)):
                raise Unfit(f"the image holds no {path}, which is {role}'s: install its package, or give an overlay")
        found[role] = paths[0]
    for role in plan["native"]:
        original = below(root, f"{plan['stand_ins_at']}/{role}{found[role]}")
        if os.path.exists(original) and filecmp.cmp(original, below(root, found[role]), shallow=False):
            raise Unfit(f"{found[role]} is the stand-in: --native {role} wants the real one; is it in the overlay?")
    for path in (path for paths in plan["programs"].values() for path in paths):
        displace(root, plan, path)
    runner = [f"{library}/ansible_runner" for library in plan["libraries"]]
    bundled = [path for path in runner if os.path.isdir(below(root, path))]
    if not bundled:
        raise Unfit(f"the image holds no ansible_runner package in {' or '.join(plan['libraries'])}")
    for path in bundled:
        displace(root, plan, path)
    found["ansible-runner"] = os.path.dirname(bundled[0])
    with open(below(root, plan["found"]), "w", encoding="utf-8") as file:
        json.dump(found, file)


def installed(tree: str, root: str) -> bool:
    """Whether every file of a tree stands at its place, as it is in the tree."""
    pairs = [
        (os.path.join(folder, name), os.path.join(root, os.path.relpath(folder, tree), name))
        for folder, _, names in os.walk(tree)
        for name in names
    ]
    return all(os.path.isfile(there) and filecmp.cmp(here, there, shallow=False) for here, there in pairs)


def below(root: str, path: str) -> str:
    """``path`` within ``root``."""
    return os.path.join(root, path.lstrip("/"))


def program(root: str, unit: str) -> str:
    """The program that a unit starts."""
    for directory in UNIT_DIRECTORIES:
        path = below(root, f"{directory}/{unit}")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                starts = [line.partition("=")[2].strip() for line in file if line.startswith("ExecStart=")]
            words = starts[-1].lstrip("@-:+!").split() if starts else []
            if not words or not os.access(below(root, words[0]), os.X_OK):
                raise Unfit(f"the unit {unit} starts {words[0] if words else 'nothing'}, which is no program there")
            return words[0]
    raise Unfit(f"the image holds no unit {unit} in {', '.join(UNIT_DIRECTORIES)}")


def merge(source: str, root: str) -> None:
    """Copy a tree over ``root``: files replace files, links to directories stay links.

    Raises `Unfit` where one has a directory and the other something else.
    """
    for folder, directories, files in os.walk(source):
        place = os.path.normpath(os.path.join(root, os.path.relpath(folder, source)))
        for name in directories + files:
            origin, target = os.path.join(folder, name), os.path.join(place, name)
            if os.path.isdir(origin) and not os.path.islink(origin):
                if os.path.lexists(target) and not os.path.isdir(target):
                    raise Unfit(f"{target} is no directory in the image, but one in what goes over it: remove either")
                os.makedirs(target, exist_ok=True)
                continue
            if os.path.isdir(target) and not os.path.islink(target):
                raise Unfit(f"{target} is a directory in the image, but none in what goes over it: remove either")
            if os.path.lexists(target):
                os.unlink(target)
            shutil.copy2(origin, target, follow_symlinks=False)


def displace(root: str, plan: dict[str, Any], path: str) -> None:
    """Move what stands at ``path`` aside and put its shim there."""
    real = below(root, plan["real"] + path)
    os.makedirs(os.path.dirname(real), exist_ok=True)
    if os.path.lexists(real):
        shutil.rmtree(real) if os.path.isdir(real) else os.unlink(real)
    # A directory of a lower layer cannot be renamed, only copied.
    shutil.move(below(root, path), real)
    merge(below(root, f"{plan['shims']}{os.path.dirname(path)}"), below(root, os.path.dirname(path)))


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as given:
            main(json.load(given))
    except Unfit as unfit:
        print(f"hopcheck: {unfit}", file=sys.stderr)
        sys.exit(1)

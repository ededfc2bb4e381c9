"""Runs inside a host: prints, as JSON, what each of its roles' programs says of its own version.

Standard library only, Python 3.7 or later; the argument is the file that `prepare` wrote, then the directory of what
it moved aside.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

NUMBER = re.compile(r"\d+\.\d+[\w.+~-]*")


def said(command: list[str], env: dict[str, str] | None = None) -> str:
    """The first line with a number like a version's; empty where there is none."""
    try:
        done = subprocess.run(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    except OSError:
        return ""
    lines = done.stdout.decode(errors="replace").splitlines()
    return next((line.strip() for line in lines if NUMBER.search(line)), "")


def main(found: dict[str, str], real: str) -> dict[str, str]:
    """Version by role."""
    told = {}
    for role, program in found.items():
        if role == "ansible-runner":
            path = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{real}{program}:{program}"}
            runner = NUMBER.search(said(["/usr/bin/python3", "-m", "ansible_runner", "--version"], path))
            core = NUMBER.search(said(["/usr/bin/ansible-playbook", "--version"]))
            told[role] = f"ansible-runner {runner[0] if runner else '?'}, ansible-core {core[0] if core else '?'}"
        else:
            moved = real + program
            told[role] = said([moved if os.path.exists(moved) else program, "--version"])
    return told


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(main(json.load(file), sys.argv[2])))

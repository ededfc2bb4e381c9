"""``python -m fakes.ansible_runner run --ident IDENT --playbook FILE DIRECTORY``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from fakes.ansible_runner import VERSION
from fakes.ansible_runner.artifacts import Artifacts
from fakes.ansible_runner.execution import execute


def main(arguments: list[str]) -> int:
    """Run one playbook; 0 where all tasks went well, else 2, as ansible-playbook has it."""
    parser = argparse.ArgumentParser(prog="ansible-runner", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"hopcheck-ansible-runner {VERSION}")
    parser.add_argument("command", choices=["run"])
    parser.add_argument("--ident", required=True)
    parser.add_argument("--playbook", type=Path, required=True)
    parser.add_argument("private_data", type=Path)
    chosen = parser.parse_args(arguments)
    artifacts = Artifacts(chosen.private_data / "artifacts" / chosen.ident, chosen.ident, str(chosen.playbook))
    plays = yaml.load(chosen.playbook.read_bytes(), yaml.CSafeLoader)
    good = execute(plays, artifacts)
    artifacts.end("successful" if good else "failed")
    return 0 if good else 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

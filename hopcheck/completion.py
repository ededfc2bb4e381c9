"""``hopcheck completion``: what a shell needs to complete verbs, options and paths."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SHELLS = ("bash", "zsh")


def add_parser(verbs: argparse._SubParsersAction[Any], whole: Callable[[], argparse.ArgumentParser]) -> None:
    """Adds the verb; ``whole`` makes the parser of the command."""
    completion = verbs.add_parser(
        "completion",
        help="print what completes verbs, options and paths in a shell",
        description='Prints a script for a shell. bash: eval "$(hopcheck completion bash)" in ~/.bashrc; zsh: '
        "hopcheck completion zsh > _hopcheck in a folder of $fpath.",
    )
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(verb=lambda options: _print(whole(), options.shell))


def _print(parser: argparse.ArgumentParser, shell: str) -> int:
    import shtab  # no other verb need pay for it

    for action in _actions(parser):
        if action.metavar == "DIR":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.type is Path or action.metavar == "PATH":
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    print(shtab.complete(parser, shell=shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _actions(each)

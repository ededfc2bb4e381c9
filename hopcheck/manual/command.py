"""``hopcheck manual``."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from typing import Any

MOST_COLUMNS = 100


def add_parser(verbs: argparse._SubParsersAction[Any], whole: Callable[[], argparse.ArgumentParser]) -> None:
    """Adds the verb; ``whole`` makes the parser of the command."""
    manual = verbs.add_parser(
        "manual",
        help="everything about the command line on one page",
        description="Prints the page: every verb with its arguments, options and examples, exit status, environment "
        "and files. With --man as a man page is written; to keep it: hopcheck manual --man > "
        "~/.local/share/man/man1/hopcheck.1",
    )
    how = manual.add_mutually_exclusive_group()
    how.add_argument("--man", action="store_true", help="for man -l -")
    how.add_argument("--markdown", action="store_true", help="docs/reference/cli.md")
    manual.set_defaults(verb=lambda options: _print(whole(), options))


def _print(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from hopcheck.manual.page import page
    from hopcheck.manual.render import markdown, roff, text

    if options.man:
        lines = roff(page(parser))
    elif options.markdown:
        lines = markdown(page(parser))
    else:
        lines = text(page(parser), min(MOST_COLUMNS, shutil.get_terminal_size().columns))
    print("\n".join(lines))
    return 0

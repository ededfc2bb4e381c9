"""``hopcheck options``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hopcheck.config.arguments import CONFIG_HELP
from hopcheck.config.document import document, rows, shown
from hopcheck.config.layers import resolve
from hopcheck.config.option import ConfigError
from hopcheck.config.table import OPTIONS
from hopcheck.exit_status import WRONG_USAGE


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verb."""
    options = verbs.add_parser(
        "options",
        help="what each option is here and now, and from where",
        description="Prints each option as environment and hopcheck.toml have it, and which of them said so.",
    )
    options.add_argument("--config", type=Path, metavar="FILE", help=CONFIG_HELP)
    how = options.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="for programs")
    how.add_argument("--markdown", action="store_true", help="docs/options.md")
    options.set_defaults(verb=_options)


def _options(options: argparse.Namespace) -> int:
    if options.markdown:
        sys.stdout.write(document())
        return 0
    try:
        found = resolve({}, config=options.config)
    except ConfigError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    if options.json:
        told = {
            option.name: {"value": shown(option, found.values[option.name]), "from": list(found.sources[option.name])}
            for option in OPTIONS
            if not option.line_only
        }
        print(json.dumps({"file": None if found.file is None else str(found.file), "options": told}, indent=2))
        return 0
    print("\n".join(rows(found)))
    return 0

"""The command line's parser: a mistake is one line, what was meant perhaps, and where to read on."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from hopcheck import exit_status
from hopcheck.manual import examples
from hopcheck.suggestion import meant

_SELF = "_parser"


class Parser(argparse.ArgumentParser):
    """Like its base, whose usage of many lines hides what is wrong. Its verbs' parsers are of this kind, too."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        # Who has parsed an option last is the verb's own parser, which knows the options beside it.
        self.set_defaults(**{_SELF: self})

    def parse(self, line: Sequence[str]) -> argparse.Namespace:
        """What `parse_args` gives; an option that nobody knows is told with the nearest one of the verb."""
        found, rest = self.parse_known_args(line)
        verb: Parser = vars(found).pop(_SELF)
        if rest:
            known = [name for name in verb._option_string_actions if name.startswith("--")]
            verb.error(f"no option or argument {rest[0]!r} here{meant(rest[0].partition('=')[0], known)}")
        return found

    def format_help(self) -> str:
        """Its base's, examples, and what the verb ends with."""
        verb = self.prog.partition(" ")[2]
        return f"{super().format_help()}\n{examples.shown(verb)}{exit_status.epilog(verb)}"

    def error(self, message: str) -> NoReturn:
        """End with `WRONG_USAGE`. The message goes to stderr."""
        self.exit(exit_status.WRONG_USAGE, f"{self.prog}: {message}\n{self.prog} --help tells what there is\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(each) for each in action.choices]
            kind = (action.metavar or action.dest) if not action.option_strings else "choice"
            said = f"no {str(kind).lower()} {value!r}{meant(str(value), known)}; there are {', '.join(known)}"
            raise argparse.ArgumentError(action if action.option_strings else None, said)

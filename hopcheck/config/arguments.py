"""The table as options of argparse's and of pytest's, and what they are once file and environment were read."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from hopcheck.config.layers import resolve
from hopcheck.config.option import FLAG, ConfigError, Option, Value
from hopcheck.config.table import BY_NAME, LIVE, RUN, TOPOLOGY, of_groups

# A session of pytest is a run's, whose own defaults these are.
PYTEST_PREFIX, PYTEST_GROUPS = "hopcheck-", (TOPOLOGY, RUN, LIVE)
PYTEST_DEFAULTS: Mapping[str, Value] = {"report": Path("report"), "runtime": "process"}
CONFIG_HELP = "the configuration file (default: hopcheck.toml, where there is one)"


def add_options(parser: argparse.ArgumentParser, *, report: str, groups: Iterable[str] = (TOPOLOGY,)) -> None:
    """Adds ``--config`` and the options of some groups to a verb; ``report`` is its default for ``--report``.

    `fill` must be called on what the parser makes.
    """
    options = tuple(of_groups(groups))
    defaults = {"report": Path(report)}
    parser.add_argument("--config", type=Path, metavar="FILE", help=CONFIG_HELP)
    for option in options:
        names = [option.short] if option.short else []
        shown = defaults.get(option.name, option.default)
        parser.add_argument(*names, f"--{option.name}", **_keywords(option, shown))
    parser.set_defaults(options_of_table=tuple(option.name for option in options), defaults_of_verb=defaults)


def add_to_pytest(add: Callable[..., None]) -> None:
    """The same for pytest, all names with ``PYTEST_PREFIX``; ``add`` is `addoption` of one of its groups."""
    add(f"--{PYTEST_PREFIX}config", type=Path, metavar="FILE", help=CONFIG_HELP)
    for option in of_groups(PYTEST_GROUPS):
        shown = PYTEST_DEFAULTS.get(option.name, option.default)
        add(f"--{PYTEST_PREFIX}{option.name}", **_keywords(option, shown))


def fill(options: argparse.Namespace) -> None:
    """Puts the values of a verb's options into its namespace, whose ``line`` then has what was on the command line.

    Does nothing for a verb without them. Raises `ConfigError`.
    """
    names = getattr(options, "options_of_table", None)
    if names is None:
        return
    options.line = {name: getattr(options, BY_NAME[name].dest) for name in names}
    found = resolve(gathered(options.line), config=options.config, defaults=options.defaults_of_verb)
    for name in names:
        setattr(options, BY_NAME[name].dest, found.values[name])


def gathered(line: Mapping[str, Any]) -> dict[str, Value]:
    """What argparse or pytest has read for each option, as `resolve` takes it. Raises `ConfigError`."""
    found: dict[str, Value] = {}
    for name, read in line.items():
        option = BY_NAME[name]
        if option.many:
            try:
                found[name] = option.collect(read) if read else None
            except ValueError as error:
                raise ConfigError(f"--{name}: {error}") from None
        else:
            found[name] = read
    return found


def given(options: argparse.Namespace, prefix: str = "--") -> list[str]:
    """What was on the command line as arguments again, for another program; file and environment it reads itself.

    An option that has become None in the namespace is left out.
    """
    arguments = [f"{prefix}config={options.config}"] if options.config else []
    for name, value in gathered(options.line).items():
        option = BY_NAME[name]
        if value is None or getattr(options, option.dest) is None:
            continue
        if option.type is FLAG:
            arguments.append(f"{prefix}{name}")
        else:
            arguments += [f"{prefix}{name}={word}" for word in option.words(value)]
    return arguments


def _keywords(option: Option, default: Value) -> dict[str, Any]:
    told = option.what
    if default not in (None, (), {}, False):
        told += f" (default: {option.type.text(default)})"
    if option.type is FLAG:
        return {"action": "store_const", "const": True, "help": told}
    keywords: dict[str, Any] = {"type": _reader(option), "metavar": option.metavar, "help": told.replace("%", "%%")}
    if option.choices:
        keywords |= {"choices": option.choices, "metavar": None}
    if option.many:
        keywords |= {"action": "append"}
    return keywords


def _reader(option: Option) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        if option.choices:
            # argparse says itself which there are.
            return text
        try:
            return option.read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text}: {error}") from None

    return read

"""The kit's options: one table, read from the command line, the environment and hopcheck.toml."""

from __future__ import annotations

from hopcheck.config.arguments import add_options, fill, given
from hopcheck.config.layers import Values, resolve
from hopcheck.config.option import ConfigError, Option, of_role
from hopcheck.config.table import CONFORM, FUZZ, LIVE, OPTIONS, RUN, TOPOLOGY

__all__ = [
    "CONFORM",
    "FUZZ",
    "LIVE",
    "OPTIONS",
    "RUN",
    "TOPOLOGY",
    "ConfigError",
    "Option",
    "Values",
    "add_options",
    "fill",
    "given",
    "of_role",
    "resolve",
]

"""YAML that is read again and again, as contracts are: parsed once in a process."""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import Any

import yaml


def load(text: str | bytes, loader: Any = yaml.CSafeLoader) -> Any:
    """What stands in a text, as a tree of the caller's own. Raises `yaml.YAMLError`."""
    return pickle.loads(_pickled(text, loader))


@lru_cache(256)
def _pickled(text: str | bytes, loader: Any) -> bytes:
    # A copy costs less than a thirtieth of parsing.
    return pickle.dumps(yaml.load(text, loader))

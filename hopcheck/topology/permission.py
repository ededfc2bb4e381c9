"""Ansible executes only plays that the run's own signer made: in the process runtime it runs on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import yaml


class Permission:
    """Tells by name and tasks whether every play of a playbook is one of ``templates`` (YAML texts)."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._known = {_essence(play) for text in templates for play in _plays(text)}

    def __call__(self, playbook: str) -> bool:
        """False for an unreadable or empty playbook too."""
        try:
            plays = _plays(playbook)
        except yaml.YAMLError:
            return False
        return bool(plays) and all(_essence(play) in self._known for play in plays)


def _plays(text: str) -> list[Any]:
    loaded = yaml.safe_load(text)
    return loaded if isinstance(loaded, list) else []


def _essence(play: Any) -> str:
    if not isinstance(play, dict):
        return repr(play)
    foreign = sorted(set(play) - {"name", "hosts", "become", "vars", "tasks", "gather_facts"})
    # Key order is the writer's: a worker that decodes and encodes the playbook may change it.
    return json.dumps([play.get("name"), play.get("tasks"), foreign], sort_keys=True, default=str)

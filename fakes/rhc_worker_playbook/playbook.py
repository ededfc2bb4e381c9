"""The playbook as Ansible gets it: only known play keys, no signature (H-059, H-060)."""

from __future__ import annotations

from typing import Any

import yaml

PLAY_KEYS = ("name", "hosts", "become", "vars", "tasks")
SIGNATURE_VARS = ("insights_signature", "insights_signature_exclude")
_TRUE, _FALSE = ("yes", "on", "true"), ("no", "off", "false")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class InvalidPlaybook(ValueError):
    """Not a list of plays as the worker knows them."""


def prepare(content: bytes) -> bytes:
    """Works on YAML nodes, so scalars keep their spelling. Raises InvalidPlaybook."""
    try:
        document = yaml.compose(content, Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidPlaybook(f"cannot unmarshal playbook: {error}") from error
    if not isinstance(document, yaml.SequenceNode):
        raise InvalidPlaybook("cannot unmarshal playbook: not a list of plays")
    plays = yaml.SequenceNode(document.tag, [_play(play) for play in document.value], flow_style=False)
    return bytes(yaml.serialize(plays, Dumper=_Dumper, encoding="utf-8", allow_unicode=True, width=1_000_000))


def _play(play: yaml.Node) -> yaml.MappingNode:
    if not isinstance(play, yaml.MappingNode):
        raise InvalidPlaybook("cannot unmarshal playbook: a play is not a map")
    given = {key.value: (key, value) for key, value in play.value}
    kept = []
    for name in PLAY_KEYS:
        if name in given:
            key, value = given[name]
            kept.append((key, _READERS[name](value)))
    return yaml.MappingNode(play.tag, kept, flow_style=False)


def _text(value: yaml.Node) -> yaml.Node:
    return _expected(value, yaml.ScalarNode, "a string")


def _become(value: yaml.Node) -> yaml.Node:
    spelled = str(_expected(value, yaml.ScalarNode, "a boolean").value).lower()
    if spelled not in _TRUE + _FALSE:
        raise InvalidPlaybook(f"cannot unmarshal playbook: become: {spelled!r} is not a boolean")
    return yaml.ScalarNode("tag:yaml.org,2002:bool", "true" if spelled in _TRUE else "false")


def _vars(value: yaml.Node) -> yaml.Node:
    if _is_null(value):
        return value
    members = _expected(value, yaml.MappingNode, "a map").value
    kept = [(key, inner) for key, inner in members if key.value not in SIGNATURE_VARS]
    return yaml.MappingNode(value.tag, kept, flow_style=False)


def _tasks(value: yaml.Node) -> yaml.Node:
    return value if _is_null(value) else _expected(value, yaml.SequenceNode, "a list")


def _is_null(value: yaml.Node) -> bool:
    return value.tag == "tag:yaml.org,2002:null"


def _expected(value: yaml.Node, kind: type[yaml.Node], spelled: str) -> yaml.Node:
    if not isinstance(value, kind):
        raise InvalidPlaybook(f"cannot unmarshal playbook: line {value.start_mark.line + 1} is not {spelled}")
    return value


_READERS = {"name": _text, "hosts": _text, "become": _become, "vars": _vars, "tasks": _tasks}

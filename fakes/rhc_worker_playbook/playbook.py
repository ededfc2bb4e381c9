"""The playbook as Ansible gets it: only known play keys, no signature, values retyped (H-059, H-060)."""

from __future__ import annotations

from typing import Any

import yaml

PLAY_KEYS = ("name", "hosts", "become", "vars", "tasks")
SIGNATURE_VARS = ("insights_signature", "insights_signature_exclude")
_TRUE, _FALSE = ("y", "yes", "true", "on"), ("n", "no", "false", "off")
_BOOL, _NULL, _STR, _TIMESTAMP = (f"tag:yaml.org,2002:{name}" for name in ("bool", "null", "str", "timestamp"))

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class InvalidPlaybook(ValueError):
    """Not a list of plays as the worker knows them."""


def prepare(content: bytes) -> bytes:
    """The first document, its aliases resolved. Raises InvalidPlaybook.

    Values are typed as in YAML 1.2: a plain ``yes`` or date is a string afterwards, also for Ansible.
    """
    try:
        document = next(yaml.compose_all(content, Loader=_Loader), None)
        given = [] if document is None or document.tag == _NULL else _list(document).value
        plays = yaml.SequenceNode("tag:yaml.org,2002:seq", [_play(play) for play in given], flow_style=False)
        return bytes(yaml.serialize(plays, Dumper=_Dumper, encoding="utf-8", allow_unicode=True, width=1_000_000))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidPlaybook(f"cannot unmarshal playbook: {error}") from error


def _play(play: yaml.Node) -> yaml.MappingNode:
    given = {} if play.tag == _NULL else {key.value: value for key, value in _members(play)}
    absent = yaml.ScalarNode(_NULL, "")
    become = given.get("become", absent)
    kept = {
        "name": _text(given.get("name", absent)),
        "hosts": _text(given.get("hosts", absent)),
        "become": None if become.tag == _NULL else _become(become),
        "vars": _vars(given.get("vars", absent)),
        "tasks": _tasks(given.get("tasks", absent)),
    }
    pairs = [(yaml.ScalarNode(_STR, name), kept[name]) for name in PLAY_KEYS if kept[name] is not None]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)


def _text(value: yaml.Node) -> yaml.Node:
    if value.tag == _NULL:
        return yaml.ScalarNode(_STR, "", style='"')
    return yaml.ScalarNode(_STR, _expected(value, yaml.ScalarNode, "a string").value)


def _become(value: yaml.Node) -> yaml.Node:
    scalar: yaml.ScalarNode = _expected(value, yaml.ScalarNode, "a boolean")
    spelled = scalar.value
    accepted = not scalar.style and spelled in (spelled.lower(), spelled.capitalize(), spelled.upper())
    if not accepted or spelled.lower() not in _TRUE + _FALSE:
        raise InvalidPlaybook(f"cannot unmarshal playbook: become: {spelled!r} is not a boolean")
    return yaml.ScalarNode(_BOOL, "true" if spelled.lower() in _TRUE else "false")


def _vars(value: yaml.Node) -> yaml.Node:
    members = [] if value.tag == _NULL else _members(value)
    kept = [(_retyped(key), _retyped(inner)) for key, inner in members if key.value not in SIGNATURE_VARS]
    return yaml.MappingNode("tag:yaml.org,2002:map", kept, flow_style=False)


def _tasks(value: yaml.Node) -> yaml.Node:
    tasks = [] if value.tag == _NULL else _list(value).value
    kept = [_retyped(_expected(task, yaml.MappingNode, "a map")) for task in tasks]
    return yaml.SequenceNode("tag:yaml.org,2002:seq", kept, flow_style=False)


def _retyped(node: yaml.Node) -> yaml.Node:
    """A copy in which what only YAML 1.1 takes for a boolean or a date is a string."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(_retyped(key), _retyped(value)) for key, value in _members(node)]
        return yaml.MappingNode(node.tag, pairs, flow_style=node.flow_style)
    if isinstance(node, yaml.SequenceNode):
        return yaml.SequenceNode(node.tag, [_retyped(each) for each in node.value], flow_style=node.flow_style)
    assert isinstance(node, yaml.ScalarNode)
    only_1_1 = node.tag == _TIMESTAMP or (node.tag == _BOOL and node.value.lower() not in ("true", "false"))
    if only_1_1 and not node.style:
        return yaml.ScalarNode(_STR, node.value, style='"')
    return yaml.ScalarNode(node.tag, node.value, style=node.style)


def _members(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    members: list[tuple[yaml.Node, yaml.Node]] = _expected(node, yaml.MappingNode, "a map").value
    names = [key.value for key, _ in members if isinstance(key, yaml.ScalarNode)]
    if len(names) > len(set(names)):
        raise InvalidPlaybook(f"cannot unmarshal playbook: line {node.start_mark.line + 1} has a key twice")
    return members


def _list(node: yaml.Node) -> yaml.SequenceNode:
    found: yaml.SequenceNode = _expected(node, yaml.SequenceNode, "a list")
    return found


def _expected(value: yaml.Node, kind: type[yaml.Node], spelled: str) -> Any:
    if not isinstance(value, kind):
        raise InvalidPlaybook(f"cannot unmarshal playbook: line {value.start_mark.line + 1} is not {spelled}")
    return value

"""The contract files of a directory, and references between them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import yaml

from hopcheck import yaml_tree
from hopcheck.checks.contracts.breach import ContractError
from hopcheck.memory import remember

if TYPE_CHECKING:
    from hopcheck.checks.contracts.exercise import Node

BASE = "https://contracts.invalid/"
PATTERNS = ("openapi/*.yaml", "asyncapi/*.yaml", "dbus/*", "schemas/*.yaml", "s3.yaml", "commands.yaml", "cases/*.yaml")
Pointer = tuple[str | int, ...]


class Documents:
    """Contract files by their path below ``directory``.

    YAML is read without dates or binaries, and a key may stand only once. Raises `ContractError` for a file that is
    not readable as YAML or is not a mapping. Schemas are those of the trace, unless they are to be those of the
    ``wire``. ``amended`` gives a file's tree by name as it is to be read.
    """

    def __init__(
        self,
        directory: Path,
        wire: bool = False,
        amended: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda _, tree: tree,
    ) -> None:
        texts = {
            path.relative_to(directory).as_posix(): path.read_bytes()
            for path in sorted(p for pattern in PATTERNS for p in directory.glob(pattern))
        }
        if not texts:
            raise ContractError(f"{directory}: no contracts here")
        trees = {name: read_tree(name, text) for name, text in texts.items() if name.endswith(".yaml")}
        self._take(texts, {name: amended(name, tree) for name, tree in trees.items()}, wire)

    @classmethod
    def of(cls, texts: Mapping[str, bytes], trees: Mapping[str, dict[str, Any]], wire: bool = False) -> Documents:
        """Documents that were read before: ``trees`` is what stands in those ``texts`` that are YAML."""
        documents = cls.__new__(cls)
        documents._take(texts, trees, wire)
        return documents

    def _take(self, texts: Mapping[str, bytes], trees: Mapping[str, dict[str, Any]], wire: bool) -> None:
        self.texts = dict(texts)
        self.trees: dict[str, dict[str, Any]] = {
            name: bounded(tree) if wire else traced(bounded(tree)) for name, tree in trees.items()
        }
        for name, tree in self.trees.items():
            if name.startswith("schemas/"):
                check_schema(name, (), tree)
            for schema, node in (tree.get("components") or {}).get("schemas", {}).items():
                check_schema(name, ("components", "schemas", schema), node)
        self.registry = jsonschema_rs.Registry(
            [(BASE + name, tree) for name, tree in self.trees.items()], draft=jsonschema_rs.Draft202012
        )
        # What exercise.py made of each schema, by document and pointer.
        self.nodes: dict[tuple[str, Pointer], Node] = {}

    def digests(self) -> dict[str, str]:
        """SHA-256 of each file."""
        return {name: hashlib.sha256(text).hexdigest() for name, text in self.texts.items()}

    def tree(self, name: str) -> dict[str, Any]:
        """The document ``name``. Raises `ContractError` where there is none."""
        if name not in self.trees:
            raise ContractError(f"{name}: missing")
        return self.trees[name]

    def node(self, name: str, pointer: Pointer) -> Any:
        """What stands at ``pointer`` in ``name``, references unfollowed."""
        node: Any = self.tree(name)
        for step in pointer:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                raise ContractError(f"{name}: nothing at {place(pointer)}") from None
        return node

    def follow(self, name: str, pointer: Pointer) -> tuple[str, Pointer, Any]:
        """Where ``pointer`` leads when references are followed: document, pointer, node."""
        node = self.node(name, pointer)
        for _ in range(16):
            if not isinstance(node, dict) or "$ref" not in node:
                return name, pointer, node
            origin = f"{name}: {place(pointer)}"
            name, pointer = self.target(name, node["$ref"])
            try:
                node = self.node(name, pointer)
            except ContractError as error:
                raise ContractError(f"{origin}: reference leads nowhere: {error}") from None
        raise ContractError(f"{name}: references at {place(pointer)} form a circle")

    def target(self, name: str, reference: str) -> tuple[str, Pointer]:
        """Document and pointer that ``reference`` means when it stands in ``name``."""
        path, _, fragment = reference.partition("#")
        steps: list[str | int] = []
        target = normpath(join(dirname(name), path)) if path else name
        node: Any = self.trees.get(target)
        for text in fragment.split("/")[1:]:
            key = text.replace("~1", "/").replace("~0", "~")
            step: str | int = int(key) if isinstance(node, list) and key.isdigit() else key
            steps.append(step)
            node = _child(node, step)
        return target, tuple(steps)

    def walk(self, name: str, pointer: Pointer, path: list[str | int]) -> Iterator[Any]:
        """The nodes that an evaluation path passes, references followed, from ``pointer`` on."""
        node = self.node(name, pointer)
        yield node
        for step in path:
            if step == "$ref" and isinstance(node, dict) and isinstance(node.get("$ref"), str):
                name, pointer = self.target(name, node["$ref"])
                node = self.node(name, pointer)
            else:
                node = _child(node, step)
            if node is None:
                return
            yield node


def check_schema(name: str, pointer: Pointer, schema: Any) -> None:
    """Raises `ContractError` where what stands at ``pointer`` is no JSON Schema."""
    try:
        jsonschema_rs.meta.validate(schema)
    except jsonschema_rs.ValidationError as error:
        raise ContractError(f"{name}: {place((*pointer, *error.instance_path))}: {error.message}") from error


def excuse(node: Mapping[str, Any], where: str) -> str | None:
    """Why what is declared here cannot come about (``x-not-provoked``). Raises `ContractError` for one without text."""
    if "x-not-provoked" not in node:
        return None
    reason = node["x-not-provoked"]
    if not isinstance(reason, str) or not reason.strip():
        raise ContractError(f"{where}: x-not-provoked: a reason is needed")
    return reason


def bounded(node: Any) -> Any:
    """OpenAPI's int32 as its bounds, as formats are asserted for text only."""
    if isinstance(node, list):
        return [bounded(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "int32":
        node = {"minimum": -(2**31), "maximum": 2**31 - 1} | {k: v for k, v in node.items() if k != "format"}
    return {key: bounded(value) for key, value in node.items()}


def traced(node: Any) -> Any:
    """Schemas as the trace shows values: what stands under ``x-redacted`` loses the rules a digest cannot keep.

    ``x-decoded`` names the schema of the structure beside the digest, ``x-redacted-pattern`` what is left to see.
    """
    if isinstance(node, list):
        return [traced(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-redacted") is not True:
        return {key: traced(value) for key, value in node.items()}
    kept = {key: value for key, value in node.items() if key in ("type", "format", "description", "x-clauses")}
    if "x-decoded" in node:
        return {
            **kept,
            "type": "object",
            "required": ["digest", "decoded"],
            "properties": {"digest": {"type": "string"}, "decoded": node["x-decoded"]},
        }
    if "x-redacted-pattern" in node:
        kept["pattern"] = node["x-redacted-pattern"]
    return kept


def place(pointer: Pointer) -> str:
    """A pointer in JSON Pointer's notation."""
    return "#" + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


class _Loader(yaml.CSafeLoader):
    """YAML with JSON's types only, and without duplicate keys."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    own: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            continue
        key = loader.construct_object(key_node, deep=True)
        if key in own:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
        own.add(key)
    # What is merged in (<<) comes first, so that a mapping's own keys win.
    loader.flatten_mapping(node)
    return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}


def _scalar(loader: _Loader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
for _tag in ("timestamp", "binary"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _scalar)


def load_yaml(data: bytes | str) -> Any:
    """YAML with JSON's types only: dates and binaries stay text. Raises yaml.YAMLError."""
    return yaml_tree.load(data, _Loader)


@remember(256)
def seen_yaml(text: str) -> Any:
    """As `load_yaml`, of what comes by again and again, as playbooks do; to be read only."""
    return load_yaml(text)


def read_tree(name: str, text: bytes) -> dict[str, Any]:
    """What stands in a contract file. Raises `ContractError` where that is no mapping in YAML."""
    try:
        tree = load_yaml(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{name}: {error}") from error
    if not isinstance(tree, dict):
        raise ContractError(f"{name}: a mapping is needed at the root")
    return tree


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None

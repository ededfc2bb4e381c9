"""A version of the contracts: a directory, a revision of git, or a file in place of the kit's own."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.documents import PATTERNS, Documents, load_yaml, read_tree
from hopcheck.home import OWN_CONTRACTS

DIAGRAM, HOPS, CLAUSES = "flow.mmd", "hops.yaml", "clauses/"


class VersionError(ValueError):
    """There is no such version; the text says what was looked for."""


@dataclass(frozen=True)
class Version:
    """The contract files of one version by their path below its directory; ``name`` is what the user called it."""

    name: str
    files: Mapping[str, bytes]

    @classmethod
    def read(cls, name: str) -> Version:
        """A directory, a file, or else a revision of the git work tree that the kit lies in. Raises `VersionError`."""
        path = Path(name)
        if path.is_dir():
            files = dict(_below(path))
            if not files:
                raise VersionError(f"{name}: no contracts here")
            return cls(name, files)
        if path.is_file():
            data = path.read_bytes()
            own = dict(_below(OWN_CONTRACTS))
            return cls(name, {**own, place_of(path, data, own): data})
        return cls(name, _of_revision(name))

    @cached_property
    def trees(self) -> dict[str, dict[str, Any]]:
        """What stands in the YAML files that contracts refer to each other by. Raises `ContractError`."""
        return {name: _tree(name, data) for name, data in self.texts.items() if name.endswith(".yaml")}

    @cached_property
    def texts(self) -> dict[str, bytes]:
        """The files that describe messages and cases."""
        return {name: data for name, data in self.files.items() if any(fnmatchcase(name, each) for each in PATTERNS)}

    @cached_property
    def documents(self) -> Documents:
        """The same as they are on the wire. Raises `ContractError`."""
        return Documents.of(self.texts, self.trees, wire=True)

    @cached_property
    def clauses(self) -> dict[str, dict[str, Any]]:
        """The catalogue's entries by id, each with its ``file``. Raises `ContractError` for one without id."""
        found: dict[str, dict[str, Any]] = {}
        for name in sorted(self.files):
            if name.startswith(CLAUSES) and name.endswith(".yaml"):
                for entry in load_yaml(self.files[name]) or ():
                    if not isinstance(entry, dict) or "id" not in entry:
                        raise ContractError(f"{name}: an entry without id")
                    found[entry["id"]] = {**entry, "file": name}
        return found

    def write(self, directory: Path) -> Path:
        """Puts the files into a directory, for what reads one."""
        for name, data in self.files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return directory


def place_of(path: Path, data: bytes, own: Mapping[str, bytes]) -> str:
    """Which file of a contracts directory a single file stands for. Raises `VersionError` where nothing tells.

    By what it is called below its directory, by its name alone, or else by its content.
    """
    parts = path.resolve().parts
    for length in (2, 1):
        if (name := "/".join(parts[-length:])) in own:
            return name
    same = [name for name in own if name.rpartition("/")[2] == path.name]
    if len(same) == 1:
        return same[0]
    if path.suffix in (".mmd", ".mermaid"):
        return DIAGRAM
    if path.suffix == ".xml":
        return f"dbus/{path.name}"
    tree = load_yaml(data) if path.suffix in (".yaml", ".yml", ".json") else None
    stem = path.stem + ".yaml"
    if isinstance(tree, dict):
        if "openapi" in tree:
            return f"openapi/{stem}"
        if "asyncapi" in tree:
            protocols = {str(each.get("protocol")) for each in tree.get("servers", {}).values()}
            return "asyncapi/kafka.yaml" if "kafka" in protocols else "asyncapi/mqtt.yaml"
        if "order" in tree and "outcomes" in tree:
            return HOPS
        if {"$schema", "type", "$ref", "properties"} & set(tree):
            return f"schemas/{stem}"
    if isinstance(tree, list) and tree and all(isinstance(each, dict) and "id" in each for each in tree):
        return f"{CLAUSES}{stem}"
    raise VersionError(f"{path}: nothing tells what kind of contract it is")


@lru_cache(500)
def _tree(name: str, data: bytes) -> dict[str, Any]:
    """The same for equal files of several versions: nobody changes it."""
    return read_tree(name, data)


def _below(directory: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield path.relative_to(directory).as_posix(), path.read_bytes()


def _of_revision(name: str) -> dict[str, bytes]:
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found is None:
        raise VersionError(f"{name}: no directory, no file and no revision of the contracts")
    # Run below the work tree's root, git takes what lies there and names it from there.
    packed = _git("archive", "--format=tar", found.decode().strip())
    if packed is None:
        raise VersionError(f"{name}: has no {OWN_CONTRACTS.name}/")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = [(each.name, archive.extractfile(each)) for each in archive if each.isfile()]
        return {member: file.read() for member, file in members if file is not None}


def _git(*arguments: str) -> bytes | None:
    """What git says in the contracts' directory; None where it cannot."""
    try:
        done = subprocess.run(
            ["git", "-C", str(OWN_CONTRACTS), *arguments], capture_output=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None

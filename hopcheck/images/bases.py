"""The bases that a host image can stand on: ``images/bases.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hopcheck import yaml_tree
from hopcheck.home import IMAGES
from hopcheck.images.error import ImageError


@dataclass(frozen=True, slots=True)
class Recipe:
    """A Debian base as mmdebstrap makes it: `include` are packages, `exclude` path patterns left out of them."""

    suite: str
    variant: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """`image` is its name in a registry, None where it is made here by `recipe`; `packages` names its script.

    `wheels` are the requirement sets brought in. `network` tells whether the build's steps may use one. `python` and
    `glibc` are versions for wheels where the base has no Python yet. `verified`: it was built and booted by CI.
    """

    name: str
    image: str | None
    recipe: Recipe | None
    packages: str
    wheels: tuple[str, ...]
    network: bool
    verified: bool
    python: str
    glibc: str


@cache
def bases() -> dict[str, Base]:
    """Every base by name, in the file's order."""
    document = yaml_tree.load((IMAGES / "bases.yaml").read_text())
    return {name: _base(name, entry) for name, entry in document.items()}


def find(name: str) -> Base:
    """The base of that name. Raises ImageError."""
    known = bases()
    if name not in known:
        raise ImageError(f"no base {name!r}", f"bases are {', '.join(known)}")
    return known[name]


def _base(name: str, entry: dict[str, object]) -> Base:
    fields = {"image": None, **entry, "name": name, "recipe": _recipe(entry.get("recipe"))}
    fields["wheels"] = tuple(entry["wheels"])  # type: ignore[arg-type]
    return Base(**fields)  # type: ignore[arg-type]


def _recipe(entry: object) -> Recipe | None:
    if not isinstance(entry, dict):
        return None
    return Recipe(entry["suite"], entry["variant"], tuple(entry["include"]), tuple(entry["exclude"]))

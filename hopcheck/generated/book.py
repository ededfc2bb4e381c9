"""contracts/generated.yaml: whom each REST contract is put to, with which credentials, and what is excused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopcheck import yaml_tree

FILE = "generated.yaml"
SEED = 1
"""Of random requests, where nobody wants another."""
MESSAGED = ("rhc", "cloud-connector", "playbook-dispatcher", "rhc-worker-playbook")
"""The roles that get messages over MQTT, Kafka or D-Bus."""


class BookError(ValueError):
    """The file is incomplete or names what is not there; the text says which and what."""


@dataclass(frozen=True, slots=True)
class Target:
    """One contract and who answers for it. ``credentials`` are values by security scheme, with ``${…}`` as in cases.

    ``given`` names what must have been brought about before (`hopcheck.topology.given`).
    """

    contract: str
    role: str
    credentials: Mapping[str, str]
    given: str | None


@dataclass(frozen=True, slots=True)
class Excuse:
    """An answer that a check is against and that the real component gives, by ``source``.

    It must have this ``status`` and a body in which ``answer`` is found; ``request``, where it is there, must be found
    in what was asked.
    """

    check: str
    contract: str
    operations: frozenset[str]
    status: int
    answer: re.Pattern[str]
    request: re.Pattern[str] | None
    why: str
    source: str

    def covers(self, check: str, contract: str, operation: str, status: int, answer: str, request: str) -> bool:
        """Whether this is such an answer."""
        return (
            (check, contract, status) == (self.check, self.contract, self.status)
            and (not self.operations or operation in self.operations)
            and self.answer.search(answer) is not None
            and (self.request is None or self.request.search(request) is not None)
        )


@dataclass(frozen=True)
class Book:
    """All of the file. ``names`` are ids of the examples, each with the value that stands for it in cases."""

    targets: tuple[Target, ...]
    names: Mapping[str, str]
    excuses: tuple[Excuse, ...]

    @classmethod
    def load(cls, contracts: Path) -> Book:
        """Raises `BookError`."""
        tree: dict[str, Any] = yaml_tree.load((contracts / FILE).read_text())
        try:
            targets = tuple(
                Target(name, entry["role"], entry.get("credentials", {}), entry.get("given"))
                for name, entry in tree["targets"].items()
            )
            excuses = tuple(_excuse(entry) for entry in tree["excused"])
            names = tree["names"]
        except KeyError as error:
            raise BookError(f"{FILE}: {error} is missing") from None
        for each in excuses:
            if each.contract not in tree["targets"]:
                raise BookError(f"{FILE}: {each.contract} is excused, and no target")
        return cls(targets, names, excuses)

    @property
    def roles(self) -> tuple[str, ...]:
        """Those that a contract is put to."""
        return tuple(dict.fromkeys(target.role for target in self.targets))

    def excuse(self, check: str, contract: str, operation: str, status: int, answer: str, request: str) -> int | None:
        """The place of the first excuse that covers an answer."""
        covered = (
            n for n, each in enumerate(self.excuses) if each.covers(check, contract, operation, status, answer, request)
        )
        return next(covered, None)

    def of_role(self, role: str) -> tuple[Target, ...]:
        """A role's contracts."""
        return tuple(target for target in self.targets if target.role == role)


def _excuse(entry: Mapping[str, Any]) -> Excuse:
    return Excuse(
        entry["check"],
        entry["contract"],
        frozenset(entry.get("operations", ())),
        entry["status"],
        re.compile(entry["answer"]),
        re.compile(entry["request"]) if "request" in entry else None,
        entry["why"],
        entry["source"],
    )

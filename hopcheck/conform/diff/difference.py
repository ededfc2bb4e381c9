"""Where two components differ, before it is text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Sign = Literal["+", "-", "~"]
EVERYWHERE = 3
"""A difference that shows in so many items is told once."""
ORDER = "order"
_HEADER = re.compile(r"header\.")
_DIRECTION = re.compile(r"\.(request|response)$")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, or a whole message where ``place`` is empty.

    ``sign`` is + for what only the component has, - for what only the stand-in has, ~ for what is another.
    ``what`` names the message, ``asked`` the request that it answers, ``stand_in`` and ``component`` are what stands
    there, as JSON with ``<…>`` for identifiers and times; None where nothing does.
    """

    sign: Sign
    edge: str
    what: str
    asked: str
    place: str
    stand_in: str | None
    component: str | None

    @property
    def anywhere(self) -> Difference:
        """The same, whichever edge and request it is on; of a header also whichever message."""
        what = self.what
        if _HEADER.match(self.place) and (direction := _DIRECTION.search(what)):
            what = f"every {direction[1]}"
        return Difference(self.sign, "", what, "", self.place, self.stand_in, self.component)


@dataclass(frozen=True, slots=True)
class ItemDiff:
    """One case or story: how it differs, or why it was not compared (then there are no differences)."""

    name: str
    differences: tuple[Difference, ...]
    broken: str = ""

    @property
    def alike(self) -> bool:
        """Whether it was compared and nothing differs."""
        return not self.differences and not self.broken


@dataclass(frozen=True, slots=True)
class Side:
    """What was played: ``kind`` and ``given`` as in `Component`, ``report`` where its traces lie."""

    kind: str
    given: str
    report: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.given}" if self.given else self.kind


@dataclass(frozen=True, slots=True)
class Diff:
    """Two components of one role compared, the ``stand_in`` first. ``troubles`` are what the kit itself failed at."""

    role: str
    stand_in: Side
    component: Side
    items: tuple[ItemDiff, ...]
    troubles: tuple[str, ...] = ()

    @property
    def alike(self) -> bool:
        """Whether nothing differs."""
        return all(each.alike for each in self.items)

    @property
    def recurring(self) -> Mapping[Difference, list[str]]:
        """The differences that are told once, each with the names of its items; headers last, then most items first."""
        found: dict[Difference, list[str]] = {}
        for item in self.items:
            for each in dict.fromkeys(difference.anywhere for difference in item.differences):
                found.setdefault(each, []).append(item.name)
        often = [(each, names) for each, names in found.items() if len(names) >= EVERYWHERE]
        return dict(sorted(often, key=lambda entry: (bool(_HEADER.match(entry[0].place)), -len(entry[1]))))

    def as_dict(self) -> dict[str, Any]:
        """``--json``."""
        return {
            "role": self.role,
            "stand_in": asdict(self.stand_in),
            "component": asdict(self.component),
            "alike": sum(item.alike for item in self.items),
            "differing": sum(not item.alike for item in self.items),
            "troubles": list(self.troubles),
            "recurring": [{**asdict(each), "items": names} for each, names in self.recurring.items()],
            "items": [asdict(item) for item in self.items if not item.alike],
        }

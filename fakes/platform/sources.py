"""Sources: which Satellite is reached through which host (facts A.4 of the server APIs, A12 of the connector)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """One source; `source_ref` is the Satellite's instance id, `rhc_id` the client id of the host that it uses."""

    id: str
    org_id: str
    source_ref: str
    name: str
    availability_status: str | None = None
    rhc_id: str | None = None

    def summary(self) -> dict[str, Any]:
        """What the list shows; a status that nobody knows is left out."""
        return _known(
            id=self.id, name=self.name, source_ref=self.source_ref, availability_status=self.availability_status
        )

    def connections(self) -> list[dict[str, Any]]:
        """The hosts that it is reached through: one, or none."""
        if self.rhc_id is None:
            return []
        return [_known(id=self.id, rhc_id=self.rhc_id, availability_status=self.availability_status)]


class Known(Exception):
    """There is a source of that reference already."""


@dataclass
class Sources:
    """Those of a JSON file, which is read on each request, and those that were created since the start."""

    file: Path | None = None
    _created: list[Source] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, org_id: str) -> list[Source]:
        """The sources of an organisation. Raises OSError, ValueError on a bad file."""
        entries = [] if self.file is None else json.loads(self.file.read_bytes())
        names = Source.__dataclass_fields__
        listed = [Source(**{name: entry.get(name) for name in names}) for entry in entries]
        with self._lock:
            return [source for source in (*listed, *self._created) if source.org_id == org_id]

    def create(self, org_id: str, sources: Iterable[Mapping[str, Any]], endpoints: Iterable[Mapping[str, Any]]) -> None:
        """Add sources; an endpoint says by `source_name` which host (`receptor_node`) one is reached through.

        Raises Known, KeyError on a source without reference or name, or an endpoint without its names.
        """
        nodes = {str(each["source_name"]): str(each["receptor_node"]) for each in endpoints}
        known = self.of(org_id)
        for each in sources:
            if each["source_ref"] in [source.source_ref for source in known]:
                raise Known(each["source_ref"])
            name = str(each["source_name"])
            with self._lock:
                number = str(1_000_000 + len(self._created))
                self._created.append(Source(number, org_id, str(each["source_ref"]), name, None, nodes.get(name)))


def _known(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}

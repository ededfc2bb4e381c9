"""Whether a folder of wheels is complete for another Python than the one that fetched it.

pip judges markers such as ``python_full_version < "3.11.3"`` by the Python it runs on, whatever it fetches for.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from email.parser import BytesParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename


def missing(folder: Path, requirements: Iterable[str], markers: Mapping[str, str]) -> set[str]:
    """Requirements, without their markers, that hold under `markers` and for which `folder` has no wheel.

    Whether a version fits is pip's to say: only names are looked for.
    """
    wheels = {parse_wheel_filename(file.name)[0]: file for file in sorted(folder.glob("*.whl"))}
    lacking: set[str] = set()
    seen: set[tuple[str, str]] = set()
    queue = [(Requirement(text), "") for text in requirements]
    while queue:
        wanted, extra = queue.pop()
        if wanted.marker and not wanted.marker.evaluate({**markers, "extra": extra}):
            continue
        name = canonicalize_name(wanted.name)
        if name not in wheels:
            wanted.marker = None
            lacking.add(str(wanted))
            continue
        for own_extra in ("", *wanted.extras):
            if (name, own_extra) not in seen:
                seen.add((name, own_extra))
                queue += [(further, own_extra) for further in _requires(wheels[name])]
    return lacking


def _requires(wheel: Path) -> Iterator[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (
            name for name in archive.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1
        )
        for text in BytesParser().parsebytes(archive.read(metadata)).get_all("Requires-Dist") or ():
            yield Requirement(text)

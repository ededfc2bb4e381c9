"""What a run is asked to play: features by path, scenarios by tag and by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from hopcheck.suggestion import meant, no_path

_WORD = re.compile(r"[\w.-]+")
_TOKEN = re.compile(r"[()]|[^\s()]+")
_OPERATORS = frozenset({"and", "or", "not", "True", "False", "None"})


def tags(roots: Iterable[str | Path]) -> set[str]:
    """Every tag of the features at some paths, without ``@``; of a path with ``::NAME`` those of its file."""
    return {tag for root in roots for file in _files(root) for tag in _tags(file)}


@cache
def named(root: Path) -> frozenset[str]:
    """What ``-k`` finds scenarios by, besides their names: tags, and the words of examples. A path is read once."""
    rows = (line for file in _files(root) for line in file.read_text("utf-8").splitlines() if line.lstrip()[:1] == "|")
    return frozenset(tags([root])) | {word for row in rows for word in _WORD.findall(row)}


def wrong(paths: Iterable[str], expression: str | None) -> str | None:
    """A sentence about the first path or tag that there is not; None where all are there."""
    roots = list(paths)
    for root in roots:
        path = _path(root)
        if not path.exists():
            said = no_path(path)
            return said if "," in said else f"{said}: give a .feature file, or a directory of them"
    known = tags(roots)
    for word in _WORD.findall(expression or ""):
        if word not in known and word not in _OPERATORS:
            return f"no tag {word!r} in these features{meant(word, known)}"
    return None


def by_name(expression: str) -> str:
    """What ``-k`` is given, for pytest: words that stand side by side are a piece of a scenario's name."""
    parts: list[str] = []
    words: list[str] = []
    for token in [*_TOKEN.findall(expression), ""]:
        if token and token not in "()" and token not in _OPERATORS:
            words.append(token)
            continue
        if len(words) > 1:
            # As pytest-bdd makes a test's name of a scenario's.
            words = ["_".join(re.sub(r"\W", "", word) for word in words).lower()]
        parts += [*words, token]
        words = []
    return " ".join(filter(None, parts))


def unmatched(paths: Iterable[str], names: str | None) -> str:
    """A sentence for a run that plays nothing; ``names`` is its expression for scenarios' names and tags."""
    if not names:
        return "no scenario matches"
    known = tags(paths)
    words = [word for word in _WORD.findall(names) if word not in _OPERATORS and word not in known]
    hint = next((said for word in words if (said := meant(word, known))), "")
    return f"no scenario matches -k {names!r}{hint}"


def _path(root: str | Path) -> Path:
    return Path(str(root).partition("::")[0])


def _files(root: str | Path) -> Iterator[Path]:
    path = _path(root)
    yield from filter(Path.is_file, [path] if path.suffix == ".feature" else path.rglob("*.feature"))


def _tags(file: Path) -> Iterator[str]:
    for line in file.read_text("utf-8").splitlines():
        if line.lstrip().startswith("@"):
            yield from re.findall(r"(?<=@)[\w.-]+", line)

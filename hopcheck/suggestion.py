"""What was meant by a name or a path that is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import Path

_ALIKE = str.maketrans("oOlIi", "00111")
_LIKENESS, _LIKENESS_OF_FILES = 0.5, 0.6


def meant(word: str, known: Iterable[str]) -> str:
    """``, meant is perhaps 'X'``, or nothing where nothing known is near; letters that look like digits are those."""
    found = nearest(word, list(known))
    return f", meant is perhaps {found!r}" if found is not None else ""


def nearest(word: str, known: Collection[str], likeness: float = _LIKENESS) -> str | None:
    """The known word that is most like another; None where none is, from 0 (nothing alike) to 1 (equal)."""
    seen = {_plain(each): each for each in known}
    if _plain(word) in seen:
        return seen[_plain(word)]
    found = get_close_matches(word.lower(), [each.lower() for each in known], 1, likeness)
    return next((each for each in known if found and each.lower() == found[0]), None)


def no_path(path: Path) -> str:
    """A sentence: a path is not there, and the one that was perhaps meant."""
    said = meant_path(path)
    return f"there is no {path}" + (f", meant is perhaps {str(said)!r}" if said is not None else "")


def unreadable(error: Exception) -> str:
    """Why something could not be read, in a sentence; of what is not there, what was perhaps meant."""
    if not isinstance(error, OSError) or error.filename is None:
        return str(error)
    if isinstance(error, FileNotFoundError):
        return no_path(Path(error.filename))
    return f"{error.filename}: {(error.strerror or str(error)).lower()}"


def meant_path(path: Path) -> Path | None:
    """The path that is most like one that is not there, name by name; None where none is near."""
    there = Path(path.anchor)
    for name in path.parts[1:] if path.anchor else path.parts:
        if not (there / name).exists():
            try:
                names = sorted(each.name for each in there.iterdir())
            except OSError:
                return None
            stems = {Path(each).stem: each for each in reversed(names)}
            near = stems.get(name) or nearest(name, names, _LIKENESS_OF_FILES)
            if near is None:
                return None
            name = near
        there /= name
    return there


def _plain(word: str) -> str:
    return word.translate(_ALIKE).lower()

"""The command that was given for a role: its words, and the directory in which it is at home."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

IN, THEN = "cd", "&&"


@dataclass(frozen=True, slots=True)
class Program:
    """What a role's command lines begin with, the ``directory`` they run in, and the ``home`` of what belongs to it."""

    argv: tuple[str, ...]
    directory: Path
    home: Path

    def beside(self, name: str) -> str:
        """Another program: absolute, of PATH, or where it has a slash below the home."""
        return name if "/" not in name else str(self.home / name)

    def digests(self) -> dict[str, str]:
        """The files that its words name, and the SHA-256 of each in hex: what exactly ran."""
        found: dict[str, str] = {}
        for at, word in enumerate(self.argv):
            path = shutil.which(word) if at == 0 and "/" not in word else str(self.directory / word)
            if path is not None and Path(path).is_file():
                with Path(path).open("rb") as file:
                    found[word] = hashlib.file_digest(file, "sha256").hexdigest()
        return found


def given(command: Sequence[str], directory: Path | None = None) -> Program:
    """A command of the user's, ``COMMAND`` or ``cd DIR && COMMAND``, run in DIR or where they are.

    Its first word is looked up from there, so that it may be a relative path. Its home is DIR, or where the program
    lies, or where they are. ``directory`` is where it runs instead. Raises ValueError where nothing follows.
    """
    words = tuple(command)
    home, moved = Path.cwd(), False
    if words[:1] == (IN,):
        if len(words) < 4 or words[2] != THEN:
            raise ValueError(f"the command {' '.join(words)}: want cd DIR && COMMAND")
        home, moved = home / words[1], True
        words = words[3:]
    first = words[0] if "/" not in words[0] else str(home / words[0])
    lies = home if moved or "/" not in first else Path(first).parent
    return Program((first, *words[1:]), directory or home, lies)

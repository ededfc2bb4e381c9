"""Which playbook an ansible-runner command line would execute, read as ansible-runner reads it."""

from __future__ import annotations

import os.path
from collections.abc import Sequence

_WITH_VALUE = {"-i": "ident", "--ident": "ident", "-p": "playbook", "--playbook": "playbook"}
_FLAGS = frozenset({"-q", "--quiet", "-j", "--json", "-v", "-vv", "-vvv", "-vvvv", "-vvvvv"})


def playbooks_of(argv: Sequence[str], cwd: str) -> list[str]:
    """The paths at which the one playbook of ``... ansible_runner run ...`` can lie, absolute.

    A relative name is one in ``project`` below the data directory, or in the data directory where no project exists.

    Raises ValueError with the reason where the command line does anything else, or uses an option through which other
    things than that playbook could be executed.
    """
    words = list(argv[argv.index("ansible_runner") + 1 :]) if "ansible_runner" in argv else []
    if words[:1] != ["run"]:
        raise ValueError("only 'ansible_runner run' is let through")
    given: dict[str, str] = {}
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        if word in _FLAGS:
            continue
        name, mark, value = word.partition("=")
        key = _WITH_VALUE.get(name, "directory")
        if key == "directory":
            if word.startswith("-"):
                raise ValueError(f"the option {word} is not let through")
            value = word
        elif not mark:
            if not rest:
                raise ValueError(f"the option {word} has no value")
            value = rest.pop(0)
        elif not name.startswith("--"):
            raise ValueError(f"the option {word} is not let through")
        if key in given:
            raise ValueError(f"two of {key}: {given[key]} and {value}")
        given[key] = value
    for key in ("playbook", "directory"):
        if not given.get(key):
            raise ValueError(f"no {key} is given")
    directory = os.path.join(cwd, given["directory"])
    below = [os.path.join(folder, given["playbook"]) for folder in (os.path.join(directory, "project"), directory)]
    return list(dict.fromkeys(map(os.path.normpath, below)))

"""Prints the end of what each failed command of tox said, from its --result-json."""

import json
import sys
from pathlib import Path

LINES = 25


def main(result: Path) -> None:
    """The commands of the test environments, in their order."""
    for name, environment in json.loads(result.read_text())["testenvs"].items():
        for command in environment.get("test", []):
            if command["retcode"]:
                print(f"\n{name}: {' '.join(command['command'])} ended with {command['retcode']}:")
                said = "\n".join((command["output"], command["err"])).strip()
                print(*said.splitlines()[-LINES:], sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The files that a component's repository needs to be tested by the kit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from hopcheck.config.file import NAME
from hopcheck.install import DEBIAN, of_runs, packages
from hopcheck.topology.settings import NATIVE
from hopcheck.topology.sut import Sut, make

REPORT = "report-conform"
MARK = "# Made by `hopcheck init"
BUILD = {
    "cmd": "Build the component here.",
    "image": "Build or pull the image here; the job must see the container engine's socket.",
    "url": "Start the component here, as `hopcheck conform` says that it must be configured.",
    "host": "Build the hosts' image here; the job must see the container engine's socket.",
}
WAYS = {
    "cmd": "runs here, with the environment and files of the real one",
    "image": "the same for an image",
    "url": "it runs already",
    "host": "the hosts' image holds it",
}
FRAGMENT = {
    ".gitlab-ci.yml": ("hopcheck.gitlab-ci.yml", "add to .gitlab-ci.yml:  include: [{local: hopcheck.gitlab-ci.yml}]"),
    "tox.ini": ("hopcheck.tox.ini", "paste it into tox.ini"),
}
"""Where a project has such a file already, the name of ours and what to do with it."""


@dataclass(frozen=True, slots=True)
class Starter:
    """A file below the project's directory, and what is to be done with it if anything."""

    path: Path
    text: str
    todo: str = ""


def starters(sut: Sut, directory: Path) -> Iterator[Starter]:
    """Every file, a fragment where the project has one of that name which is not ours."""
    words = {
        "MARK": f"{MARK} {sut.role}`; change it as you like.",
        "ROLE": sut.role,
        "REPORT": REPORT,
        "PACKAGES": " ".join(packages(of_runs(machines=sut.kind == "host"), DEBIAN)),
        "BUILD": BUILD[sut.kind],
    }
    yield Starter(Path(NAME), f"{words['MARK']}\n{configuration(sut)}")
    for name, template in (
        (".github/workflows/hopcheck.yml", "github.yml"),
        (".gitlab-ci.yml", "gitlab.yml"),
        ("tox.ini", "tox.ini"),
    ):
        text = _filled(template, words)
        if name in FRAGMENT and not ours(directory / name, missing=True):
            fragment, todo = FRAGMENT[name]
            yield Starter(Path(fragment), text, todo)
        else:
            yield Starter(Path(name), text)


def ours(path: Path, *, missing: bool) -> bool:
    """Whether `init` has made a file; ``missing`` is the answer where there is none."""
    if not path.exists():
        return missing
    return path.read_text("utf-8", errors="replace").startswith(MARK)


def placeholder(role: str) -> Sut:
    """What stands for a component that was not given. Raises ValueError for a role that nobody can give."""
    return make(role, "cmd", example(role, "cmd"))


def example(role: str, kind: str) -> str:
    """What one would give of a kind, but for its name; nothing for a host."""
    return {"cmd": f"./{role}", "image": f"my/{role}:1", "url": "http://127.0.0.1:8080", "host": ""}[kind]


def configuration(sut: Sut) -> str:
    """hopcheck.toml for one component, the other ways to give one as comments."""
    lines = ["# `hopcheck options` lists every key and its value; docs/options.md of the kit explains them."]
    hosted = sut.role in NATIVE
    if hosted:
        mark = "" if sut.kind == "host" else "# "
        lines.append(f'{mark}host-image = "my/host:1"  # the image of the hosts, for what has host = true')
    lines += ["", f"[sut.{sut.role}]"]
    for kind in ("cmd", "host") if hosted else ("cmd", "image", "url"):
        mark, given = ("", sut.given) if kind == sut.kind else ("# ", example(sut.role, kind))
        value = "true" if kind == "host" else json.dumps(given, ensure_ascii=False)
        lines.append(f"{mark}{kind} = {value}  # {WAYS[kind]}")
    lines += [
        '# profile = "hopcheck-profile.yaml"  # where it is configured otherwise than the real one',
        '# capabilities = ["core"]  # where it lacks extensions; without this line it has all',
        '# deviations = "hopcheck-deviations.yaml"  # clauses that it breaks, each with reason and expiry',
    ]
    return "\n".join(lines) + "\n"


def _filled(template: str, words: dict[str, str]) -> str:
    text = resources.files("hopcheck.init").joinpath("templates", template).read_text("utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text

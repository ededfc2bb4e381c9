from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hopcheck.images import cache, debian
from hopcheck.images.bases import Recipe
from hopcheck.images.error import ImageError

sys.path.insert(0, str(Path(__file__).parent))

from images_engine import Engine

RECIPE = Recipe("bookworm", "essential", ("systemd", "dbus"), ("/usr/share/man/*",))


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(debian.MIRROR, raising=False)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which mmdebstrap is a script that notes its calls; ``says`` is what it does."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / debian.PROGRAM
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {folder}/calls\necho "I: extracting archives..." >&2\n. {folder}/says\n'
        'for last; do case "$last" in *.tar.gz) echo root > "$last";; esac; done\n'
    )
    script.chmod(0o755)
    (folder / "says").write_text("")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def ensure(engine: Engine, told: list[str] | None = None, *, fresh: bool = False) -> str:
    progress = print if told is None else told.append
    return debian.ensure(engine.client, "offline", RECIPE, "amd64", progress=progress, fresh=fresh)


def test_every_part_of_the_recipe_counts() -> None:
    changed = [
        replace(RECIPE, suite="trixie"),
        replace(RECIPE, variant="apt"),
        replace(RECIPE, include=("systemd",)),
        replace(RECIPE, exclude=()),
    ]
    digests = [debian.digest(recipe, "amd64") for recipe in (RECIPE, *changed)] + [debian.digest(RECIPE, "arm64")]
    assert len(set(digests)) == len(digests)


def test_what_mmdebstrap_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = debian.command(RECIPE, "amd64", Path("/x/base.tar.gz"))
    assert asked == [
        "mmdebstrap",
        "--variant=essential",
        "--architectures=amd64",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--include=systemd,dbus",
        "bookworm",
        "/x/base.tar.gz",
    ]
    monkeypatch.setenv(debian.MIRROR, "/etc/apt/sources.list")
    assert debian.command(RECIPE, "amd64", Path("/x/base.tar.gz")) == [*asked, "/etc/apt/sources.list"]


def test_it_is_made_and_imported_once(program: Path) -> None:
    engine, told = Engine(), []  # type: ignore[var-annotated]
    name = ensure(engine, told)
    assert name == ensure(engine, told) == debian.reference("offline", RECIPE, "amd64")
    assert len((program / "calls").read_text().splitlines()) == 1
    ((file, asked),) = engine.imported
    assert Path(file).parent == cache.root() / "base"
    assert asked["changes"][0].startswith("LABEL org.hopcheck.image=base org.hopcheck.base=offline ")
    assert told[1] == "mmdebstrap: extracting archives..."


def test_the_tarball_serves_another_engine_without_mmdebstrap(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure(Engine())
    monkeypatch.setenv("PATH", "/nowhere")
    other = Engine()
    ensure(other)
    assert len(other.imported) == 1


def test_afresh_makes_both_anew(program: Path) -> None:
    engine = Engine()
    ensure(engine)
    ensure(engine, fresh=True)
    assert len((program / "calls").read_text().splitlines()) == 2
    assert len(engine.imported) == 2


def test_a_missing_program_is_told_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ImageError, match="mmdebstrap is missing") as told:
        ensure(Engine())
    assert "apt-get install mmdebstrap debian-archive-keyring" in told.value.cause
    assert "--base centos-stream" in told.value.step


@pytest.mark.parametrize(
    ("says", "cause", "step"),
    [
        ("E: Failed to fetch x  Could not connect to y", "the package archive is out of reach: E: Failed", "a network"),
        ("W: odd\nE: no suitable keyring", "mmdebstrap ended with status 5: E: no suitable keyring", "needs"),
        ("", "mmdebstrap ended with status 5: I: extracting archives...", "needs"),
    ],
)
def test_a_failure_says_why_and_leaves_no_half_of_a_tarball(program: Path, says: str, cause: str, step: str) -> None:
    lines = "".join(f"echo '{line}' >&2\n" for line in says.splitlines())
    (program / "says").write_text(f'{lines}for last; do :; done; echo half > "$last"; exit 5\n')
    with pytest.raises(ImageError) as told:
        ensure(Engine())
    assert told.value.cause.startswith(cause)
    assert step in told.value.step
    assert list((cache.root() / "base").iterdir()) == []


def test_an_interruption_ends_mmdebstrap(program: Path) -> None:
    (program / debian.PROGRAM).write_text(
        f"#!/bin/sh\nsleep 60 & child=$!\ntrap 'kill $child; touch {program}/ended; exit 1' TERM\n"
        "echo 'I: waiting' >&2\nwait\n"
    )

    def interrupt(line: str) -> None:
        if "waiting" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        debian.ensure(Engine().client, "offline", RECIPE, "amd64", progress=interrupt)
    assert (program / "ended").exists()
    assert list((cache.root() / "base").iterdir()) == []


def test_an_engine_that_imports_nothing_is_told(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    client = engine.client
    client.api.import_image_from_file = lambda *_, **__: '{"error": "archive/tar: invalid"}'
    with pytest.raises(ImageError, match="did not import"):
        debian.ensure(client, "offline", RECIPE, "amd64", progress=print)

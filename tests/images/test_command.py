from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hopcheck import cli
from hopcheck.images import ImageError, command, engine
from hopcheck.images.bases import bases

sys.path.insert(0, str(Path(__file__).parent))

from images_engine import Engine


@pytest.fixture(autouse=True)
def _handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> Engine:
    fake = Engine()
    monkeypatch.setattr(engine, "connect", lambda: fake.client)
    return fake


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, ours: Engine) -> list[dict[str, Any]]:
    """What `ensure` is asked; it is not done."""
    calls: list[dict[str, Any]] = []

    def ensure(_client: Any, base: str, *, progress: Callable[[str], None], **rest: Any) -> str:
        calls.append({"base": base, **rest})
        progress("building")
        ours.add("hopcheck/host-x:1")
        return "hopcheck/host-x:1"

    monkeypatch.setattr(command, "ensure", ensure)
    return calls


def test_the_bases_offered_are_those_there_are() -> None:
    assert set(command.BASES) == set(bases())


def test_build_prints_the_tag_alone_and_tells_the_rest_beside_it(
    asked: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["images", "build"]) == 0
    assert asked == [{"base": "offline", "source": None, "fresh": False}]
    told = capsys.readouterr()
    assert (told.out, told.err) == ("hopcheck/host-x:1\n", "hopcheck: building\n")


def test_every_option_arrives(asked: list[dict[str, Any]], ours: Engine) -> None:
    assert cli.main(["images", "build", "--base", "rhel", "--from", "mine:1", "--tag", "also:2", "--no-cache"]) == 0
    assert asked == [{"base": "rhel", "source": "mine:1", "fresh": True}]
    assert ours.get("also:2") is ours.get("hopcheck/host-x:1")


def test_a_cause_and_a_step_and_the_kits_status(
    ours: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ImageError("no disk", "buy one")

    monkeypatch.setattr(command, "ensure", fail)
    assert cli.main(["images", "build"]) == 3
    assert capsys.readouterr().err == "hopcheck: no disk\nhopcheck: buy one\n"


def test_no_engine_is_told_in_two_lines(tmp_path: Path) -> None:
    # In a process of its own: the SDK leaves the socket open that could not connect.
    environment = {"PATH": "/usr/bin", "DOCKER_HOST": f"unix://{tmp_path}/none.sock"}
    call = [sys.executable, "-m", "hopcheck.cli", "images", "list"]
    done = subprocess.run(call, env=environment, capture_output=True, text=True)
    assert done.returncode == 3
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["hopcheck", "hopcheck"]
    assert "no container engine answers" in done.stderr


def test_list_shows_them(ours: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    ours.add("hopcheck/host-offline:1", **{"org.hopcheck.image": "host", "org.hopcheck.base": "offline"})
    assert cli.main(["images", "list"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("hopcheck/host-offline:1  offline  2 MB")


def test_remove_says_what_went_and_what_is_in_the_way(ours: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    for tag in ("hopcheck/host-offline:1", "hopcheck/host-offline:2"):
        ours.add(tag, **{"org.hopcheck.image": "host", "org.hopcheck.base": "offline"})
    ours.in_use = ("hopcheck/host-offline:2",)
    assert cli.main(["images", "remove", "--all"]) == 3
    assert sorted(capsys.readouterr().out.splitlines()) == [
        "hopcheck/host-offline:1: removed",
        "hopcheck/host-offline:2: kept, conflict: a container is using it",
    ]


@pytest.mark.parametrize(
    "arguments", [[], ["sing"], ["build", "--base", "moon"], ["build", "--from"], ["remove", "x"], ["list", "--all"]]
)
def test_a_wrong_command_line_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["images", *arguments])
    assert ended.value.code == 2
    assert "--help tells what there is" in capsys.readouterr().err


@pytest.mark.parametrize("read", ["hopcheck.cli", "hopcheck.plugin, steps.machine, steps.visitor"])
def test_who_plays_nothing_on_machines_does_not_pay_for_the_engines_sdk(read: str) -> None:
    code = f"import sys, {read}; sys.exit('docker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

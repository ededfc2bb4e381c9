from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from docker.errors import APIError, ContainerError, DockerException, NotFound
from requests.exceptions import ConnectionError as Broken

from hopcheck.images import engine
from hopcheck.images.error import ImageError
from hopcheck.images.target import Target

sys.path.insert(0, str(Path(__file__).parent))

from images_engine import Engine, refusal


@pytest.fixture(autouse=True)
def somebody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hopcheck.topology.containers.engine.knock", lambda _: None)


def build(of: Engine, told: list[str] | None = None, **changed: Any) -> None:
    def pack(into: BinaryIO) -> None:
        into.write(b"context")

    asked: dict[str, Any] = {"arguments": {"BASE": "b"}, "marks": {"m": "1"}, "network": False, "fresh": False}
    progress = print if told is None else told.append
    engine.build(of.client, "hopcheck/host-x:1", pack, progress=progress, **{**asked, **changed})


def test_no_engine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(**_: Any) -> None:
        raise DockerException("Error while fetching server API version")

    monkeypatch.setattr("docker.from_env", nobody)
    with pytest.raises(ImageError, match="does not answer: Error while") as told:
        engine.connect()
    assert "see whether it runs" in told.value.step


@pytest.mark.parametrize("error", [Broken("reset by peer"), DockerException("gone")])
def test_an_engine_that_dies_is_told(error: Exception) -> None:
    with pytest.raises(ImageError, match="the container engine failed: "), engine.answering():
        raise error


def test_an_image_of_ones_own_must_be_there() -> None:
    ours = Engine()
    image = ours.add("mine:1")
    assert engine.local(ours.client, "mine:1") == image.id
    with pytest.raises(ImageError, match="no image nope") as told:
        engine.local(ours.client, "nope")
    assert "docker pull nope" in told.value.step


def test_a_registrys_image_is_fetched_once() -> None:
    ours, told = Engine(registry=("far/away",)), []  # type: ignore[var-annotated]
    assert engine.pulled(ours.client, "far/away", told.append) == engine.pulled(ours.client, "far/away", told.append)
    assert told == ["pulling far/away"]


def test_without_a_registry_the_ways_out_are_told() -> None:
    with pytest.raises(ImageError, match=r"far/away cannot be pulled: pull access denied") as told:
        engine.pulled(Engine().client, "far/away", print)
    assert "--base offline" in told.value.step
    assert "--from" in told.value.step


def test_the_images_own_python_is_asked() -> None:
    assert engine.probe(Engine().client, "x") == Target("3.11.2", "2.36", "x86_64")


@pytest.mark.parametrize(
    "error", [NotFound("x"), refusal('exec: "/usr/bin/python3": stat /usr/bin/python3: no such file or directory')]
)
def test_an_image_may_have_no_python_yet(error: APIError) -> None:
    assert engine.probe(Engine(python=error).client, "x") is None


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (refusal("exec format error"), "x cannot be run: exec format error"),
        (ContainerError("id", 127, "python3", "x", b"bad"), "the Python of x does not work"),
    ],
)
def test_an_image_that_cannot_run_is_not_one_without_python(error: Any, cause: str) -> None:
    with pytest.raises(ImageError, match=cause):
        engine.probe(Engine(python=error).client, "x")


def test_a_build_removes_what_it_ran_in_and_has_no_network() -> None:
    ours = Engine()
    build(ours)
    (asked,) = ours.built
    assert (asked["rm"], asked["forcerm"], asked["network_mode"]) == (True, True, "none")
    assert (asked["buildargs"], asked["labels"], asked["nocache"]) == ({"BASE": "b"}, {"m": "1"}, False)
    build(ours, network=True, fresh=True)
    assert (ours.built[1]["network_mode"], ours.built[1]["nocache"]) == ("default", True)


def test_steps_are_told_as_they_come() -> None:
    told: list[str] = []
    build(Engine(says=[{"stream": "Step 1/2 : FROM b\n"}, {"stream": "\n"}, {"stream": " ---> 1\n"}]), told)
    assert told == ["Step 1/2 : FROM b"]


def test_a_failing_step_is_told_with_what_it_said() -> None:
    says = [{"stream": f"line {number}\n"} for number in range(40)] + [{"error": "returned a non-zero code: 1\n"}]
    with pytest.raises(ImageError, match="a build step failed: returned a non-zero code: 1") as told:
        build(Engine(says=says))
    assert "line 39" in told.value.cause
    assert "line 20\n" not in told.value.cause


def test_an_engine_that_refuses_is_told() -> None:
    ours = Engine()
    client = ours.client

    def refuse(**_: Any) -> None:
        raise refusal("no space left on device")

    client.api.build = refuse
    with pytest.raises(ImageError, match="did not build: no space left on device"):
        engine.build(client, "x:1", lambda _: None, arguments={}, marks={}, network=False, fresh=False, progress=print)


@pytest.mark.parametrize(
    ("name", "whole"), [("mine", "mine:latest"), ("mine:2", "mine:2"), ("here:5000/mine", "here:5000/mine:latest")]
)
def test_another_name(name: str, whole: str) -> None:
    ours = Engine()
    image = ours.add("x:1")
    engine.tag(ours.client, "x:1", name)
    assert whole in image.tags


def test_what_is_no_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Engine()
    image = ours.add("x:1")

    def refuse(*_: str) -> None:
        raise refusal("invalid reference format")

    monkeypatch.setattr(image, "tag", refuse)
    with pytest.raises(ImageError, match="invalid reference format"):
        engine.tag(ours.client, "x:1", "!!")

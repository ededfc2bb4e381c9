from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from hopcheck import options
from hopcheck.topology.sut import Sut

EVERY = [
    "--report=out",
    "--runtime=containers",
    "--host-image=img",
    "--host-overlay=over",
    "--native=rhc",
    "--hosts=3",
    "--bootstrap=h:1",
    "--verifier=insights-client",
    "--host-cap=A",
    "--host-cap=B",
    "--sut=s3=cmd:a b",
]


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    options.add_options(parser, report="report-x")
    return parser.parse_args(arguments)


def settings(*arguments: str):
    given = parsed(*arguments)
    return options.settings(lambda name: getattr(given, name.replace("-", "_")))


def test_options_are_handed_on_as_they_came():
    assert options.given(parsed(*EVERY)) == EVERY
    assert options.given(parsed(*EVERY), "--hopcheck-")[-1] == "--hopcheck-sut=s3=cmd:a b"


def test_what_was_left_out_stays_out():
    left = ["--report=report-x", "--runtime=auto", "--hosts=1", "--verifier=rhc-playbook-verifier"]
    assert options.given(parsed()) == left


def test_every_option_is_handed_on():
    parser = argparse.ArgumentParser()
    options.add_options(parser, report="r")
    known = {action.dest for action in parser._actions} - {"help"}
    assert known == {*options.SINGLE, *options.REPEATED}


def test_they_make_settings():
    chosen = settings(*EVERY)
    assert (chosen.report, chosen.host_image, chosen.host_overlay) == (Path("out"), "img", Path("over"))
    assert (chosen.native, chosen.host_capabilities, chosen.bootstrap) == (("rhc",), ("A", "B"), "h:1")
    assert (chosen.worker_generation, chosen.hosts) == ("0.2.3", 3)
    assert settings().worker_generation == "0.2.4"
    assert chosen.commands == {"s3": ("a", "b")}
    assert chosen.suts == {"s3": Sut("s3", "cmd", "a b")}


def test_what_the_hosts_hold_is_native():
    chosen = settings("--sut=rhc=host", "--native=rhc,insights-client", "--host-overlay=over")
    assert chosen.native == ("rhc", "insights-client")
    assert chosen.commands == {}
    with pytest.raises(ValueError, match="--sut rhc=host: nothing holds it: give --host-image NAME or --host-overlay"):
        settings("--sut=rhc=host")


@pytest.mark.parametrize(
    ("argument", "words"),
    [("--sut=x", "want ROLE=cmd"), ("--native=moon", "no host's role"), ("--hosts=0", "1 or more")],
)
def test_a_wrong_one_is_named(argument, words):
    with pytest.raises(ValueError, match=words):
        settings(argument)

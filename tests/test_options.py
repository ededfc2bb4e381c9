from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from hopcheck import options
from hopcheck.config.table import CONFORM, FUZZ, LIVE, OPTIONS, RUN, TOPOLOGY
from hopcheck.topology.profile import PROFILES, of_generation
from hopcheck.topology.sut import Sut

EVERY = [
    "--report=out",
    "--sut=s3=cmd:a b",
    "--sut=ingress=url:http://x:1",
    "--profile=s3=upstream/s3",
    "--profile=upstream/ingress",
    "--runtime=containers",
    "--hosts=3",
    "--host-image=img",
    "--host-overlay=over",
    "--native=rhc,insights-client",
    "--host-cap=A",
    "--host-cap=B",
    "--bootstrap=h:1",
    "--postgres=postgresql://u:p@h:5432",
    "--first-port=20000",
    "--verifier=insights-client",
    "--generation=rhel-8-9",
    "--keep",
    "--reconcile",
    "--live",
    "--live-port=8123",
    "--jobs=2",
    "--patience=1.5",
    "--capabilities=ingress=core,cancel",
    "--deviations=known.yaml",
    "--fuzz=20",
    "--sign-key=key.pem",
]


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_text("#!/bin/sh\n")
    (tmp_path / "a").chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    options.add_options(parser, report="report-x", groups=(TOPOLOGY, RUN, LIVE, CONFORM, FUZZ))
    made = parser.parse_args(arguments)
    options.fill(made)
    return made


def settings(*arguments: str, role: str | None = "ingress"):
    given = parsed(*arguments)
    return options.settings(lambda name: getattr(given, name.replace("-", "_")), role)


def test_every_option_is_handed_on_as_it_came():
    assert options.given(parsed(*EVERY)) == EVERY
    assert "--hopcheck-sut=s3=cmd:a b" in options.given(parsed(*EVERY), "--hopcheck-")
    assert {each.partition("=")[0].removeprefix("--") for each in EVERY} == {option.name for option in OPTIONS}


def test_what_was_left_out_stays_out():
    assert options.given(parsed()) == []


def test_what_file_and_environment_say_is_not_handed_on_but_where_the_file_is(tmp_path, monkeypatch):
    (tmp_path / "my.toml").write_text("hosts = 4\n")
    monkeypatch.setenv("HOPCHECK_HOST_IMAGE", "img")
    made = parsed("--config=my.toml", "--keep")
    assert (made.hosts, made.host_image, made.keep) == (4, "img", True)
    assert options.given(made) == ["--config=my.toml", "--keep"]


def test_what_became_none_is_left_out():
    made = parsed("--report=out", "--hosts=3")
    made.report = None
    assert options.given(made) == ["--hosts=3"]


def test_they_make_settings():
    chosen = settings(*EVERY)
    assert (chosen.report, chosen.host_image, chosen.host_overlay) == (Path("out"), "img", Path("over"))
    assert (chosen.native, chosen.host_capabilities, chosen.bootstrap) == (
        ("rhc", "insights-client"),
        ("A", "B"),
        "h:1",
    )
    assert (chosen.worker_generation, chosen.hosts) == ("0.2.3", 3)
    assert (chosen.postgres, chosen.first_port) == ("postgresql://u:p@h:5432", 20000)
    assert chosen.commands == {"s3": ("a", "b")}
    assert chosen.suts == {"s3": Sut("s3", "cmd", "a b"), "ingress": Sut("ingress", "url", "http://x:1")}
    given = {role: path for role, path in chosen.profiles.items() if role not in of_generation("rhel-8-9")}
    assert given == {"s3": Path("upstream/s3"), "ingress": Path("upstream/ingress")}


def test_a_generation_brings_its_profiles_which_the_users_own_replace():
    chosen = settings("--generation=rhel-8-9", "--profile=rhc-worker-playbook=rhc-worker-playbook")
    assert chosen.generation == "rhel-8-9"
    assert chosen.profiles["rhc"] == PROFILES / "rhel-8-9/rhc.yaml"
    assert chosen.profiles["rhc-worker-playbook"] == Path("rhc-worker-playbook")
    assert settings("--generation=rhel-10").generation == ""


def test_settings_of_nothing():
    chosen = settings()
    assert (chosen.report, chosen.worker_generation, chosen.hosts) == (Path("report-x"), "0.2.4", 1)
    assert (chosen.suts, chosen.profiles, chosen.native, chosen.host_capabilities) == ({}, {}, (), ())


def test_what_the_hosts_hold_is_native():
    chosen = settings("--sut=rhc=host", "--native=rhc,insights-client", "--host-overlay=over")
    assert chosen.native == ("rhc", "insights-client")
    assert chosen.commands == {}
    with pytest.raises(ValueError, match="--sut rhc=host: nothing holds it: give --host-image NAME or --host-overlay"):
        settings("--sut=rhc=host")


def test_a_profile_that_names_no_role_needs_one():
    with pytest.raises(ValueError, match=r"--profile x\.yaml: whose is it\? want ROLE=FILE"):
        settings("--profile=x.yaml", role=None)


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("--sut=x", "argument --sut: x: want ROLE=cmd:COMMAND"),
        ("--sut=ingres=cmd:x", "argument --sut: ingres=cmd:x: no role 'ingres', meant is perhaps 'ingress'"),
        ("--hosts=0", "argument --hosts: 0: want a whole number, 1 or more"),
        ("--jobs=x", "argument -n/--jobs: x: want a whole number, 1 or more"),
        ("--first-port=80", "argument --first-port: 80: want a whole number from 1024 to 65000"),
        ("--patience=0", "argument --patience: 0: want seconds"),
        ("--host-image=", "argument --host-image: : it is empty"),
        ("--profile=ingres=x", "argument --profile: ingres=x: no role 'ingres', meant is perhaps 'ingress'"),
        ("--runtime=moon", "argument --runtime: invalid choice: 'moon'"),
    ],
)
def test_a_wrong_one_is_named(argument, words):
    with pytest.raises(argparse.ArgumentError) as wrong:
        parsed(argument)
    assert words in str(wrong.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sut=s3=cmd:a", "--sut=s3=cmd:b"], "--sut: s3 has s3=cmd:a already; one a role"),
        (["--deviations=a", "--deviations=b"], "--deviations: the role has a already; one a role"),
        (["--native=moon"], "no host's role 'moon'"),
        (["--sut=rhc=cmd:moon -x"], "--sut rhc=cmd:moon -x: moon is not there: build or install it, or correct"),
    ],
)
def test_what_only_shows_together_is_named_too(arguments, words):
    with pytest.raises(ValueError, match=words):
        settings(*arguments)

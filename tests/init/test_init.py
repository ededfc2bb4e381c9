from __future__ import annotations

import configparser
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from hopcheck import cli
from hopcheck.config import file
from hopcheck.install import DEBIAN, of_runs, packages
from hopcheck.topology.settings import NATIVE, ROLES
from hopcheck.topology.sut import parse_sut

GITHUB, GITLAB, TOX = ".github/workflows/hopcheck.yml", ".gitlab-ci.yml", "tox.ini"
ALL = {"hopcheck.toml", GITHUB, GITLAB, TOX}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "ansible-runner"])
def test_each_role_gets_files_that_can_be_read(role: str, here: Path) -> None:
    assert cli.main(["init", role]) == 0
    assert written(here) == ALL
    assert file.read(here / "hopcheck.toml")["sut"] == {role: parse_sut(f"{role}=cmd:./{role}")}
    github, gitlab = (yaml.safe_load((here / name).read_text()) for name in (GITHUB, GITLAB))
    script = "\n".join(step.get("run", "") for step in github["jobs"]["conform"]["steps"])
    assert f'/hopcheck" conform {role}' in script
    assert gitlab["hopcheck"]["script"] == [f"/opt/hopcheck/bin/hopcheck conform {role}"]
    ini = configparser.ConfigParser()
    ini.read(here / TOX)
    assert ini["testenv:hopcheck"]["commands"] == f"hopcheck conform {role} {{posargs}}"


def test_the_jobs_install_what_the_kit_needs_and_keep_what_it_says(here: Path) -> None:
    cli.main(["init", "ingress"])
    github, gitlab = (yaml.safe_load((here / name).read_text()) for name in (GITHUB, GITLAB))
    steps = github["jobs"]["conform"]["steps"]
    for script in (steps[1]["run"], " ".join(gitlab["hopcheck"]["before_script"])):
        assert set(packages(of_runs(), DEBIAN)) <= set(script.split())
        assert "mmdebstrap" not in script
    assert steps[-1]["with"]["path"] == "report-conform/"
    assert gitlab["hopcheck"]["artifacts"]["reports"] == {"junit": "report-conform/junit.xml"}
    assert all("HOPCHECK_REPOSITORY" in (here / name).read_text() for name in (GITHUB, GITLAB, TOX))
    assert not any("@" in line and "actions/" not in line for n in ALL for line in (here / n).read_text().splitlines())


def test_the_jobs_are_shell(here: Path) -> None:
    cli.main(["init", "ingress"])
    github, gitlab = (yaml.safe_load((here / name).read_text()) for name in (GITHUB, GITLAB))
    scripts = [step["run"] for step in github["jobs"]["conform"]["steps"] if "run" in step]
    for script in [*scripts, *gitlab["hopcheck"]["before_script"], *gitlab["hopcheck"]["script"]]:
        subprocess.run(["sh", "-n", "-c", script], check=True)


@pytest.mark.parametrize(
    "sut",
    [
        "ingress=cmd:node 'my \"own\" server.mjs' --flag=é",
        "ingress=image:quay.io/me/ingress@sha256:ab",
        "ingress=url:https://localhost:8443/base",
        "rhc=host",
        "rhc=cmd:./rhc",
    ],
)
def test_the_component_that_was_given_is_in_the_file(sut: str, here: Path) -> None:
    role = sut.partition("=")[0]
    assert cli.main(["init", role, "--sut", sut]) == 0
    found = file.read(here / "hopcheck.toml")
    assert str(found["sut"][role]) == sut
    assert ("host-image" in found) == (sut == "rhc=host")
    assert ("mmdebstrap" in (here / GITLAB).read_text()) == (sut == "rhc=host")


@pytest.mark.parametrize("role", ["ingress", *NATIVE])
def test_every_comment_that_is_a_key_is_right_once_it_is_taken(role: str, here: Path) -> None:
    cli.main(["init", role])
    path = here / "hopcheck.toml"
    lines = path.read_text().splitlines()
    commented = [line for line in lines if line.startswith("# ") and " = " in line]
    assert commented
    for line in commented:
        kind = line.split()[1]
        if kind in ("image", "url", "host"):
            lines = [each for each in lines if not each.startswith("cmd = ")]
        path.write_text("\n".join(each.removeprefix("# ") if each == line else each for each in lines))
        found = file.read(path)
        assert kind in found or role in found.get(kind, {}) or found["sut"][role].kind == kind


def test_nothing_is_overwritten_without_force(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["init", "ingress"])
    for name in ALL:
        (here / name).write_text((here / name).read_text() + "# mine\n")
    assert cli.main(["init", "ingress"]) == 0
    assert written(here) == ALL
    assert all((here / name).read_text().endswith("# mine\n") for name in ALL)
    assert capsys.readouterr().out.count("left as it is") == len(ALL)
    assert cli.main(["init", "ingress", "--force"]) == 0
    assert written(here) == ALL
    assert not any("# mine" in (here / name).read_text() for name in ALL)


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_files_of_others_get_a_fragment_beside_them(
    force: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / GITLAB).write_text("stages: [build]\n")
    (here / TOX).write_text("[tox]\n")
    assert cli.main(["init", "ingress", *force]) == 0
    assert written(here) == {*ALL, "hopcheck.gitlab-ci.yml", "hopcheck.tox.ini"}
    assert (here / GITLAB).read_text() == "stages: [build]\n"
    assert (here / TOX).read_text() == "[tox]\n"
    told = capsys.readouterr().out
    assert "add to .gitlab-ci.yml:  include: [{local: hopcheck.gitlab-ci.yml}]" in told
    assert "hopcheck.tox.ini: paste it into tox.ini" in told


def test_it_says_what_comes_next(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["init", "ingress", "--directory", "below"])
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in told[:4]] == [
        f"below/{name}" for name in ("hopcheck.toml", GITHUB, GITLAB, TOX)
    ]
    assert told[-3:] == [
        "1. say in hopcheck.toml how your ingress is started: [sut.ingress]",
        "2. let CI know where the kit is: the variable HOPCHECK_REPOSITORY, an address for git clone",
        "3. then: hopcheck doctor, and hopcheck conform ingress",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingres"], "no role 'ingres', meant is perhaps 'ingress'"),
        (["ansible-runner"], "ansible-runner is always the real one"),
        (["ingress", "--sut", "s3=cmd:x"], "--sut s3=cmd:x: it is for s3, not for ingress"),
        (["ingress", "--sut", "./x"], "--sut ./x: want ROLE=cmd:COMMAND"),
        (["ingress", "--directory", "/proc/nowhere"], "/proc/nowhere"),
    ],
)
def test_what_is_wrong_writes_nothing(
    arguments: Any, says: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["init", *arguments]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
    assert written(here) == set()

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hopcheck.checks.verdict import Finding
from hopcheck.topology.story import COMPLETE
from tests.test_plugin import Kit, StubStage

pytest_plugins = ["pytester"]

RUNNABLE = "Feature: A\n  Scenario: B\n    When the user presses Execute\n"
LOADED = """
import sys
def test_nothing_of_the_kit_is_loaded():
    assert not {"hopcheck.plugin", "hopcheck.topology.stage", "hopcheck.checks.judge", "steps.world"} & set(sys.modules)
"""
USES = """
def test_with_the_flow(hopcheck):
    hopcheck.stage.play(hopcheck.story)
def test_without():
    pass
def test_again(hopcheck):
    pass
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Kit:
    kit = Kit(pytester, monkeypatch)
    kit.plugins = ("pytest_bdd.plugin", "hopcheck.suite")
    return kit


def installed(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A session of its own, where the kit's entry point is found as any plugin's is."""
    others = [word for name in ("cacheprovider", "randomly", "xdist", "asyncio") for word in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", *others, *arguments]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(path)}
    return subprocess.run(command, cwd=path, env=environment, capture_output=True, text=True, check=False)


def test_a_suite_that_does_not_ask_is_as_without_the_kit(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(LOADED)
    # Neither another tool's features nor a configuration that is wrong are the business of such a suite.
    (tmp_path / "theirs.feature").write_text("Feature: A\n  Scenario: B\n    Given a sentence of another tool\n")
    (tmp_path / "hopcheck.toml").write_text("hots = 2\n")
    ran = installed(tmp_path, "-v", "--strict-markers", "--strict-config", "-W", "error")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout
    assert "hopcheck:" not in ran.stdout + ran.stderr
    assert {path.name for path in tmp_path.iterdir()} - {"__pycache__"} == {
        "test_mine.py",
        "theirs.feature",
        "hopcheck.toml",
    }


@pytest.mark.parametrize("own", ["steps/__init__.py", "steps.py"])
def test_a_package_that_hides_the_kits_is_told_to_those_that_ask(tmp_path: Path, own: str) -> None:
    (tmp_path / own).parent.mkdir(exist_ok=True)
    (tmp_path / own).touch()
    (tmp_path / "test_mine.py").write_text("import steps\n" + USES)
    ran = installed(tmp_path)
    assert "1 passed, 2 errors" in ran.stdout
    hiding = (tmp_path / own).parent if "/" in own else tmp_path / own
    assert f"a package steps, which {hiding} hides: rename that" in " ".join(ran.stdout.split())
    assert "Traceback" not in ran.stdout + ran.stderr
    ran = installed(tmp_path, "-o", "hopcheck_features=true")
    assert (ran.returncode, "which " in ran.stderr) == (4, True)


def test_options_are_in_the_help_of_such_a_suite(tmp_path: Path) -> None:
    ran = installed(tmp_path, "--help")
    assert "--hopcheck-sut" in ran.stdout
    assert "hopcheck_features" in ran.stdout


def test_the_flow_is_up_for_those_that_ask_once(suite: Kit) -> None:
    suite.write("test_mine.py", USES)
    result = suite.run("test_mine.py")
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    assert suite.stage.told == [COMPLETE]
    assert suite.stage.closed


def test_the_verdict_on_what_was_seen_decides(suite: Kit) -> None:
    suite.write("test_mine.py", USES)
    suite.findings.append(Finding("missing", "x", "y", role="ingress"))
    result = suite.run("test_mine.py")
    result.assert_outcomes(passed=3)
    assert result.ret == 1
    assert "VERDICT: fail" in result.stdout.str()


def test_without_the_fixture_there_is_no_verdict(suite: Kit) -> None:
    suite.write("test_mine.py", "def test_without():\n    pass\n")
    suite.findings.append(Finding("missing", "x", "y"))
    result = suite.run("test_mine.py")
    assert result.ret == 0
    assert StubStage.made == []
    assert "VERDICT" not in result.stdout.str()


@pytest.mark.parametrize(("wanted", "passed"), [("true", 1), ("false", 0)])
def test_features_are_played_where_the_suite_wants_it(suite: Kit, wanted: str, passed: int) -> None:
    suite.write("pytest.ini", f"[pytest]\nhopcheck_features = {wanted}\n")
    suite.write("a.feature", RUNNABLE)
    suite.run().assert_outcomes(passed=passed)


def test_a_wrong_configuration_is_told_to_those_that_ask(suite: Kit) -> None:
    suite.write("test_mine.py", USES)
    suite.write("hopcheck.toml", "hots = 2\n")
    result = suite.run("test_mine.py")
    result.assert_outcomes(passed=1, errors=2)
    assert "no key 'hots', meant is perhaps 'hosts'" in result.stdout.str()


def test_a_worker_has_no_end_to_give_a_verdict_at(suite: Kit) -> None:
    suite.write("test_mine.py", USES)
    suite.write("conftest.py", "def pytest_configure(config):\n    config.workerinput = {}\n")
    result = suite.run("test_mine.py")
    result.assert_outcomes(passed=1, errors=2)
    assert "leave out -n" in result.stdout.str()


def test_the_fixture_is_documented(suite: Kit) -> None:
    assert "The flow, up and watched" in suite.run("--fixtures").stdout.str()

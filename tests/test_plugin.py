from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import hopcheck.plugin
from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.reconcile import Row
from hopcheck.topology.choice import Choice
from hopcheck.topology.host import Runtime
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Played
from hopcheck.topology.story import COMPLETE, FAILED, Story
from hopcheck.trace import Event, Trace

pytest_plugins = ["pytester"]

FEATURE = """\
@leg-1
Feature: A leg
  @arrow-03 @H-001
  Scenario: It runs
    Given a plan with two issues on every connected system
    When the user presses Execute

  Scenario: It fails
    Given a plan whose second issue cannot be fixed
    When the user presses Execute
"""
RUNNABLE = "Feature: A\n  Scenario: B\n    When the user presses Execute\n"


class StubStage:
    trouble: Exception | None = None
    rows_agree = True
    up = True
    made: list[StubStage]

    def __init__(self, settings: Settings, progress: Callable[[str], None], runtime: Runtime) -> None:
        self.runtime = runtime.name
        self.kept = False
        self.trace = Trace([])
        self.trace.path = settings.report / "trace.jsonl"
        self.settings = settings
        hosts = SimpleNamespace(bus_counts={})
        self.topology = SimpleNamespace(
            settings=settings, kafka=SimpleNamespace(counts={}), hosts=hosts, directory=Path("/tmp/hc-1")
        )
        self.told: list[Story] = []
        self.closed = 0
        self.made.append(self)

    def open(self) -> None:
        if self.trouble is not None:
            self.up = False
            role = getattr(self.trouble, "role", None)
            attrs = {"role": role, "cause": str(self.trouble)}
            self.trace.events.append(
                Event(1, 1, 1, "", "kit", "kit", "kit", "trouble", "hopcheck", "hopcheck", None, None, attrs, None)
            )
            raise self.trouble

    def settle(self) -> None:
        assert not self.closed

    def keep(self) -> None:
        assert not self.closed
        self.kept = True

    def close(self) -> None:
        self.closed += 1

    def play(self, story: Story) -> Played:
        self.told.append(story)
        return Played(story, (), "plan", 201, "run", None)


class Kit:
    plugins: tuple[str, ...] = ("pytest_bdd.plugin", "hopcheck.plugin")

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pytester = pytester
        self.patch = monkeypatch
        self.findings: list[Finding] = []
        self.report = pytester.path / "report"
        StubStage.made = []
        # As the command does: what else is installed has no say in a run.
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        monkeypatch.setattr(hopcheck.plugin, "Stage", StubStage)
        monkeypatch.setattr(StubStage, "trouble", None)
        monkeypatch.setattr(
            hopcheck.plugin,
            "Judge",
            lambda _: SimpleNamespace(judge=self.judge, of=lambda _: SimpleNamespace(catalogue={})),
        )

    def judge(self, _: Trace) -> Verdict:
        messages = {"observed": 0, "validated": 0, "unmapped": 0}
        return Verdict("process", {}, (), {}, messages, {}, tuple(self.findings))

    def write(self, path: str, text: str) -> Path:
        file: Path = self.pytester.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def program(self, path: str) -> None:
        self.write(path, "#!/bin/sh\n").chmod(0o700)

    def run(self, *arguments: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess(
            *(word for plugin in self.plugins for word in ("-p", plugin)),
            "--import-mode=importlib",
            "--strict-markers",
            "-p",
            "no:cacheprovider",
            f"--hopcheck-report={self.report}",
            *arguments,
        )

    @property
    def stage(self) -> StubStage:
        (stage,) = StubStage.made
        return stage


@pytest.fixture
def kit(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Kit:
    return Kit(pytester, monkeypatch)


def test_a_feature_is_collected_wherever_it_lies_without_python(kit: Kit) -> None:
    kit.write("features/01-new/deep/a-leg.feature", FEATURE)
    kit.write("features/02/a-leg.feature", RUNNABLE)
    result = kit.run("-v", "features")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["features/01-new/deep/a-leg.feature::test_it_runs PASSED*"])
    assert set(kit.stage.told) == {COMPLETE, FAILED}
    assert not list(kit.pytester.path.rglob("*.py"))


def test_a_feature_in_a_folder_elsewhere(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> None:
    feature = tmp_path_factory.mktemp("elsewhere") / "mine.feature"
    feature.write_text(RUNNABLE)
    kit.run(str(feature)).assert_outcomes(passed=1)


def test_one_scenario_by_its_id(kit: Kit) -> None:
    kit.write("a.feature", FEATURE)
    kit.run("a.feature::test_it_fails").assert_outcomes(passed=1)
    assert kit.stage.told == [FAILED]


@pytest.mark.parametrize(
    ("tags", "passed"),
    [("arrow-03", 1), ("H-001", 1), ("leg-1", 2), ("leg-1 and not arrow-03", 1), ("arrow-03 or H-001", 1)],
)
def test_tags_are_markers(kit: Kit, tags: str, passed: int) -> None:
    kit.write("a.feature", FEATURE)
    kit.run("-m", tags, "a.feature").assert_outcomes(passed=passed, deselected=2 - passed)


def test_a_broken_feature_does_not_hide_the_others(kit: Kit) -> None:
    kit.write("features/bad.feature", "Feature: X\n  Scenario: Y\n    * a star\n  nonsense\n")
    kit.write("features/good.feature", RUNNABLE)
    result = kit.run("--continue-on-collection-errors", "features")
    result.assert_outcomes(passed=1, errors=1)
    assert "bad.feature" in result.stdout.str()


def test_a_feature_with_a_silent_flaw_is_an_error(kit: Kit) -> None:
    kit.write("a.feature", RUNNABLE + RUNNABLE.partition("\n")[2])
    result = kit.run("a.feature")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*a.feature:2: another scenario here is called 'B' too*"])


def test_an_unknown_sentence_fails(kit: Kit) -> None:
    kit.write("a.feature", "Feature: A\n  Scenario: B\n    When the user sings\n")
    result = kit.run("a.feature")
    result.assert_outcomes(failed=1)
    assert 'Step definition is not found: When "the user sings"' in result.stdout.str()


def test_one_stage_for_all_and_it_is_closed(kit: Kit) -> None:
    kit.write("a.feature", FEATURE)
    assert kit.run("a.feature").ret == 0
    assert kit.stage.closed


def test_no_scenario_no_stage_no_report(kit: Kit) -> None:
    kit.write("a.feature", FEATURE)
    assert kit.run("-m", "not leg-1", "a.feature").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert StubStage.made == []
    assert not kit.report.exists()


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (None, 0),
        (Finding("missing", "x", "y"), 1),
        (Finding("unmapped", "x", "y"), 1),
        (Finding("clause", "x", "y", level="SHOULD"), 0),
        (Finding("harness", "x", "y"), 3),
    ],
)
def test_the_verdict_decides_the_exit_status(kit: Kit, finding: Finding | None, status: int) -> None:
    kit.write("a.feature", RUNNABLE)
    kit.findings += [finding] if finding else []
    result = kit.run("a.feature")
    result.assert_outcomes(passed=1)
    assert result.ret == status
    assert {path.name for path in kit.report.iterdir()} == {"index.html", "junit.xml", "summary.json"}
    assert f"VERDICT: {({0: 'pass', 1: 'fail', 3: 'error'})[status]}" in result.stdout.str()


def test_the_diagnosis_comes_after_all_that_pytest_says(kit: Kit) -> None:
    kit.write("a.feature", RUNNABLE)
    kit.write("b.feature", "Feature: B\n  Scenario: C\n    When the user sings\n")
    kit.findings.append(Finding("missing", "x", "y", role="ingress"))
    said = kit.run("a.feature", "b.feature").stdout.str()
    screen = said[said.index("VERDICT: fail: look at ingress") :].splitlines()
    assert "FAILED b.feature" in said
    assert "1 failed, 1 passed" in said
    assert len(screen) <= 20
    assert not any("FAILED" in line or "passed" in line for line in screen)


def test_a_failed_scenario_fails_even_where_the_flow_passed(kit: Kit) -> None:
    kit.write("a.feature", "Feature: A\n  Scenario: B\n    When the user sings\n")
    kit.write("b.feature", RUNNABLE)
    assert kit.run("a.feature", "b.feature").ret == 1


def test_a_flow_that_does_not_come_up_is_the_kits_failure(kit: Kit) -> None:
    kit.write("a.feature", FEATURE)
    kit.patch.setattr(StubStage, "trouble", StartError("mosquitto is missing: apt-get install mosquitto"))
    result = kit.run("a.feature")
    assert result.ret == 3
    shown = result.stdout.str() + result.stderr.str()
    assert "could not bring the flow up: mosquitto is missing: apt-get install mosquitto" in shown
    assert "VERDICT" not in shown


def test_a_role_that_does_not_get_ready_has_failed(kit: Kit) -> None:
    kit.write("a.feature", FEATURE)
    kit.patch.setattr(StubStage, "trouble", StartError("ingress: ended with status 1 before it was ready", "ingress"))
    result = kit.run("a.feature")
    assert result.ret == 1
    assert "NOT UP: look at ingress" in result.stdout.str()


def test_a_report_that_cannot_be_written_is_the_kits_failure(kit: Kit) -> None:
    kit.write("a.feature", RUNNABLE)
    kit.patch.setattr(hopcheck.plugin, "Stage", lambda *_: (_ for _ in ()).throw(PermissionError("report: denied")))
    result = kit.run("a.feature")
    assert result.ret == 3
    assert "report: denied" in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--hopcheck-sut=ingress", "want ROLE=cmd:COMMAND"),
        ("--hopcheck-sut=nobody=cmd:x", "no role 'nobody'"),
        ("--hopcheck-sut=ingress=host", "does not run on a host"),
        ("--hopcheck-sut=rhc=cmd:./moon", "is not there: build or install it"),
        ("--hopcheck-verifier=none", "invalid choice"),
    ],
)
def test_wrong_options_are_told_before_anything_starts(kit: Kit, option: str, words: str) -> None:
    kit.write("a.feature", RUNNABLE)
    result = kit.run(option, "a.feature")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in result.stderr.str()
    assert StubStage.made == []


def test_a_feature_that_is_not_there_is_wrong_usage(kit: Kit) -> None:
    result = kit.run("none.feature")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "none.feature" in result.stderr.str()


def test_options_reach_the_stage(kit: Kit) -> None:
    kit.write("a.feature", RUNNABLE)
    kit.program("a")
    kit.run(
        "--hopcheck-sut=ingress=cmd:./a 'b c'",
        "--hopcheck-bootstrap=h:1",
        "--hopcheck-verifier=insights-client",
        "a.feature",
    ).assert_outcomes(passed=1)
    settings = kit.stage.settings
    assert settings.commands == {"ingress": ("./a", "b c")}
    assert (settings.bootstrap, settings.worker_generation, settings.report) == ("h:1", "0.2.3", kit.report)
    assert not settings.reconcile


@pytest.mark.parametrize(
    ("other", "status", "words"), [(5, 0, "reconciled 1 counts, all agree"), (6, 3, "reconciled 1 counts, 1 differ")]
)
def test_reconciling_is_told_and_a_difference_is_the_kits_failure(
    kit: Kit, other: int, status: int, words: str
) -> None:
    kit.write("a.feature", RUNNABLE)
    rows = [Row("mosquitto's log", "PUBLISH from rhc", 5, other)]
    kit.patch.setattr(hopcheck.plugin, "reconcile", lambda *_: rows)
    result = kit.run("--hopcheck-reconcile", "a.feature")
    assert result.ret == status
    assert words in result.stdout.str()
    assert kit.stage.settings.reconcile
    if status:
        assert "expected: 6 PUBLISH from rhc as mosquitto's log counts" in result.stdout.str()


def test_without_the_option_nothing_is_reconciled(kit: Kit) -> None:
    kit.write("a.feature", RUNNABLE)
    kit.patch.setattr(hopcheck.plugin, "reconcile", lambda *_: [Row("a", "b", 1, 2)])
    result = kit.run("a.feature")
    assert result.ret == 0
    assert "reconciled 1" not in result.stdout.str()


def test_settings_are_the_projects_own(kit: Kit) -> None:
    kit.write("a.feature", RUNNABLE)
    kit.program("a")
    kit.write("hopcheck.toml", 'hosts = 2\nnative = ["rhc"]\n[sut.ingress]\ncmd = "./a"\n')
    kit.patch.setenv("HOPCHECK_NATIVE", "rhc, insights-client")
    machines: Any = SimpleNamespace(name="containers")
    kit.patch.setattr(hopcheck.plugin, "choose", lambda *_: Choice(machines, "asked for"))
    kit.run("--hopcheck-hosts=3", "--hopcheck-host-cap=SYS_ADMIN", "a.feature")
    settings = kit.stage.settings
    assert (settings.report, settings.hosts) == (kit.report, 3)
    assert (settings.native, settings.host_capabilities) == (("rhc", "insights-client"), ("SYS_ADMIN",))
    assert settings.commands == {"ingress": ("./a",)}


def test_a_wrong_configuration_is_told_before_anything_starts(kit: Kit) -> None:
    kit.write("a.feature", RUNNABLE)
    kit.write("my.toml", "hots = 2\n")
    result = kit.run("--hopcheck-config=my.toml", "a.feature")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*my.toml:1: no key 'hots', meant is perhaps 'hosts'*"])
    assert StubStage.made == []


def test_a_run_has_a_host(kit: Kit) -> None:
    kit.write("a.feature", FEATURE)
    result = kit.run("--hopcheck-hosts=0", "a.feature")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--hopcheck-hosts: 0: want a whole number, 1 or more*"])


def test_contracts_that_are_no_directory_are_not_passed_over(kit: Kit) -> None:
    kit.write("a.feature", RUNNABLE)
    kit.patch.setenv("HOPCHECK_CONTRACTS", "HEAD~1")
    result = kit.run("a.feature")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*HOPCHECK_CONTRACTS=HEAD~1 is no directory here*"])
    assert StubStage.made == []

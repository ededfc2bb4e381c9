from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import orjson
import pytest

from hopcheck import cli
from hopcheck.home import FEATURES
from hopcheck.topology.process import StartError

sys.path.insert(0, str(Path(__file__).parent / "checks"))

from checks_scenes import complete, refused
from checks_world import World

Run = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def _handler() -> Any:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def stored(folder: Path, world: World) -> str:
    path = folder / "trace.jsonl"
    path.write_bytes(
        b"".join(
            orjson.dumps(event.as_dict(), option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)
            for event in world.trace()
        )
    )
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["run", "judge", "bench", "exit status:", "3  the kit could not do its work"]),
        (
            ["run", "--help"],
            ["--sut ROLE=cmd:COMMAND", "--report DIR", "--bootstrap HOST:PORT", "--reconcile", "@main", "exit status:"],
        ),
        (["judge", "--help"], ["trace.jsonl", "--report DIR"]),
        (["--version"], ["hopcheck 0.1.0"]),
    ],
)
def test_help(arguments: list[str], words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in words)


@pytest.mark.parametrize(
    ("what", "option"),
    [
        ("containers", ["--prism", "prism"]),
        ("flow", ["--cold"]),
        ("flow", ["--mitmproxy", "x"]),
        ("conform", ["--trace", "x"]),
    ],
)
def test_a_measurement_refuses_the_others_option(what, option, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", what, *option]) == 2
    assert f"bench {what} has no {option[0]}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["sing"], ["run", "--runtime", "moon"], ["run", "--verifier", "none"], ["judge"], ["run", "--no-such-option"]],
)
def test_a_wrong_command_line_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "--help tells what there is" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["run", "up"])
def test_a_wrong_configuration_is_status_2_and_one_line(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hopcheck.toml").write_text("hots = 2\n")
    assert cli.main([verb]) == 2
    assert capsys.readouterr().err == "hopcheck: hopcheck.toml:1: no key 'hots', meant is perhaps 'hosts'\n"


def test_a_good_trace_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["judge", stored(tmp_path, complete())]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == "VERDICT: pass"
    assert "arrows 30 of 30 seen (30 demanded)" in "\n".join(shown)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trace.jsonl"]


def test_another_outcome_that_was_asserted_passes_too(tmp_path: Path) -> None:
    assert cli.main(["judge", stored(tmp_path, refused())]) == 0


def test_a_trace_without_an_arrow_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = complete().only(lambda tag: tag.partition("/")[0] not in ("22", "23"))
    assert cli.main(["judge", stored(tmp_path, world)]) == 1
    shown = capsys.readouterr().out
    assert "MISSING arrow 22" in shown
    assert "VERDICT: fail: look at ansible-runner\n" in shown


def test_a_trace_that_ends_in_the_middle_is_the_kits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(stored(tmp_path, complete()))
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert cli.main(["judge", str(path)]) == 3
    assert "HARNESS" in capsys.readouterr().out


def test_the_report_is_written_and_says_the_same(tmp_path: Path) -> None:
    trace = stored(tmp_path, complete())
    assert cli.main(["judge", trace, "--report", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["verdict"] == "pass"
    root = xml.parse(tmp_path / "out" / "junit.xml").getroot()
    assert (root.get("failures"), root.get("errors")) == ("0", "0")
    assert (tmp_path / "out" / "index.html").read_text("utf-8").count('data-line="') == 30


def test_judging_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    trace = stored(tmp_path, complete())
    for name in ("a", "b"):
        cli.main(["judge", trace, "--report", str(tmp_path / name)])
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no "),
        (b"not json\n", "trace.jsonl:1: not a trace event"),
        (b'{"seq": 1}\n', "trace.jsonl:1:"),
        (b"\xff\xfe\x00", "trace.jsonl:1:"),
        (b"[]\n", "trace.jsonl:1:"),
    ],
)
def test_what_is_no_trace_is_status_2_and_one_line(
    tmp_path: Path, content: bytes | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trace.jsonl"
    if content is not None:
        path.write_bytes(content)
    assert cli.main(["judge", str(path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert told.err.count("\n") == 1


def test_a_folder_is_no_trace(tmp_path: Path) -> None:
    assert cli.main(["judge", str(tmp_path)]) == 2


def test_an_empty_trace_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").touch()
    assert cli.main(["judge", str(tmp_path / "trace.jsonl")]) == 3


def test_the_kits_own_exception_blames_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hopcheck.checks.judge.Judge.judge", lambda *_: 1 / 0)
    assert cli.main(["judge", stored(tmp_path, complete())]) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StartError("mosquitto is missing: install it"), "hopcheck cannot go on: mosquitto is missing: install it\n"),
        (
            OSError(28, "No space left on device", "/r/x"),
            "hopcheck cannot go on: /r/x: no space left on device; make room, or give other places: --report DIR, "
            "HOPCHECK_SCRATCH=DIR\n",
        ),
    ],
)
def test_what_is_known_to_keep_the_kit_from_its_work_is_a_sentence(
    error: Exception, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("hopcheck.checks.judge.Judge.judge", fail)
    assert cli.main(["judge", stored(tmp_path, complete())]) == 3
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["features/05-verfy"], "hopcheck: there is no features/05-verfy, meant is perhaps 'features/05-verify'\n"),
        (["-m", "arow-17"], "hopcheck: no tag 'arow-17' in these features, meant is perhaps 'arrow-17'\n"),
    ],
)
def test_what_is_not_there_to_be_played_is_told_before_anything_starts(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FEATURES.parent)
    monkeypatch.setattr(pytest, "main", lambda _: pytest.fail("it was started"))
    assert cli.main(["run", *arguments]) == 2
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("step", "status", "said"),
    [
        ('Then the run ends as "complete"', 0, ""),
        ('Then the run ends as "complet"', 2, "there is no outcome 'complet'"),
        ('Then the run end as "complete"', 2, 'did you mean: the run ends as "complete"'),
    ],
)
def test_a_feature_that_cannot_be_meant_is_told_before_anything_starts(
    step: str,
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "a.feature"
    path.write_text(f"@of-mine\nFeature: A\n  Scenario: B\n    When the user presses Execute\n    {step}\n")
    started: list[list[str]] = []
    monkeypatch.setattr(pytest, "main", lambda arguments: started.append(arguments) or 0)
    assert cli.main(["run", "--runtime", "process", str(path)]) == status
    assert len(started) == (status == 0)
    told = capfd.readouterr().err
    assert "there is no tag @of-mine" in told
    assert said in told
    assert ("nothing was started" in told) is (status == 2)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Run:
    """What `run` hands to pytest, which is not started."""

    def run(*arguments: str, status: int = 0, expected: int = 0) -> list[str]:
        handed: list[list[str]] = []

        def start(given: list[str]) -> int:
            handed.append(given)
            return status

        monkeypatch.setattr(pytest, "main", start)
        monkeypatch.setattr("hopcheck.topology.sweep.sweep", list)
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "")
        assert cli.main(["run", *arguments]) == expected
        assert os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] == "1"
        return handed[0]

    return run


def marks(handed: list[str]) -> str | None:
    return handed[handed.index("-m") + 1] if "-m" in handed else None


@pytest.mark.parametrize(
    ("arguments", "tags"),
    [([], "main"), (["--all"], None), (["-m", "H-032"], "H-032"), (["-k", "busy"], None), ([str(FEATURES)], None)],
)
def test_without_a_choice_the_main_job_is_played(given: Run, arguments: list[str], tags: str | None) -> None:
    assert marks(given(*arguments)) == tags


def test_features_are_the_projects_unless_named(given: Run) -> None:
    assert given()[-1] == str(FEATURES)
    legs = [str(FEATURES / "05-verify"), str(FEATURES / "cases")]
    assert given(*legs)[-2:] == legs


def test_options_are_handed_on(given: Run) -> None:
    handed = given(
        "-v",
        "--report",
        "out",
        "--sut",
        "s3=cmd:a",
        "--sut",
        "ingress=cmd:b c",
        "--hosts",
        "3",
        "--bootstrap",
        "h:1",
        "--verifier",
        "insights-client",
        "--reconcile",
        "-k",
        "x",
    )
    assert {
        "--hopcheck-report=out",
        "--hopcheck-sut=s3=cmd:a",
        "--hopcheck-sut=ingress=cmd:b c",
        "--hopcheck-hosts=3",
        "--hopcheck-bootstrap=h:1",
        "--hopcheck-verifier=insights-client",
        "--hopcheck-reconcile",
    } <= set(handed)
    assert handed[handed.index("-k") + 1] == "x"
    assert "-v" in handed
    assert "--hopcheck-reconcile" not in given()


@pytest.mark.parametrize(("status", "expected"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 2), (5, 2)])
def test_pytests_status_becomes_the_commands(
    given: Run, status: int, expected: int, capsys: pytest.CaptureFixture[str]
) -> None:
    given(status=status, expected=expected)
    assert ("no scenario matches" in capsys.readouterr().err) == (status == 5)


def test_what_a_dead_run_left_is_removed_and_told(
    given: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given()
    monkeypatch.setattr("hopcheck.topology.sweep.sweep", lambda: ["/tmp/hc-old"])
    monkeypatch.setattr(pytest, "main", lambda _: 0)
    cli.main(["run"])
    assert "removed /tmp/hc-old" in capsys.readouterr().err


def test_an_interruption_is_status_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: list[str]) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.sigtimedwait([signal.SIGUSR1], 5)
        return 0

    monkeypatch.setattr("hopcheck.topology.sweep.sweep", list)
    monkeypatch.setattr(pytest, "main", interrupted)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "")
    assert cli.main(["run"]) == 2
    assert "interrupted" in capsys.readouterr().err


def test_a_wrong_sut_is_told_by_the_real_pytest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hopcheck.cli", "run", "--report", str(tmp_path / "r"), "--sut", "nobody=cmd:x"],
        capture_output=True,
        text=True,
        cwd=FEATURES.parent,
    )
    assert done.returncode == 2
    assert "no role 'nobody'; roles are remediations-ui," in done.stderr
    assert not (tmp_path / "r").exists()


def test_a_bent_trace_names_the_clause(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = complete()
    tag = next(tag for tag, draft in world.steps if draft.op == "SUBSCRIBE" and draft.attrs["leg"] == "host")
    index = world.index(tag)
    draft = world.steps[index][1]
    world.steps[index] = (
        tag,
        replace(draft, attrs={**draft.attrs, "filters": [[name, 0] for name, _ in draft.attrs["filters"]]}),
    )
    assert cli.main(["judge", stored(tmp_path, world)]) == 1
    assert "clause: H-001 (MUST)" in capsys.readouterr().out


def test_a_reader_that_has_enough_is_no_failure() -> None:
    told = subprocess.run(
        f"{sys.executable} -m hopcheck.cli clauses | head -1; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=True,
    )
    assert (told.stdout.splitlines()[-1], told.stderr) == ("0", "")


def test_a_trace_that_a_killed_kit_left_is_judged_and_told_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(stored(tmp_path, complete()))
    path.write_bytes(path.read_bytes()[:-20])
    assert cli.main(["judge", str(path)]) == 3
    assert "ends within a line: event" in capsys.readouterr().err

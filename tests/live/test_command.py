from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck import cli
from hopcheck.life import run
from hopcheck.live import command
from hopcheck.live.address import listen
from tests.live.written import Written


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_until_interrupted", interrupt)


@pytest.mark.parametrize("of", [lambda path: path, lambda path: path.parent], ids=["the trace", "its directory"])
@pytest.mark.usefixtures("interrupted")
def test_it_says_where_the_page_is(written: Written, capsys: pytest.CaptureFixture[str], of: object) -> None:
    assert cli.main(["live", str(of(written.path))]) == 0  # type: ignore[operator]
    out = capsys.readouterr().out
    assert out.startswith(f"{written.path}: http://127.0.0.1:")
    assert "/live (Ctrl-C ends it)" in out


@pytest.mark.parametrize("given", ["nowhere", "."])
def test_no_trace_is_status_2_and_one_line(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["live", given]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("hopcheck: there is no trace at")


def test_a_taken_port_is_status_3_and_one_line(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
        assert cli.main(["live", str(written.path), "--port", str(port)]) == 3
    assert capsys.readouterr().err == (
        f"hopcheck: --port {port}: Address already in use; give another one, or none for any that is free\n"
    )


@pytest.mark.parametrize("port", ["0", "x", "65536", "-1"])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["live", "--port", port])
    assert "--port" in capsys.readouterr().err


def test_without_a_path_it_is_the_newest_run_under_way_else_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*reports: tuple[str, bool]) -> None:
        runs = [SimpleNamespace(alive=alive, record=SimpleNamespace(report=report)) for report, alive in reports]
        monkeypatch.setattr(run, "find", lambda: [*runs, SimpleNamespace(alive=True, record=None)])

    found(("/a", True), ("/b", True), ("/dead", False))
    assert command._default() == Path("/b")
    found()
    assert os.fspath(command._default()) == "report"

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hopcheck.report.diagnosis.said import said
from hopcheck.trace import Event, Payload

ID = "7d3331e7-e263-4870-b792-6c48b24a7661"


def event(second: int, text: str = "") -> Event:
    wall = f"2026-11-26T22:00:{second:02}.500000+00:00"
    return Event(9, 9, 9, wall, "t", "e", "http", "request", "a", "b", None, None, {}, Payload(text.encode()))


@pytest.fixture(params=["UTC", "Europe/Berlin"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S,250 INFO", "%Y-%m-%dT%H:%M:%S.250000+{offset} host unit:"])
def test_lines_around_the_instant(tmp_path: Path, zone: str, form: str) -> None:
    began = 1795730400  # 22:00:00 UTC
    offset = time.strftime("%z", time.localtime(began))
    lines = [f"{time.strftime(form, time.localtime(began + n))} line {n}".format(offset=offset) for n in range(30)]
    (tmp_path / "ingress.log").write_text("\n".join(lines))
    found = said(tmp_path, "ingress", None, event(12), 4)
    assert found is not None
    assert [line.rpartition(" ")[2] for line in found.lines] == ["10", "11", "12", "13"]
    assert found.how == "around"


def test_lines_without_a_time_are_found_by_an_id(tmp_path: Path) -> None:
    lines = [*(f"GET /{n}" for n in range(9)), f"run sent, correlation id {ID}", *(f"GET /{n}" for n in range(9))]
    (tmp_path / "s3.log").write_text("\n".join(lines))
    found = said(tmp_path, "s3", None, event(1, f'{{"id":"{ID}"}}'), 3)
    assert found is not None
    assert found.lines == ("GET /8", f"run sent, correlation id {ID}", "GET /0")
    assert found.how == "about it"


@pytest.mark.parametrize("asked", [None, event(1, "nothing that it names")])
def test_else_the_last_lines(tmp_path: Path, asked: Event | None) -> None:
    (tmp_path / "s3.log").write_text("one\ntwo\n\nTraceback\nOSError: gone\n")
    found = said(tmp_path, "s3", None, asked, 2)
    assert found is not None
    assert (found.lines, found.how) == (("Traceback", "OSError: gone"), "last")


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["rhc-web.log", "rhc-mail.log", "web.journal"], "rhc-web.log"),
        (["rhc-mail.log", "web.journal"], "web.journal"),
        (["rhc.log"], "rhc.log"),
        (["ingress.log"], None),
    ],
)
def test_the_log_of_a_role_on_a_host(tmp_path: Path, names: list[str], chosen: str | None) -> None:
    for name in names:
        (tmp_path / name).write_text("x\n")
    found = said(tmp_path, "rhc", "web", None, 4)
    assert (found.file.name if found else None) == chosen


def test_no_log_at_all(tmp_path: Path) -> None:
    assert said(tmp_path / "none", "rhc", None, None, 4) is None

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from hopcheck.checks.judge import judge
from hopcheck.home import CONTRACTS
from hopcheck.reconcile import SERVERS, Row, reconcile
from hopcheck.topology.settings import WITHOUT_ANSIBLE, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import COMPLETE
from hopcheck.trace import Trace, load


@dataclass(frozen=True, slots=True)
class Told:
    trace: Trace
    logs: Path
    kafka: dict[str, int]
    buses: dict[str, dict[str, int]]

    @property
    def rows(self) -> list[Row]:
        return reconcile(self.trace, self.logs, self.kafka, self.buses)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    report = tmp_path_factory.mktemp("reconcile")
    # An earlier run had its report there.
    (report / "logs").mkdir()
    (report / "logs" / "broker.log").write_text("1: Received CONNECT from earlier\n")
    (report / "logs" / "owner.log").write_text("this run's, written by `up`\n")
    stage = Stage(Settings(report=report, reconcile=True, commands=WITHOUT_ANSIBLE))
    with stage:
        stage.play(COMPLETE)
    return Told(
        load(report / "trace.jsonl"), report / "logs", stage.topology.kafka.counts, stage.topology.hosts.bus_counts
    )


def test_every_other_witness_counts_what_the_taps_saw(told: Told) -> None:
    assert [row for row in told.rows if not row.agrees] == []
    assert {row.source for row in told.rows if row.kit} == {
        "Kafka's end offsets",
        "mosquitto's log",
        f"dbus-monitor of {next(iter(told.buses))[:13]}",
        *(f"access log of {role}" for role in SERVERS),
    }


def test_what_up_has_begun_is_not_taken_away(told: Told) -> None:
    assert (told.logs / "owner.log").read_text() == "this run's, written by `up`\n"


def test_every_message_but_those_of_processes_is_counted_twice(told: Told) -> None:
    rows = {row.source: 0 for row in told.rows}
    for row in told.rows:
        rows[row.source] += row.kit
    counted = sum(count * (2 if source.startswith("access log") else 1) for source, count in rows.items())
    unanswered = {event.exchange for event in told.trace.where(protocol="http", op="request")} - {
        event.exchange for event in told.trace.where(protocol="http", op="response")
    }
    assert counted - len(unanswered) == sum(event.protocol not in ("kit", "process") for event in told.trace)


def test_a_flow_that_came_to_rest_is_still_judged_a_pass(told: Told) -> None:
    verdict = judge(told.trace, CONTRACTS)
    assert (verdict.verdict, verdict.findings) == ("pass", ())


@pytest.mark.parametrize("protocol", ["http", "mqtt", "dbus", "kafka"])
def test_a_message_that_a_tap_had_missed_shows(told: Told, protocol: str) -> None:
    events = list(told.trace)
    events.remove(next(event for event in events if event.protocol == protocol))
    wrong = [row for row in Told(Trace(events), told.logs, told.kafka, told.buses).rows if not row.agrees]
    assert wrong
    assert all(row.kit < row.other or protocol == "http" for row in wrong)


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("broker.log", r"\d+: Received PUBLISH .*"),
        ("ingress.log", r'.* "POST \S+ HTTP/1.1" 202'),
        ("s3.log", r'.* "GET \S+ HTTP/1.1" 200'),
    ],
)
def test_a_message_that_a_tap_had_made_up_shows(told: Told, tmp_path: Path, log: str, line: str) -> None:
    logs = tmp_path / "logs"
    shutil.copytree(told.logs, logs)
    text, count = re.subn(f"(?m)^{line}\n", "", (logs / log).read_text(), count=1)
    assert count == 1
    (logs / log).write_text(text)
    wrong = [row for row in Told(told.trace, logs, told.kafka, told.buses).rows if not row.agrees]
    assert [row.kit - row.other for row in wrong] == [1]


def test_no_signature_is_in_an_access_log(told: Told) -> None:
    assert any("X-Amz-Signature" in str(event.attrs) for event in told.trace)
    for log in told.logs.iterdir():
        assert "X-Amz-Signature" not in log.read_text(errors="replace"), log.name

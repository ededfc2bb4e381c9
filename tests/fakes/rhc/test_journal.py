from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from fakes.rhc.journal import COLUMNS, Journal
from fakes.rhc.workers import BEGIN, END, WorkerEvent

BEGUN = WorkerEvent("a", BEGIN, "m1", "r", {})
ENDED = WorkerEvent("b", END, "m2", "", {"k": "v"})


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "journal.db")


@pytest.fixture
def journal(file: str) -> Journal:
    made = Journal(file)
    made.add(BEGUN)
    made.add(ENDED)
    return made


def test_an_entry_has_every_member(journal: Journal) -> None:
    first, second = journal.entries("", "", "", "", persistent=False)
    assert tuple(first) == COLUMNS
    assert [first[name] for name in COLUMNS if name != "sent"] == ["m1", "a", "r", "BEGIN", "{}"]
    assert (second["worker_event"], json.loads(second["worker_data"])) == ("END", {"k": "v"})


@pytest.mark.parametrize(
    ("message_id", "worker", "found"),
    [("m1", "", ["m1"]), ("", "b", ["m2"]), ("m1", "b", []), ("m3", "", []), ("", "", ["m1", "m2"])],
)
def test_entries_are_of_a_message_and_of_a_worker(
    journal: Journal, message_id: str, worker: str, found: list[str]
) -> None:
    entries = journal.entries(message_id, worker, "", "", persistent=False)
    assert [each["message_id"] for each in entries] == found


def test_entries_are_between_two_times(journal: Journal) -> None:
    first, second = (each["sent"] for each in journal.entries("", "", "", "", persistent=False))
    assert len(journal.entries("", "", first, second, persistent=False)) == 2
    assert not journal.entries("", "", "9999", "", persistent=False)
    assert not journal.entries("", "", "", "1970", persistent=False)


def test_those_of_earlier_sessions_are_there_where_they_are_asked_for(file: str, journal: Journal) -> None:
    journal.close()
    later = Journal(file)
    later.add(BEGUN)
    assert len(later.entries("", "", "", "", persistent=False)) == 1
    assert len(later.entries("", "", "", "", persistent=True)) == 3
    later.close()


def test_a_file_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        Journal(str(tmp_path / "nowhere" / "journal.db"))

from __future__ import annotations

import sqlite3

import pytest

from fakes.playbook_dispatcher.probes import create_probes
from fakes.playbook_dispatcher.store import Store


@pytest.mark.parametrize("path", ["/ready", "/live"])
def test_a_sound_service_answers_200_without_a_body(store: Store, path: str) -> None:
    answer = create_probes(store).test_client().get(path)
    assert (answer.status_code, answer.data) == (200, b"")


def test_without_its_database_it_lives_but_is_not_ready(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(store, "connection", gone)
    client = create_probes(store).test_client()
    ready = client.get("/ready")
    assert (ready.status_code, ready.text) == (500, "unable to open database file")
    assert client.get("/live").status_code == 200


def test_a_closed_database_is_not_ready(store: Store) -> None:
    store.close()
    ready = create_probes(store).test_client().get("/ready")
    assert ready.status_code == 500
    assert ready.text

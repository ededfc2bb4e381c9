from __future__ import annotations

from fakes.remediations_ui.connection import System, systems

PLAN = {
    "issues": [
        {"id": "a", "description": "First", "systems": [{"id": "2", "display_name": "web"}, {"id": "1"}]},
        {"id": "b", "systems": [{"id": "2", "display_name": "web"}]},
    ]
}
STATUS = {
    "data": [
        {"connection_status": "connected", "executor_name": "Direct connected", "system_ids": ["2"]},
        {"connection_status": "no_rhc", "executor_name": None, "system_ids": ["3"]},
    ]
}


def test_each_system_once_with_its_issues_and_connection() -> None:
    assert systems(PLAN, STATUS) == [
        System("1", "1", "unknown", None, ("First",)),
        System("2", "web", "connected", "Direct connected", ("First", "b")),
    ]
    assert [system.state for system in systems(PLAN, None)] == ["unknown", "unknown"]


def test_only_what_is_connected_is_reached() -> None:
    states = ("connected", "disconnected", "no_rhc", "unknown", "no_such_word")
    found = [System("1", "web", state) for state in states]
    assert [system.reached for system in found] == [True, False, False, False, False]
    assert all(system.words and system.why.endswith(".") for system in found)
    assert found[-1].words == "No such word"
    assert found[-1].why == "The Remediations API says 'no_such_word' of it."

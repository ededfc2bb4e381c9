from fakes.rhcd import connection_status, paths


def test_online_has_no_version_and_null_for_no_features():
    status = connection_status.online({"a": "b"}, {"w-1": {}, "w-2": {"x": "y"}}, {})
    assert status["type"] == "connection-status"
    assert status["content"] == {
        "canonical_facts": {"a": "b"},
        "dispatchers": {"w-1": None, "w-2": {"x": "y"}},
        "state": "online",
    }
    assert connection_status.online({}, {}, {"a": "1"})["content"]["tags"] == {"a": "1"}


def test_the_will_says_nothing_but_offline():
    assert connection_status.will()["content"] == {"canonical_facts": None, "dispatchers": None, "state": "offline"}


def test_facts_are_of_the_hosts_files(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "INSIGHTS_ID", tmp_path / "insights")
    monkeypatch.setattr(paths, "MACHINE_ID", tmp_path / "machine")
    (tmp_path / "insights").write_text("i\n")
    facts = connection_status.canonical_facts("cn")
    assert (facts["insights_id"], facts["machine_id"], facts["subscription_manager_id"]) == ("i", "", "cn")

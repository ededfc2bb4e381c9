from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.platform.hosts import Host, read_hosts

HOST = Host("a", "shown", "h.example.com", "1", "client", "owner")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hosts.json"


def entry(id_: str, **changes: Any) -> dict[str, Any]:
    known = {"id": id_, "display_name": id_, "hostname": f"{id_}.example.com", "org_id": "1"}
    return known | {"rhc_client_id": f"client of {id_}", "owner_id": f"owner of {id_}"} | changes


def write(file: Path, *entries: dict[str, Any]) -> None:
    file.write_text(json.dumps(entries))


def ids(file: Path, *asked: str, org_id: str = "1") -> list[str]:
    return [host.id for host in read_hosts(file, asked, org_id)]


def test_hosts_are_read_whole(file: Path) -> None:
    write(file, entry("a"))
    assert read_hosts(file, ["a"], "1") == [Host("a", "a", "a.example.com", "1", "client of a", "owner of a")]


def test_hosts_come_once_in_the_order_asked(file: Path) -> None:
    write(file, entry("a"), entry("b"), entry("c"))
    assert ids(file, "c", "nobody", "a", "c") == ["c", "a"]
    assert ids(file) == []


def test_nobody_sees_the_hosts_of_another_organisation(file: Path) -> None:
    write(file, entry("a"), entry("b", org_id="2"))
    assert ids(file, "a", "b") == ["a"]
    assert ids(file, "a", "b", org_id="2") == ["b"]


def test_the_file_is_read_anew(file: Path) -> None:
    write(file, entry("a"))
    assert ids(file, "a", "b") == ["a"]
    write(file, entry("b"))
    assert ids(file, "a", "b") == ["b"]


def test_what_an_entry_lacks_is_null_and_what_it_has_more_is_dropped(file: Path) -> None:
    write(file, {"id": "a", "org_id": "1", "more": 1})
    [host] = read_hosts(file, ["a"], "1")
    assert (host.rhc_client_id, host.owner_id) == (None, None)


def test_a_bad_file_is_an_error(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ids(file, "a")
    file.write_text("[")
    with pytest.raises(ValueError, match="Expecting value"):
        ids(file, "a")


def test_summary() -> None:
    summary = HOST.summary()
    assert {name: summary[name] for name in ("id", "display_name", "hostname", "fqdn", "org_id", "facts")} == {
        "id": "a",
        "display_name": "shown",
        "hostname": "h.example.com",
        "fqdn": "h.example.com",
        "org_id": "1",
        "facts": [],
    }


def test_a_satellites_host_tells_its_facts() -> None:
    facts = {"satellite_instance_id": "s", "satellite_version": "6.11", "organization_id": "5"}
    host = Host("a", "a", "a", "1", None, "owner", facts)
    assert host.summary()["facts"] == [{"namespace": "satellite", "facts": facts}]


def test_system_profile_tells_owner_and_client() -> None:
    assert HOST.system_profile() == {"owner_id": "owner", "rhc_client_id": "client", "is_marketplace": False}


def test_a_host_without_a_client_lacks_the_field() -> None:
    assert "rhc_client_id" not in Host("a", "a", "a", "1", None, "owner").system_profile()

from __future__ import annotations

import sys
from typing import Any

import orjson
import pytest

from hopcheck.config.table import OPTIONS
from hopcheck.environment import about
from hopcheck.topology.sut import parse_sut


def told(**chosen: Any) -> dict[str, Any]:
    values = {option.name: option.default for option in OPTIONS} | chosen
    return dict(about(values.__getitem__))


def test_only_what_was_chosen_is_told() -> None:
    assert told()["options"] == {}
    sut = parse_sut("ingress=cmd:./mine --flag")
    assert told(hosts=3, sut={"ingress": sut}, report="x")["options"] == {
        "sut": ["ingress=cmd:./mine --flag"],
        "hosts": ["3"],
    }


def test_no_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://me:secret@db:5432"
    monkeypatch.setattr(sys, "argv", ["x/hopcheck", "run", f"--postgres={address}"])
    monkeypatch.delenv("HOPCHECK_CALLED", raising=False)
    found = told(postgres=address)
    assert b"secret" not in orjson.dumps(found)
    assert found["command"] == ["hopcheck", "run", "--postgres=postgresql://…@db:5432"]
    assert found["options"]["postgres"] == ["postgresql://…@db:5432"]


def test_what_it_ran_on_is_told() -> None:
    found = told()
    assert found["contracts"].startswith("sha256:")
    assert found["kernel"].startswith("Linux ")
    assert found["processors"] >= 1

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopcheck.report.participants import rows

Make = Callable[..., Any]
OURS = {"kind": "stand-in", "version": "1"}


def test_a_role_of_the_server_side_has_no_host(make_verdict: Make) -> None:
    (row,) = rows(make_verdict(participants={"s3": {"kind": None, "version": None}}))
    assert (row.role, row.kind, row.version, row.where) == ("s3", "", "", "")


def test_the_only_host_needs_no_mention(make_verdict: Make) -> None:
    (row,) = rows(make_verdict(participants={"rhc": {**OURS, "hosts": {"host-1": OURS}}}))
    assert (row.hosts, row.where) == (("host-1",), "")


def test_one_host_of_several_is_named(make_verdict: Make) -> None:
    who = {"rhc": {**OURS, "hosts": {"host-1": OURS}}, "worker": {**OURS, "hosts": {"host-1": OURS, "host-2": OURS}}}
    assert [row.where for row in rows(make_verdict(participants=who))] == ["host-1", "all 2 hosts"]

from __future__ import annotations

from hopcheck.checks.verdict import Finding
from hopcheck.generated.play import Tally
from hopcheck.generated.terminal import findings, table


def test_what_was_asked_is_counted() -> None:
    tally = Tally("openapi/a.yaml", {"make": {"examples": 2, "fuzzing": 10}, "read": {"coverage": 7}}, {3: 4})
    head, make, read, whole, excused = table([tally])
    assert head.split() == ["openapi/a.yaml", "examples", "coverage", "fuzzing", "stateful", "all"]
    assert make.split() == ["make", "2", "0", "10", "0", "12"]
    assert read.split() == ["read", "0", "7", "0", "0", "7"]
    assert whole.split() == ["all", "2", "7", "10", "0", "19"]
    assert excused.endswith(": 4")


def test_what_is_alike_is_told_once() -> None:
    one = Finding("breach", "a status that is there", "500", role="ingress", contract="openapi/a.yaml#make")
    told = "\n".join(findings([one, one]))
    assert told.count("[ingress]") == 1
    assert "openapi/a.yaml#make" in told

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hopcheck.conform.deviations import Deviation, DeviationError, load

KNOWN = ("H-032", "SRV-050", "SRV-051")
GOOD = """\
- clause: SRV-050
  reason: >
    The proxy before it
    rewrites the header.
  expires: 2027-03-31
- {clause: H-032, reason: "fixed in 2.0", expires: "2026-12-01"}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "known.yaml"


def test_what_is_listed(file: Path) -> None:
    file.write_text(GOOD)
    found = load(file, KNOWN)
    assert list(found) == [
        Deviation("SRV-050", "The proxy before it rewrites the header.", date(2027, 3, 31)),
        Deviation("H-032", "fixed in 2.0", date(2026, 12, 1)),
    ]
    assert found.of("H-032") is found.entries[1]
    assert found.of("SRV-051") is None


@pytest.mark.parametrize(
    ("today", "expired"),
    [(date(2026, 12, 1), []), (date(2026, 12, 2), ["H-032"]), (date(2027, 4, 1), ["SRV-050", "H-032"])],
)
def test_the_last_day_still_counts(file: Path, today: date, expired: list[str]) -> None:
    file.write_text(GOOD)
    found = load(file, KNOWN)
    assert [each.clause for each in found.expired(today)] == expired
    assert [each.told(today)["clause"] for each in found if each.told(today)["expired"]] == expired


def test_as_a_trace_holds_it() -> None:
    told = Deviation("H-032", "so", date(2026, 12, 1)).told(date(2027, 1, 1))
    assert told == {"clause": "H-032", "reason": "so", "expires": "2026-12-01", "expired": True}


@pytest.mark.parametrize("text", ["", "# none\n", "[]\n"])
def test_none(file: Path, text: str) -> None:
    file.write_text(text)
    assert list(load(file, KNOWN)) == []


@pytest.mark.parametrize(
    ("text", "line", "kind", "says"),
    [
        ("clause: H-032\n", 1, "shape", "want a list of entries with clause, reason, expires"),
        ("- H-032\n", 1, "shape", "want an entry with clause, reason, expires"),
        ("- reason: x\n  expires: 2027-01-01\n", 1, "shape", "an entry without a clause"),
        ("- clause: H-032\n  why: x\n", 2, "shape", "no field 'why'; there are clause, reason, expires"),
        ("- clause: H-032\n  reason: [x]\n", 2, "shape", "reason: want a text"),
        ("- clause: H-032\n  clause: H-032\n", 2, "shape", "clause is there twice in one entry"),
        (
            "\n- {clause: H-032x, reason: x, expires: 2027-01-01}\n",
            2,
            "unknown clause",
            "no clause 'H-032x', meant is perhaps 'H-032'; `hopcheck clauses` lists them",
        ),
        ("- {clause: zzz, reason: x, expires: 2027-01-01}\n", 1, "unknown clause", "no clause 'zzz'; `hopcheck"),
        ("- {clause: H-032, expires: 2027-01-01}\n", 1, "no reason", "H-032 has no reason; say in a sentence"),
        ("- {clause: H-032, reason: ' ', expires: 2027-01-01}\n", 1, "no reason", "H-032 has no reason"),
        ("- {clause: H-032, reason: ~, expires: 2027-01-01}\n", 1, "no reason", "H-032 has no reason"),
        ("- {clause: H-032, reason: x}\n", 1, "bad date", "H-032 expires never: want the last day of it as YYYY-MM-DD"),
        ("- {clause: H-032, reason: x, expires: 2027-02-30}\n", 1, "bad date", "H-032 expires 2027-02-30: want"),
        ("- {clause: H-032, reason: x, expires: 20270101}\n", 1, "bad date", "H-032 expires 20270101: want"),
        (GOOD + "- {clause: H-032, reason: x, expires: 2027-01-01}\n", 7, "twice", "H-032 is listed before"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_line(file: Path, text: str, line: int, kind: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(DeviationError) as wrong:
        load(file, KNOWN)
    assert str(wrong.value).startswith(f"{file}:{line}: {says}")
    assert "\n" not in str(wrong.value)
    assert wrong.value.kind == kind


@pytest.mark.parametrize(
    ("content", "says"), [(None, "cannot be read: No such file"), (b"- [", "not YAML: "), (b"\xff", "not YAML: ")]
)
def test_what_cannot_be_read(file: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DeviationError) as wrong:
        load(file, KNOWN)
    assert str(wrong.value).startswith(f"{file}: {says}")
    assert "\n" not in str(wrong.value)
    assert wrong.value.kind == "unreadable"

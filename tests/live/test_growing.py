from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.live.growing import Growing
from hopcheck.trace import load
from tests.live.written import Written


def test_it_is_read_on_from_where_it_was_read_last(written: Written) -> None:
    growing = Growing(written.path)
    assert not growing.read()
    for count in (1, 40, 41, None):
        written.upto(count)
        assert growing.read()
        assert len(growing.events) == written.count
    assert not growing.read()
    assert [e.as_dict() for e in growing.events] == [e.as_dict() for e in load(written.path)]
    assert growing.generation == 1


def test_half_a_line_waits_for_its_other_half(written: Written) -> None:
    growing = Growing(written.path)
    for part in (written.lines[0][:50], written.lines[0][50:]):
        with written.path.open("ab") as file:
            file.write(part)
        growing.read()
    assert [event.seq for event in growing.events] == [1]


@pytest.mark.parametrize("longer", [False, True])
def test_another_trace_in_the_same_file_begins_anew(written: Written, longer: bool) -> None:
    growing = Growing(written.path)
    written.upto(10)
    growing.read()
    other = [line.replace(b'"wall":"20', b'"wall":"21', 1) for line in written.lines[: 20 if longer else 5]]
    written.path.write_bytes(b"".join(other))
    growing.read()
    assert (growing.generation, len(growing.events)) == (2, len(other))
    assert growing.events[0].wall.startswith("21")


def test_a_file_that_is_not_there_yet_is_an_empty_trace(tmp_path: Path) -> None:
    growing = Growing(tmp_path / "trace.jsonl")
    assert not growing.read()
    assert growing.events == []


@pytest.mark.parametrize(("number", "says"), [(1, "not a trace event"), (3, "event 3 stands where 2 belongs")])
def test_what_is_no_trace_names_the_line(written: Written, number: int, says: str) -> None:
    written.path.write_bytes(written.lines[0] + (b"{}\n" if number == 1 else written.lines[2]))
    with pytest.raises(ValueError, match=rf"trace\.jsonl:2: {says}"):
        Growing(written.path).read()

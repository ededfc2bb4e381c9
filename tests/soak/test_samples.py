import csv

from hopcheck.soak.samples import AFTER, FLOW, PICTURE, TABLE, Sample, Table, draw, growths
from hopcheck.soak.usage import Usage


def soak(*, leaks: str = "", rounds: int = 10) -> list[Sample]:
    """Rounds of ten flows; what leaks is a role's files."""
    found = []
    for flow in range(1, rounds * 10 + 1):
        number = (flow - 1) // 10 + 1
        for role in ("kit", "ingress"):
            files = 20 + (flow * 8 if leaks == role else 0)
            found.append(Sample(FLOW, flow, number, flow, "a story", 2.0, 0, role, Usage(50_000, files, 4, 1)))
        if not flow % 10:
            usage = Usage(50_000, 20 + (flow if leaks == "kit" else 0), 4, 1)
            found.append(Sample(AFTER, flow, number, flow, "", 20.0, 0, "kit", usage))
    return found


def grown(samples: list[Sample]) -> list[str]:
    return [each.name for each in growths(samples) if each.grows]


def test_nothing_grows():
    assert grown(soak()) == []
    assert {each.name for each in growths(soak()) if each.gained is not None} == {
        *(f"kit {measure}" for measure in ("memory_kb", "files", "threads", "processes")),
        *(f"ingress {measure} a flow" for measure in ("memory_kb", "files", "threads", "processes")),
    }


def test_a_kit_that_keeps_files_open_from_round_to_round():
    assert grown(soak(leaks="kit")) == ["kit files"]


def test_a_role_that_keeps_files_open_from_flow_to_flow():
    assert grown(soak(leaks="ingress")) == ["ingress files a flow"]


def test_of_few_rounds_nothing_is_said():
    assert all(each.gained is None for each in growths(soak(rounds=3)) if each.name.startswith("kit"))


def test_a_table_that_is_read_as_it_was_written(tmp_path):
    (tmp_path / TABLE).write_text("an earlier one")
    samples, table = soak(rounds=2), Table(tmp_path)
    for at in range(0, len(samples), 7):
        table.add(samples[at : at + 7])
    assert table.read() == samples
    rows = list(csv.DictReader((tmp_path / TABLE).read_text().splitlines()))
    assert len(rows) == len(samples)
    assert (rows[0]["role"], rows[0]["files"], rows[0]["when"]) == ("kit", "20", FLOW)


def test_a_plot(tmp_path):
    draw(soak(rounds=2), tmp_path, "20 flows")
    drawn = (tmp_path / PICTURE).read_text()
    assert drawn.count("<polyline") == 3 * 3 + 2 + 2
    assert "20 flows" in drawn

from __future__ import annotations

import pytest

from hopcheck.flow import Processes, Sighting, judge

HEAD = [1, 2, 3, 4, 5, 6, 11, 12, 13]


@pytest.mark.parametrize(
    ("outcome", "arrows", "words"),
    [
        (
            "complete",
            [3, 5],
            "arrow 5 Playbook Dispatcher ->> Cloud Connector: execute playbook request (line 33) came "
            "before arrow 4 Remediations API ->> Playbook Dispatcher: execute playbook request (line 32)",
        ),
        ("complete", [3, 4, 4], "happened already at #2, and the diagram has it once"),
        ("complete", [26], "has no transfer of its own"),
        ("busy", [*HEAD, 14], "does not happen in a run whose outcome is 'busy'"),
        ("complete", [*HEAD, 14, 15, 16, 22, 23, 24, 25, 17], "came after arrow 25"),
        ("complete", [*HEAD, 18], "is out of turn in 'Event Data Upload' with key None, where arrow 17"),
        ("complete", [*HEAD, 17, 18, 18], "and it was already seen at #11"),
        ("complete", [3, 7, 8, 9, 10, 10], "where nothing more may come next, and it was already seen at #5"),
        ("failed", [*HEAD, 14, 15, 16, 24, 22], "came after arrow 24"),
    ],
)
def test_reasons_name_the_lines(flow, order, outcome, arrows, words):
    verdict = judge(Processes(flow, order), outcome, [Sighting(seq, arrow) for seq, arrow in enumerate(arrows, 1)])
    assert words in verdict.forbidden.reason
    assert f"(line {verdict.forbidden.line})" in verdict.forbidden.reason

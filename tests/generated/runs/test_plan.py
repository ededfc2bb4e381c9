import orjson
import pytest

from hopcheck.generated.runs.moment import hold, moment
from hopcheck.generated.runs.plan import KINDS, Act, Plan, Tale, read
from hopcheck.topology.story import BUSY

PLAN = Plan("7", (Tale("complete", 2, 9, (Act("cancel", moment("17#1")),), (hold("21#1 until 13.end#1"),)),))


def test_read_as_written(tmp_path):
    file = tmp_path / "plan.json"
    PLAN.write(file)
    assert read(file) == PLAN
    assert orjson.loads(file.read_bytes())["tales"][0]["holds"] == ["21#1 until 13.end#1"]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("[]", "no plan"),
        ('{"seed": "7"}', "no plan"),
        ('{"seed": "7", "tales": [{"kind": "odd"}]}', "no kind of story 'odd'"),
        ('{"seed": "7", "tales": [{"kind": "complete", "acts": ["cancel"]}]}', "no act"),
        ('{"seed": "7", "tales": [], "more": 1}', "no plan"),
    ],
)
def test_what_is_no_plan(tmp_path, content: str, wrong: str):
    (tmp_path / "plan.json").write_text(content)
    with pytest.raises(ValueError, match=wrong):
        read(tmp_path / "plan.json")


def test_a_story_of_each_kind():
    stories = {kind: Tale(kind, 2).story("called so") for kind in KINDS}
    assert {story.label for story in stories.values()} == {"called so"}
    assert stories["busy"].outcome == BUSY.outcome
    assert stories["busy"].during_another
    assert [system.connected for system in stories["mixed"].cast(2)] == [True, False]
    assert [system.uploads for system in stories["fleet"].cast(2)] == [2, 3]
    assert stories["complete"].uploads == 2


def test_a_restart_is_declared_with_its_story():
    act = Act("restart ingress", moment("17#1"))
    story = Tale("complete", 2, acts=(act,)).story("called so")
    assert (story.outcome, story.fault) == ("disturbed", "restart ingress")
    assert {system.outcome for system in Tale("fleet", 2, acts=(act,)).story("so").cast(2)} == {"disturbed"}
    assert Tale("complete", 2, acts=(Act("cancel", moment("17#1")),)).story("so").fault == ""

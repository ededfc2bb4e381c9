from checks_scenes import complete
from checks_world import PLAN


def test_passes_by_request_id(told):
    run = told(complete()).attribution.runs[0]
    assert [len(each.asks) for each in run.passes] == [2, 2, 2]
    assert len({each.key for each in run.passes}) == 3
    assert run.last_shown["status"] == "success"


def test_passes_by_nesting_where_no_id_is_forwarded(told):
    world = complete()
    for tag in ("8:p1", "8h:p1"):
        headers = [h for h in world.draft(tag).attrs["headers"] if h[0] != "x-rh-insights-request-id"]
        world.bend(tag, headers=headers)
    assert len(told(world).attribution.runs[0].passes[0].asks) == 2


def test_question_without_a_pass_is_nobodys(judged):
    world = complete().repeat("8:p1", "odd", before="closed", exchange="odd", headers=[["host", "h"]])
    assert ("unmapped", world.seq("odd")) in [(f.kind, f.event) for f in judged(world).findings]


def test_run_lists_are_background(judged):
    world = complete()
    late = complete().only(lambda tag: tag in ("7:p3", "8:p3", "9:p3", "10:p3"))
    path = f"/api/remediations/v1/remediations/{PLAN}/playbook_runs"
    late.bend("7:p3", attrs={"path": path, "target": path})
    late.body("10:p3", lambda b: {"meta": {"count": 1, "total": 1}, "data": [b]})
    verdict = judged(world.insert(late.other({"rid-p3": "rid-px"}, "'"), before="closed"))
    assert verdict.findings == ()

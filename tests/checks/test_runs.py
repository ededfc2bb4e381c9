from checks_scenes import busy, complete, two_hosts
from checks_world import CORRELATION, DISPATCHER_RUN, HOST, MESSAGE, PLAN, RUN


def test_run_is_followed_to_the_worker(told):
    read = told(complete()).attribution
    assert (read.runs[0].plan, read.runs[0].run_id) == (PLAN, RUN)
    (instance,) = read.instances
    assert (instance.host, instance.correlation_id, instance.message_id) == (HOST, CORRELATION, MESSAGE)
    assert instance.result == {"code": 201, "id": DISPATCHER_RUN}
    assert [
        len(x)
        for x in (
            instance.messages,
            instance.published,
            instance.delivered,
            instance.gets,
            instance.handovers,
            instance.begins,
            instance.ends,
        )
    ] == [1] * 7


def test_label_will_do_where_the_answer_was_lost(told):
    assert told(complete().without("3/answer")).attribution.runs[0].run_id == RUN


def test_one_url_is_fetched_in_order(told):
    first, second = told(busy()).attribution.instances
    assert first.gets[0].asked.seq < second.gets[0].asked.seq
    assert (len(first.gets), len(second.gets)) == (1, 1)
    assert second.expectation.label == "the late run"


def test_one_fetch_too_many_is_the_last_ones(told):
    world = complete().repeat("11", "again", before="13", exchange="again")
    assert len(told(world).attribution.instances[0].gets) == 2


def test_foreign_certificate_has_no_part_in_it(told):
    world = complete().bend("11", tls={"version": "1.3", "client_cn": "somebody"}, host="somebody")
    assert told(world).attribution.instances[0].gets == []


def test_hosts_are_kept_apart(told):
    instances = told(two_hosts()).attribution.instances
    assert [len(each.messages) for each in instances] == [1, 1]
    assert [[u.key for u in each.uploads] for each in instances] == [["u1", "u2"], ["u-b"]]
    assert [[t.key for t in each.tarballs] for each in instances] == [["tar"], ["tar-b"]]


def test_message_with_another_payload_is_still_the_runs(told):
    world = complete().body("5", lambda b: b.update(payload="https://else/"))
    assert len(told(world).attribution.instances[0].messages) == 1

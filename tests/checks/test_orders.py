from __future__ import annotations

import pytest
from checks_scenes import complete, recipients
from checks_world import CORRELATION, DISPATCHER_RUN, HOST, ORG, URL, World, request, response

from hopcheck.checks.orders import cancels, correlation_id, read_orders

DISPATCH, CONNECTOR = "hopcheck>playbook-dispatcher", "playbook-dispatcher>cloud-connector"
ITEM = {"recipient": HOST, "org_id": ORG, "principal": "q", "url": URL, "name": "n"}
CREATED = {"code": 201, "id": DISPATCHER_RUN}


def message(host=HOST, payload=URL, exchange="m", **metadata):
    body = {"directive": "rhc-worker-playbook", "payload": payload, "metadata": metadata}
    path = f"/api/cloud-connector/v2/connections/{host}/message"
    return request(CONNECTOR, "POST", path, exchange, body=body)


def asked_by_the_kit(items, results, *messages, status=207):
    world, ask = World(), request(DISPATCH, "POST", "/internal/v2/dispatch", "own", body=items)
    world.add("own", ask)
    for each in messages:
        world.add(each.exchange, each)
        world.add(f"{each.exchange}/answer", response(each, 201, {"id": CORRELATION}))
    return world.add("own/answer", response(ask, status, results))


def test_the_flow_has_an_order_for_each_item(told):
    [order] = read_orders(told(complete()))
    assert (order.host, order.run_id, order.correlation_id, order.satellite) == (
        HOST,
        DISPATCHER_RUN,
        CORRELATION,
        False,
    )
    assert [each.status for each in order.messages] == [201]


def test_messages_go_to_the_item_of_their_recipient_and_url(told):
    other = {**ITEM, "url": "https://other", "recipient_config": {"sat_id": "s", "sat_org_id": "1"}}
    stranger = {**ITEM, "recipient": "stranger"}
    world = asked_by_the_kit(
        [ITEM, other, stranger],
        [CREATED, {"code": 500}],
        message(payload="https://other", exchange="a", correlation_id="1"),
        message(exchange="b", crc_dispatcher_correlation_id="2"),
        message(exchange="c", crc_dispatcher_correlation_id="2"),
        message("nobody", exchange="d"),
    )
    orders = read_orders(told(world))
    assert [order.satellite for order in orders] == [False, True, False]
    assert [order.correlation_id for order in orders] == ["2", "1", None]
    assert [len(order.messages) for order in orders] == [2, 1, 0]
    assert [order.result for order in orders] == [CREATED, {"code": 500}, None]


def test_what_was_sent_before_and_after_is_not_an_orders(told):
    world = asked_by_the_kit([ITEM], [CREATED])
    world.insert(World([("early", message(exchange="early"))]), before="own").add("late", message(exchange="late"))
    assert [order.messages for order in read_orders(told(world))] == [[]]


@pytest.mark.parametrize(("items", "status"), [([ITEM], 400), ({}, 207)])
def test_a_batch_that_was_refused_has_no_orders(told, items, status):
    assert read_orders(told(asked_by_the_kit(items, {"message": "no"}, status=status))) == []


def test_messages_say_whose_they_are_and_whether_they_cancel(told):
    world = asked_by_the_kit([ITEM], [CREATED], message(operation="cancel", correlation_id="7"))
    [sent] = read_orders(told(world))[0].messages
    assert (correlation_id(sent), cancels(sent)) == ("7", True)


@pytest.mark.parametrize(
    ("clause", "results", "messages"),
    [
        ("SRV-009", [CREATED, CREATED], [message()]),
        ("SRV-010", [{"code": 500}], [message()]),
        ("SRV-020", [CREATED], [message("nobody")]),
        ("SRV-022", [CREATED], [message()]),
        ("SRV-023", [CREATED], [message(payload="https://other")]),
        ("SRV-027", [CREATED], [message(), message(exchange="again")]),
    ],
)
def test_the_kits_orders_are_judged_like_any(state, clause, results, messages):
    assert state(asked_by_the_kit([ITEM], results, *messages), clause) == "fail"


def test_two_orders_share_no_correlation_id(state):
    first, second = (message(exchange=name, crc_dispatcher_correlation_id="1") for name in "ab")
    world = asked_by_the_kit([ITEM], [CREATED], first)
    assert state(world, "SRV-016") == "pass"
    ask = request(DISPATCH, "POST", "/internal/v2/dispatch", "other", body=[ITEM])
    world.add("other", ask).add("b", second).add("other/answer", response(ask, 207, [CREATED]))
    assert state(world, "SRV-016") == "fail"


def test_unrelated_status_requests_are_no_orders(told):
    world = World()
    recipients(world, "before", "rid")
    assert read_orders(told(world)) == []

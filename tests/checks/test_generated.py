import pytest
from checks_scenes import complete, data_message
from checks_world import HOST, World, kit, publish, request, response

from hopcheck.checks.generated import MARK, PROBE, WRONG

PATH = f"/api/cloud-connector/v2/connections/{HOST}/message"


def asked(header, path="/api/cloud-connector/nothing", method="TRACE", **body):
    ask = request("hopcheck>cloud-connector", method, path, "xg", **{header.replace("-", "_"): "case 1"}, **body)
    return World().add("ask", ask).add("ask/answer", response(ask, 405, "", content_type="text/plain"))


def unmapped(judged, world):
    return [f for f in judged(world).findings if f.kind == "unmapped"]


@pytest.mark.parametrize(("header", "mapped"), [(MARK, True), (PROBE, True), ("x-other", False)])
def test_what_is_generated_may_ask_for_anything(judged, header, mapped):
    assert (unmapped(judged, complete().insert(asked(header), before="closed")) == []) is mapped


def told(mark):
    attrs = {"role": "cloud-connector", "contract": "openapi/cloud-connector.yaml#x", "expected": "e", "got": "g"}
    return World().add("wrong", kit(WRONG, request="curl -X TRACE", mark=mark, level="MUST", **attrs))


def test_what_was_found_is_a_finding_at_its_request(judged):
    world = complete().insert(asked(MARK), before="closed").insert(told("case 1"), before="closed")
    [finding] = judged(world).findings
    assert (finding.kind, finding.role, finding.event) == ("breach", "cloud-connector", world.seq("ask"))
    assert finding.contract == "openapi/cloud-connector.yaml#x"
    assert finding.got == "g\nagain: curl -X TRACE"


@pytest.mark.parametrize(("content", "owed"), [(7, True), (8, False)])
def test_the_connector_passes_on_what_it_was_asked(judged, content, owed):
    body = {"directive": "rhc-worker-playbook", "payload": 7}
    sent = publish("connector", "cloud-connector", "broker", "data/in", {**data_message(), "content": content}, 7)
    world = complete().insert(asked(MARK, PATH, "POST", body=body).add("sent", sent), before="closed")
    breaches = [f for f in judged(world).findings if f.kind == "breach" and f.event == world.seq("sent")]
    assert (breaches == []) is owed

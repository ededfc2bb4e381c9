import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from hopcheck.topology.containers import places
from hopcheck.topology.identity import Identity
from hopcheck.topology.pki import Authority
from hopcheck.topology.visit import CERTIFICATES, asks_for_workers, shows
from hopcheck.trace import Event, Payload

WEB = Identity.new("web")


@pytest.fixture
def ground(tmp_path):
    taps = SimpleNamespace(mqtt_passthrough=1, mqtt_visitors=2, rhc_ingress=3)
    plan = SimpleNamespace(site=SimpleNamespace(name="platform"), taps=taps)
    return SimpleNamespace(plan=plan, authority=Authority(tmp_path / "pki"), directory=tmp_path)


class Machine:
    def __init__(self):
        self.files, self.ran = {}, []

    async def put(self, files):
        self.files |= {file.path: file for file in files}

    async def run(self, *argv, **how):
        self.ran.append((argv, how))
        return "said"


@pytest.fixture
def host():
    return SimpleNamespace(identity=WEB, machine=Machine())


def leaf(pair):
    return x509.load_pem_x509_certificates(pair.cert.read_bytes())[0]


def name(certificate):
    return certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value


def test_each_certificate_is_wrong_in_one_way(ground):
    own = x509.load_pem_x509_certificates(ground.authority.bundle.read_bytes())[0]
    made = {kind: leaf(make(ground, WEB.client_id)) for kind, make in CERTIFICATES.items()}
    now = datetime.now(UTC)

    def wrong(certificate):
        try:
            certificate.verify_directly_issued_by(own)
        except (ValueError, InvalidSignature):
            yield "authority"
        if certificate.not_valid_after_utc < now:
            yield "time"
        if name(certificate) != WEB.client_id:
            yield "name"

    assert {kind: [*wrong(certificate)] for kind, certificate in made.items()} == {
        "its own": [],
        "expired": ["time"],
        "of a foreign authority": ["authority"],
        "in another system's name": ["name"],
    }


async def test_the_visitor_shows_it_at_every_door_and_the_system_speaks_after_it(host, ground):
    assert await shows("its own").act(host, ground) == "said"
    (visitor, _), (after, _) = host.machine.ran
    told = json.loads(visitor[-1])
    assert visitor[:2] == (places.PYTHON, f"{places.LIBEXEC}/visitor.py")
    assert (told["name"], told["mqtt"], told["https"]) == ("platform", [1, 2], 3)
    assert told["topic"] == f"redhat/insights/{WEB.client_id}/control/out"
    assert told["client_id"] != WEB.client_id
    assert {told["cert"], told["key"]} == set(host.machine.files)
    assert host.machine.files[told["key"]].mode == 0o600
    assert json.loads(told["message"])["content"] == "pong"
    assert "canonical-facts.json" in after[-1]


async def test_somebody_asks_as_the_user_it_is(host, ground):
    await asks_for_workers("nobody").act(host, ground)
    [(argv, how)] = host.machine.ran
    assert (argv[0], argv[-1], how) == ("busctl", "ListWorkers", {"user": "nobody", "check": False})


def event(op, tap="", edge="", target="", body=None, **attrs):
    payload = None if body is None else Payload(body)
    return Event(1, 1, 1, "", tap, edge, "mqtt", op, "a", target, None, WEB.client_id, attrs, payload)


STATUS = b'{"type": "connection-status"}'


@pytest.mark.parametrize(
    ("answer", "good", "bad"),
    [
        ("the broker's answer", event("closed", "mqtt:passthrough"), event("closed", "mqtt:visitors")),
        ("what the broker takes", event("refused", "mqtt:visitors"), event("PUBLISH", "mqtt:visitors")),
        (
            "the system's own word after it",
            event("PUBLISH", target="cloud-connector", body=STATUS),
            event("PUBLISH", target="broker", body=STATUS),
        ),
        ("the gateway's answer", event("response", edge="rhc>ingress"), event("request", edge="rhc>ingress")),
    ],
)
def test_what_a_visit_is_over_with(answer, good, bad):
    over = shows("its own").over[answer]
    assert over(good)
    assert not over(bad)


def test_a_message_that_is_no_object_is_nobodys_word():
    over = shows("its own").over["the system's own word after it"]
    assert not over(event("PUBLISH", target="cloud-connector", body=b"[1]"))
    assert not over(event("PUBLISH", target="cloud-connector"))


def test_return_and_error_both_answer():
    over = asks_for_workers("root").over["an answer"]
    assert [over(event(op, member="ListWorkers")) for op in ("return", "error", "call")] == [True, True, False]
    assert not over(event("return", member="Get"))

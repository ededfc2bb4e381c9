from base64 import b64encode

import orjson
import pytest

from hopcheck.trace import Redactor
from hopcheck.trace.redaction import HEADER_LIMIT, HEADERS

IDENTITY = b64encode(orjson.dumps({"identity": {"org_id": "1"}})).decode()
PRESIGNED = "http://s3:9000/bucket/key?X-Amz-Expires=86400&X-Amz-Signature=cafe"


@pytest.fixture
def redactor():
    return Redactor(b"run key", ["a-secret-psk"])


def test_equal_values_stay_equal_within_a_run_only(redactor):
    assert redactor.digest("x") == redactor.digest("x") != redactor.digest("y")
    assert Redactor(b"another run").digest("x") != redactor.digest("x")


def test_identity_keeps_its_structure(redactor):
    [[_, shown]] = redactor.headers([["x-rh-identity", IDENTITY]])
    assert shown == {"digest": redactor.digest(IDENTITY), "decoded": {"identity": {"org_id": "1"}}}


def test_an_undecodable_identity_is_still_hidden(redactor):
    [[_, shown]] = redactor.headers([["x-rh-identity", "%%%"]])
    assert shown == {"digest": redactor.digest("%%%"), "decoded": None}


def test_authorization_keeps_its_scheme(redactor):
    assert redactor.headers([["authorization", "PSK abc"]]) == [["authorization", f"PSK {redactor.digest('abc')}"]]


def test_presigned_url_is_the_same_in_payload_and_request(redactor):
    payload = redactor.payload(orjson.dumps({"url": PRESIGNED, "b64_identity": IDENTITY}))
    target = redactor.attrs({"target": "/bucket/key?" + PRESIGNED.partition("?")[2]})["target"]
    assert orjson.loads(payload)["url"] == "http://s3:9000" + target
    assert b"cafe" not in payload


@pytest.mark.parametrize("name", ["b64_identity", "x-rh-identity"])
def test_an_identity_in_a_payload_is_decoded(redactor, name):
    shown = orjson.loads(redactor.payload(orjson.dumps({name: IDENTITY})))
    assert shown == {name: redactor.identity(IDENTITY)}


def test_presigned_query_shows_lifetime_only(redactor):
    query = [["X-Amz-Expires", "86400"], ["X-Amz-Signature", "cafe"], ["X-Amz-Credential", "id"]]
    shown = dict(redactor.attrs({"query": query})["query"])
    assert shown["X-Amz-Expires"] == "86400"
    assert shown["X-Amz-Signature"] == redactor.digest("cafe")
    assert shown["X-Amz-Credential"] == redactor.digest("id")


@pytest.mark.parametrize("payload", [b'{"deep":["a-secret-psk!"]}', b"plain a-secret-psk text"])
def test_known_secrets_appear_nowhere(redactor, payload):
    shown = redactor.payload(payload)
    assert b"a-secret-psk" not in shown
    assert redactor.digest("a-secret-psk").encode() in shown


def test_passwords_are_hidden_by_name(redactor):
    assert redactor.attrs({"password": "x"})["password"] == redactor.digest("x")


def test_private_keys_are_hidden(redactor):
    shown = redactor.payload(b"a\n-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\nb")
    assert b"MII" not in shown
    assert shown.startswith(b"a\n")


def test_what_has_no_secret_keeps_its_bytes(redactor):
    payload = b'{ "b" : 1,  "a": 2 }\xff'
    assert redactor.payload(payload) is payload


def test_the_shortest_secret_is_hidden_where_it_stands_alone():
    redactor = Redactor(b"key", ["12345678"])
    assert redactor.attrs({"note": "12345678"})["note"] == redactor.digest("12345678")


def test_a_known_identity_is_told_the_same_way(redactor):
    value = b64encode(b'{"identity":{"org_id":"1"}}').decode()
    first, second = redactor.identity(value), redactor.identity(value)
    assert first == second == {"digest": redactor.digest(value), "decoded": {"identity": {"org_id": "1"}}}
    assert redactor.identity(value + "\n") != first


def test_a_known_header_is_told_the_same_way(redactor):
    pairs = [("authorization", "PSK abc"), ("x-note", "has a-secret-psk"), ("key", "plain")]
    told = redactor.headers(pairs)
    assert redactor.headers([list(pair) for pair in pairs]) == told
    assert [value for _, value in told] == [
        f"PSK {redactor.digest('abc')}", f"has {redactor.digest('a-secret-psk')}", "plain",
    ]  # fmt: skip


def test_few_headers_are_remembered(redactor):
    for number in range(3 * HEADERS):
        redactor.headers([("n", str(number)), ("long", "x" * (HEADER_LIMIT + 1 + number % 2))])
    assert 0 < len(redactor._headers) <= HEADERS
    assert not any(name == "long" for name, _ in redactor._headers)


@pytest.mark.parametrize("value", [None, True, 0, 7, "GET", [], {"psk": None}])
def test_what_cannot_be_secret_stays(redactor, value):
    assert redactor.attrs({"a": value})["a"] == value


def test_short_values_are_hidden_by_name_too(redactor):
    shown = redactor.attrs({"psk": "x", "b64_identity": "e30=", "deep": {"token": "y"}, "key": "a-key"})
    assert shown == {
        "psk": redactor.digest("x"), "b64_identity": redactor.identity("e30="), "deep": {"token": redactor.digest("y")},
        "key": "a-key",
    }  # fmt: skip


@pytest.mark.parametrize(
    "payload",
    [
        f'{{"b64_identity": "{IDENTITY}", "more": "'.encode(),
        f'{{"b64_identity":"{IDENTITY}","deep":{"[" * 300}{"]" * 300}}}'.encode(),
        f'{{"x-rh-identity":"{IDENTITY}"}} '.encode() + b"\xff",
    ],
)
def test_an_identity_leaves_no_payload_that_cannot_be_read(redactor, payload):
    shown = redactor.payload(payload)
    assert IDENTITY.encode() not in shown
    assert shown == payload.replace(IDENTITY.encode(), redactor.digest(IDENTITY).encode())


def test_an_identity_that_is_nested_too_deep_is_hidden(redactor):
    value = b64encode(b"[" * 900 + b"]" * 900).decode()
    assert redactor.identity(value) == {"digest": redactor.digest(value), "decoded": None}

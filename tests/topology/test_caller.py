import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hopcheck.checks.cases import Case
from hopcheck.topology.caller import Caller, as_system, as_user, body_of, filled


def test_values_are_filled_in_at_any_depth():
    node = {"a": ["${org}", {"b": "x ${org} y"}], "c": 1}
    assert filled(node, {"org": "7"}) == {"a": ["7", {"b": "x 7 y"}], "c": 1}
    with pytest.raises(KeyError):
        filled("${nobody}", {})


@pytest.mark.parametrize(
    ("request_", "value"),
    [
        ({"json": [{"a": 1}]}, [{"a": 1}]),
        ({"json": [{"a": 1}], "times": 3}, [{"a": 1}] * 3),
        ({"json": [{"a": 1, "b": 2}], "without": "a"}, [{"b": 2}]),
        ({"json": {"hosts": ["x"]}, "times": 2}, {"hosts": ["x", "x"]}),
        ({"json": {"a": 1}}, {"a": 1}),
    ],
)
def test_json_bodies(request_, value):
    before = json.dumps(request_)
    body, kind = body_of(request_)
    assert json.loads(body) == value
    assert kind == "application/json"
    assert json.dumps(request_) == before


def test_other_bodies():
    assert body_of({}) == (None, None)
    assert body_of({"text": "{"}) == (b"{", None)
    body, kind = body_of({"parts": {"file": ["events", "text/plain"]}})
    assert kind.startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="events"' in body
    assert b"Content-Type: text/plain" in body
    body, _ = body_of({"parts": {"file": ["events", "text/plain", b"\x00\r\n"], "metadata": ["", "a/b", "{}"]}})
    assert b"\r\n\r\n\x00\r\n\r\n--" in body
    assert body.count(b"Content-Disposition") == 2
    body, _ = body_of({"parts": {"metadata": [None, "a/b", "{}"]}})
    assert b'name="metadata"\r\n' in body, "no file name, no file"


@pytest.mark.parametrize(
    ("header", "kind", "own"),
    [(as_user("7", "1", "quinn"), "User", "user"), (as_system("7", "1", "abc"), "System", "system")],
)
def test_identities(header, kind, own):
    whole = json.loads(base64.b64decode(header))["identity"]
    assert (whole["type"], whole["org_id"], whole["internal"]["org_id"]) == (kind, "7", "7")
    assert own in whole


def case(path):
    return Case(
        "a case", "ingress", (), {"method": "POST", "path": path, "json": {"id": "${request}"}}, 200, None, None, ""
    )


def test_a_case_is_sent_with_its_name():
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            seen.append((self.path, self.headers["x-hopcheck-case"], self.headers["content-type"], json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        caller = Caller({"ingress": server.server_port}, 5)
        caller.ask(case("/${who}"), {"who": "me"})
        caller.ask(case("/${who}"), {"who": "me"})
        server.shutdown()
        thread.join()
    assert [each[:3] for each in seen] == [("/me", "a case", "application/json")] * 2
    assert seen[0][3] != seen[1][3], "each request has an id of its own"


def test_nobody_there_is_an_error():
    with pytest.raises(OSError, match="refused"):
        Caller({"ingress": 1}, 1).ask(case("/"), {})

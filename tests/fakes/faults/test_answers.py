import pytest

from fakes.faults._answers import Otherwise


def answer(status, environ):
    said = []

    def app(environ, start_response):
        start_response(status, [("a", "b")])
        return [b"body"]

    body = Otherwise(app)(environ, lambda line, headers: said.append((line, headers)))
    return said[0][0], said[0][1], b"".join(body)


@pytest.mark.parametrize(
    ("status", "other"), [("200 OK", "400 Bad Request"), ("207 Multi-Status", "400 Bad Request"), ("404 No", "200 OK")]
)
def test_a_case_is_answered_with_the_contrary(status, other):
    assert answer(status, {"HTTP_X_HOPCHECK_CASE": "x"}) == (other, [("a", "b")], b"body")


def test_nobody_else_is():
    assert answer("404 No", {}) == ("404 No", [("a", "b")], b"body")

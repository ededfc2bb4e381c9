from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from hopcheck.checks.contracts.documents import Documents
from hopcheck.generated.book import Book, BookError
from hopcheck.home import CONTRACTS

EXCUSE = {
    "check": "ignored_auth",
    "contract": "openapi/a.yaml",
    "status": 400,
    "answer": "^Bad Request: ",
    "why": "so it is",
    "source": "ING-02",
}


def book(folder: Path, *excuses: object) -> Book:
    tree = {"targets": {"openapi/a.yaml": {"role": "ingress"}}, "names": {}, "excused": list(excuses)}
    (folder / "generated.yaml").write_text(yaml.safe_dump(tree))
    return Book.load(folder)


def test_every_rest_contract_but_the_gateways_own_is_put_to_somebody() -> None:
    found = {target.contract for target in Book.load(CONTRACTS).targets}
    assert {name for name in Documents(CONTRACTS).trees if name.startswith("openapi/")} - found == {
        "openapi/gateway.yaml"
    }


def test_an_excuse_names_operations_that_there_are_and_its_source() -> None:
    documents = Documents(CONTRACTS)
    for each in Book.load(CONTRACTS).excuses:
        items = documents.tree(each.contract)["paths"].values()
        known = {
            node["operationId"]
            for item in items
            for node in item.values()
            if isinstance(node, dict) and "operationId" in node
        }
        assert each.operations <= known, each
        assert each.why
        assert each.source


@pytest.mark.parametrize(
    ("changed", "covered"),
    [
        ({}, True),
        ({"status": 200}, False),
        ({"answer": "<html>"}, False),
        ({"check": "not_a_server_error"}, False),
        ({"operation": "other"}, True),
        ({"contract": "openapi/b.yaml"}, False),
    ],
)
def test_an_excuse_covers_nothing_else(tmp_path: Path, changed: dict[str, object], covered: bool) -> None:
    asked = {"check": "ignored_auth", "contract": "openapi/a.yaml", "operation": "upload", "status": 400}
    asked |= {"answer": "Bad Request: no identity", "request": "http://x/"} | changed
    assert (book(tmp_path, EXCUSE).excuse(**asked) == 0) is covered  # type: ignore[arg-type]


def test_an_excuse_may_be_narrower(tmp_path: Path) -> None:
    found = book(tmp_path, EXCUSE | {"operations": ["upload"], "request": "identity"})
    answer = ("ignored_auth", "openapi/a.yaml", "upload", 400, "Bad Request: ")
    assert found.excuse(*answer, "with identity") == 0
    assert found.excuse(*answer, "without") is None
    assert found.excuse("ignored_auth", "openapi/a.yaml", "version", 400, "Bad Request: ", "identity") is None


@pytest.mark.parametrize("wrong", [EXCUSE | {"contract": "openapi/b.yaml"}, {"check": "ignored_auth"}])
def test_what_is_wrong_is_told(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(BookError):
        book(tmp_path, wrong)

"""Wrong ways of Cloud Connector with requests: who may ask, what is refused and how, and what is told of hosts."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from fakes.cloud_connector import app, auth, body, connector, envelope, paging, v1, v2
from fakes.cloud_connector.connections import Connections
from fakes.cloud_connector.errors import ApiError
from fakes.cloud_connector.topic import DATA
from fakes.faults.seam import around, put
from fakes.identity import BadIdentity


def calls_strangers_gone() -> None:
    """The 404 for an unknown host says that it is gone."""

    @around(v2, "reachable")
    def _(reachable: Any, *arguments: Any) -> Any:
        try:
            return reachable(*arguments)
        except ApiError as error:
            raise ApiError(error.status, "The host is gone") from error


def publishes_to_strangers() -> None:
    """A message for an unknown host is published before the 404."""

    @around(v2, "reachable")
    def _(reachable: Any, running: Any, org_id: str, client_id: str) -> Any:
        try:
            return reachable(running, org_id, client_id)
        except ApiError:
            connector.publish(running, client_id, DATA, envelope.data_message("example", None, None))
            raise


def finds_hosts_of_other_orgs() -> None:
    """A host is found for every org."""

    @around(Connections, "find")
    def _(_find: Any, table: Any, _org_id: str, client_id: str, **_relaxed: bool) -> Any:
        return table.get(client_id)


def takes_blank_directives() -> None:
    """A directive of spaces is as good as any."""
    put(v2, "check_directive", lambda _: None)


def takes_messages_of_any_size() -> None:
    """A body has no limit."""
    put(body, "LIMIT", 1 << 30)
    put(app, "LIMIT", 1 << 30)


def heeds_the_first_of_two_values() -> None:
    """What follows the first JSON value is no matter."""

    @around(body, "first_value")
    def _(first_value: Any, sent: bytes) -> Any:
        return first_value(sent)[0], ""


def tells_codes_of_errors() -> None:
    """An error has a code besides."""

    @around(ApiError, "document")
    def _(document: Any, error: ApiError) -> Any:
        return document(error) | {"code": "CC-1"}


def refuses_in_json() -> None:
    """The 401 is JSON."""

    @around(app, "text")
    def _(text: Any, content: str, status: int = 200) -> Response:
        answer: Response = text(content, status)
        if status == 401:
            answer.set_data(json.dumps({"title": content.strip()}))
            answer.content_type = app.JSON
        return answer


def needs_no_tenant() -> None:
    """A pre-shared key is enough without the tenant that the caller speaks for."""
    _lets_pass(lambda headers, tenant: headers | {tenant: headers.get(tenant) or "0"})


def prefers_keys() -> None:
    """Where there is a pre-shared key, an identity is no matter."""
    _lets_pass(lambda headers, _: {k: v for k, v in headers.items() if auth.PSK not in headers or k != "x-rh-identity"})


def _lets_pass(heeded: Any) -> None:
    @around(app, "authenticate")
    def _(authenticate: Any, headers: Any, credentials: Any, tenant: str) -> Any:
        return authenticate(heeded(headers, tenant), credentials, tenant)


def takes_bad_identities_for_strangers() -> None:
    """An identity that cannot be read is answered 401."""

    @around(auth, "read_identity")
    def _(read_identity: Any, sent: str) -> Any:
        try:
            return read_identity(sent)
        except BadIdentity as error:
            raise auth.Unauthorized from error


def keeps_the_dispatchers_to_itself() -> None:
    """The status of a connected host has no dispatchers."""
    put(v2, "SHOWN", tuple(name for name in v2.SHOWN if name != "dispatchers"))


def names_strangers() -> None:
    """The status of an unknown host has its client id."""

    @around(v2, "status")
    def _(status: Any, running: Any, principal: Any, client_id: str) -> Any:
        answer = status(running, principal, client_id)
        answer.body.setdefault("client_id", client_id)
        return answer


def counts_the_page() -> None:
    """The count of a list is that of the page."""

    @around(paging, "paginated")
    def _(paginated: Any, path: str, page: Any, total: int, data: Any) -> Any:
        return paginated(path, page, total, data) | {"meta": {"count": len(data)}}


def links_to_a_page_before_the_first() -> None:
    """Every page has one before it."""

    @around(paging, "links")
    def _(links: Any, path: str, page: Any, total: int) -> Any:
        return links(path, page, total) | {"prev": f"{path}?limit={page.limit}&offset=0"}


def links_to_itself_by_host() -> None:
    """Links of a page are absolute."""

    @around(paging, "links")
    def _(links: Any, *arguments: Any) -> Any:
        return {name: f"https://localhost{link}" for name, link in links(*arguments).items()}


def heeds_no_account() -> None:
    """A caller may send for any account in version 1."""
    put(v1, "check_account", lambda *_: None)


def takes_everybody_for_an_associate() -> None:
    """Any identity will do for the administrative routes of version 1."""

    @around(app, "authenticate_associate")
    def _(_authenticate: Any, headers: Any, credentials: Any) -> Any:
        return auth.authenticate(headers, credentials, auth.ACCOUNT)


def pings_strangers() -> None:
    """A ping of an unknown host is answered as that of a connected one."""
    put(v1, "DISCONNECTED", {"status": "connected"})


def lets_strangers_reconnect() -> None:
    """A reconnect or disconnect of an unknown host is answered 404."""

    @around(v1, "known_node")
    def _(known_node: Any, *arguments: Any) -> Any:
        try:
            return known_node(*arguments)
        except ApiError as error:
            raise ApiError(404, error.title) from error

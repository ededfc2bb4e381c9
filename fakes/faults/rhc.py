"""Wrong ways to be rhc."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fakes.faults.seam import around, put
from fakes.rhc import connection_status, identity, paths
from fakes.rhc.content import ContentClient
from fakes.rhc.dispatcher import Dispatcher1
from fakes.rhc.session import Session
from fakes.rhc.workers import Workers
from fakes.rhc.yggdrasil1 import Yggdrasil1


def subscribes_with_qos_0() -> None:
    """Both topics are asked for with QoS 0."""

    @around(Session, "_make_client")
    def _(make: Any, *arguments: Any) -> Any:
        client = make(*arguments)
        subscribe = client.subscribe
        client.subscribe = lambda topic, qos: subscribe(topic, qos=0)
        return client


def retains_its_will() -> None:
    """The will is left with the retain flag."""

    @around(Session, "_make_client")
    def _(make: Any, session: Session, will: bytes, tls: Any) -> Any:
        client = make(session, will, tls)
        client.will_set(session.topics.control_out, will, qos=1, retain=True)
        return client


def leaves_a_will_that_says_online() -> None:
    """The will's state is online."""

    @around(connection_status, "will")
    def _(will: Any) -> Any:
        message = will()
        return message | {"content": message["content"] | {"state": "online"}}


def hides_the_hyphenated_worker() -> None:
    """connection-status lists the worker's name with underscores only."""

    @around(Workers, "dispatchers")
    def _(dispatchers: Any, workers: Workers) -> Any:
        return {name: features for name, features in dispatchers(workers).items() if "-" not in name}


def connects_under_another_id() -> None:
    """The client id is spelled otherwise than in the certificate."""

    @around(identity, "client_id")
    def _(client_id: Any, *arguments: Any) -> Any:
        return client_id(*arguments).upper()


def lists_no_workers() -> None:
    """connection-status has an empty map, whatever workers are there."""

    @around(Workers, "dispatchers")
    def _(*_: Any) -> Any:
        return {}


def fetches_as_somebody_else() -> None:
    """Requests name another user agent."""
    put(paths, "USER_AGENT", "curl/8.9.1")


def fetches_the_playbook_twice() -> None:
    """Content is fetched, then fetched again."""

    @around(ContentClient, "get")
    async def _(get: Any, client: ContentClient, url: str) -> Any:
        await get(client, url)
        return await get(client, url)


def alters_the_playbook() -> None:
    """A comment is put behind the playbook between download and Dispatch."""

    @around(Workers, "dispatch")
    async def _(dispatch: Any, workers: Workers, message: Any) -> None:
        await dispatch(workers, replace(message, content=message.content + b"# seen by rhc\n"))


def adds_metadata_to_dispatch() -> None:
    """Dispatch has a metadata entry that the message had not."""

    @around(Workers, "dispatch")
    async def _(dispatch: Any, workers: Workers, message: Any) -> None:
        await dispatch(workers, replace(message, metadata={**message.metadata, "host": "localhost"}))


def keeps_worker_events_to_itself() -> None:
    """Events of workers are not emitted again."""

    @around(Yggdrasil1, "rebroadcast")
    def _(*_: Any) -> None:
        return None


def posts_an_altered_body() -> None:
    """A blank comes into the first event between Transmit and POST."""

    @around(ContentClient, "post")
    async def _(post: Any, client: ContentClient, url: str, headers: Any, body: bytes) -> Any:
        return await post(client, url, headers, body.replace(b'{"event"', b'{ "event"', 1))


def returns_another_status() -> None:
    """Transmit returns 200 whatever the server answered."""

    @around(Dispatcher1, "_post")
    async def _(post: Any, *arguments: Any) -> Any:
        _, headers, body = await post(*arguments)
        return 200, headers, body


def returns_another_signature() -> None:
    """Transmit returns its status unsigned."""
    from dbus_fast.signature import get_signature_tree

    method = Dispatcher1.Transmit.__dict__["__DBUS_METHOD"]
    put(method, "out_signature", "ua{ss}ay")
    put(method, "out_signature_tree", get_signature_tree("ua{ss}ay"))

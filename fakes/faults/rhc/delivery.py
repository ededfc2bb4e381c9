"""Wrong ways to hand things over, between broker, workers and platform."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from fakes.faults._ends import dies
from fakes.faults.seam import around, put
from fakes.rhc import bus, envelope, paths
from fakes.rhc.content import ContentClient, TransferError
from fakes.rhc.daemon import Daemon
from fakes.rhc.dispatcher import Dispatch, Dispatcher1
from fakes.rhc.workers import Workers, scrub
from fakes.rhc.yggdrasil1 import Yggdrasil1


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


def hands_over_the_directive_as_it_came() -> None:
    """Dispatch has the directive with its hyphens."""

    @around(bus, "call")
    async def _(call: Any, *arguments: Any) -> Any:
        *where, body = arguments
        if "Dispatch" in where:
            body = [body[0].replace("_", "-"), *body[1:]]
        return await call(*where, body)


def asks_a_worker_with_hyphens() -> None:
    """What the worker wants is asked of a name with the directive's hyphens."""

    @around(Workers, "remote_content")
    async def _(_remote_content: Any, known: Workers, directive: str) -> bool:
        name, path, interface = known._address(directive)
        return bool(await bus.get(known._bus, name.replace("_", "-"), path, interface, "RemoteContent"))


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


def returns_no_headers() -> None:
    """Transmit returns status and body alone."""

    @around(Dispatcher1, "_post")
    async def _(post: Any, *arguments: Any) -> Any:
        status, _, body = await post(*arguments)
        return status, {}, body


def returns_another_signature() -> None:
    """Transmit returns its status unsigned."""
    from dbus_fast.signature import get_signature_tree

    method = Dispatcher1.Transmit.__dict__["__DBUS_METHOD"]
    put(method, "out_signature", "ua{ss}ay")
    put(method, "out_signature_tree", get_signature_tree("ua{ss}ay"))


def takes_numbers_for_text() -> None:
    """Numbers in metadata are spelled out, and the message is handed over."""

    @around(envelope, "_texts")
    def _(texts: Any, found: Any, name: str) -> Any:
        if name != "metadata" or name not in found:
            return texts(found, name)
        return {key: str(value) for key, value in (found[name].value or {}).items()}


def finds_somebody_for_everything() -> None:
    """What no worker is there for goes to the worker that came last."""

    @around(Dispatch, "deliver")
    async def _(deliver: Any, dispatch: Dispatch, message: Any) -> None:
        owners = dispatch._workers._owners
        known = message if scrub(message.directive) in owners else replace(message, directive=[*owners][-1])
        await deliver(dispatch, known)


def answers_for_nobody() -> None:
    """A message for a worker that is not there is answered that it is not."""

    @around(Daemon, "_received")
    def _(received: Any, host: Daemon, topic: str, payload: bytes) -> None:
        received(host, topic, payload)
        if topic == host._topics.data_in and scrub((asked := envelope.data(payload)).directive) not in (
            host._workers.dispatchers()
        ):
            answer = envelope.new("data", response_to=asked.message_id, directive="", metadata={}, content="nobody")
            host._start(host._publish_data(envelope.encode(answer)))


def fetches_where_it_is_told() -> None:
    """Content is fetched from the host of its URL, whatever data-host says."""
    _goes_where_it_is_told("GET")


def posts_where_it_is_told() -> None:
    """What workers transmit goes to the host of its URL, whatever data-host says."""
    _goes_where_it_is_told("POST")


def drops_what_it_could_not_have() -> None:
    """An error in answer to the playbook request ends the matter."""

    @around(ContentClient, "get")
    async def _(get: Any, client: ContentClient, url: str) -> Any:
        if (reply := await get(client, url)).status >= 400:
            raise TransferError(f"status {reply.status}")
        return reply


def takes_the_quotes_off() -> None:
    """Content that is a text is handed over without its quotes."""

    @around(Workers, "dispatch")
    async def _(dispatch: Any, known: Workers, message: Any) -> None:
        await dispatch(known, replace(message, content=message.content.strip(b'"')))


def lets_anybody_transmit() -> None:
    """Who owns no worker's name is taken for the playbook worker."""

    @around(Workers, "owned_by")
    def _(owned_by: Any, known: Workers, unique: str) -> str:
        return owned_by(known, unique) or "rhc_worker_playbook"


def posts_for_everybody() -> None:
    """What a worker without remote content transmits is posted too."""

    @around(Workers, "remote_content")
    async def _(remote_content: Any, known: Workers, directive: str) -> bool:
        await remote_content(known, directive)
        return True


def publishes_under_another_directive() -> None:
    """The directive on data/out is not the one that the worker gave."""

    @around(Dispatcher1, "_send")
    async def _(send: Any, dispatcher: Dispatcher1, addr: str, *rest: Any) -> Any:
        return await send(dispatcher, addr.replace("-", "_"), *rest)


def dies_at_a_message() -> None:
    """The first message with data ends the process."""
    put(Dispatch, "put", dies)


def _goes_where_it_is_told(method: str) -> None:
    @around(ContentClient, "_request")
    def _(request: Any, client: ContentClient, asked: str, *rest: Any) -> Any:
        if asked == method:
            client = copy.copy(client)
            client._data_host = ""
        return request(client, asked, *rest)

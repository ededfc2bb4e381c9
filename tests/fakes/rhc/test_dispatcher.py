from __future__ import annotations

import asyncio

import pytest

from fakes.rhc.content import Reply, TransferError
from fakes.rhc.dispatcher import Dispatch, content_url
from fakes.rhc.envelope import Data


class Workers:
    def __init__(self, remote):
        self.remote, self.got = remote, asyncio.Queue()

    async def remote_content(self, directive):
        return self.remote

    async def dispatch(self, message):
        self.got.put_nowait(message)


class Content:
    async def get(self, url):
        if url.endswith("gone"):
            raise TransferError("refused")
        return Reply(404, {}, b"from " + url.encode())


@pytest.mark.parametrize("content", [b'{"a":1}', b"1", b"", b'"'])
def test_only_a_json_string_is_a_url(content):
    with pytest.raises(ValueError, match=r"."):
        content_url(content)


async def test_one_bad_message_does_not_stop_the_line():
    workers = Workers(remote=True)
    dispatch = Dispatch(workers, Content())
    for content in (b"17", b'"http://h/gone"', b'"http://h/p"'):
        dispatch.put(Data("m", "r", "a-b", {}, content))
    run = asyncio.create_task(dispatch.run())
    assert await workers.got.get() == Data("m", "r", "a_b", {}, b"from http://h/p")
    run.cancel()
    assert workers.got.empty()

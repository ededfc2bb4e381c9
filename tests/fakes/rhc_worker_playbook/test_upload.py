from __future__ import annotations

import asyncio

import pytest

from fakes.rhc_worker_playbook import upload
from fakes.rhc_worker_playbook.request import Request
from fakes.rhc_worker_playbook.upload import UploadFailed, Uploads


def request(interval):
    return Request("m-1", "https://h/upload", "c-1", interval)


async def test_final_upload_is_all_and_once(ingress):
    uploads = Uploads(ingress.transmit, request(0))
    uploads.add({"n": 1})
    uploads.add({"n": "ü"})
    await uploads.finish()
    assert ingress.uploads == [[{"n": 1}, {"n": "ü"}]]
    ((addr, message_id, response_to, metadata),) = ingress.calls
    assert (addr, response_to, metadata) == ("https://h/upload", "m-1", {"Content-Type"})
    assert message_id not in ("", "m-1")


class Waiting:
    def __init__(self, inner, count):
        self.inner, self.count, self.enough = inner, count, asyncio.Event()

    async def transmit(self, *arguments):
        status = await self.inner.transmit(*arguments)
        if len(self.inner.uploads) == self.count:
            self.enough.set()
        return status


async def test_interval_uploads_are_cumulative_and_repeat(ingress):
    waiting = Waiting(ingress, 3)
    uploads = Uploads(waiting.transmit, request(0.01))
    uploads.add({"n": 1})
    assert ingress.uploads == []
    await waiting.enough.wait()
    uploads.add({"n": 2})
    await uploads.finish()
    assert ingress.uploads[:3] == [[{"n": 1}]] * 3
    assert ingress.uploads[-1] == [{"n": 1}, {"n": 2}]
    count = len(ingress.uploads)
    assert uploads._loop.done()
    assert len(ingress.uploads) == count


@pytest.mark.parametrize("failure", [500, UploadFailed("refused")])
async def test_failed_final_upload_is_only_logged(ingress, caplog, failure):
    ingress.status = failure

    async def transmit(*arguments):
        status = await ingress.transmit(*arguments)
        if isinstance(status, Exception):
            raise status
        return status

    uploads = Uploads(transmit, request(0))
    uploads.add({})
    await uploads.finish()
    assert len(ingress.uploads) == 1
    assert "cannot transmit events" in caplog.text


async def test_batches_do_not_overlap_and_are_tried_again(ingress, monkeypatch):
    monkeypatch.setattr(upload, "BATCH_TICK", 0.01)
    waiting = Waiting(ingress, 3)
    ingress.status = 500
    uploads = Uploads(waiting.transmit, request(60), batch=2)
    for number in range(3):
        uploads.add({"n": number})
    waiting_once = Waiting(ingress, 1)
    uploads._transmit = waiting_once.transmit
    await waiting_once.enough.wait()
    ingress.status = 201
    uploads._transmit = waiting.transmit
    await waiting.enough.wait()
    await uploads.finish()
    assert ingress.uploads == [[{"n": 0}, {"n": 1}]] * 2 + [[{"n": 2}], [{"n": 0}, {"n": 1}, {"n": 2}]]


async def test_abandoned_uploads_end(ingress):
    uploads = Uploads(ingress.transmit, request(0))
    uploads.abandon()
    with pytest.raises(asyncio.CancelledError):
        await uploads._loop
    assert ingress.uploads == []

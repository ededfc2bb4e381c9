from __future__ import annotations

import asyncio

from hopcheck.taps.http import HttpTap
from hopcheck.taps.http.admission import Admission, Denial
from hopcheck.taps.http.head import request_head


class Doorman:
    def admit(self, head, client_cn):
        if head.path == "/in":
            return Admission(request_head(b"GET /inside HTTP/1.1\r\n\r\n"), ("x-forged",))
        return Denial(401, "No", b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")


def test_any_gate_may_judge(store, origin, run):
    async def scenario():
        async with origin() as server:
            tap = HttpTap(store, edge="e", source="a", target="b", upstream=server.address, gateway=Doorman())
            reader, writer = await asyncio.open_connection("127.0.0.1", await tap.start())
            writer.write(b"GET /in HTTP/1.1\r\n\r\nGET /out HTTP/1.1\r\n\r\n")
            await reader.readuntil(b"ok")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401 No")
            writer.close()
            await tap.stop()
            return bytes(server.received[0])

    assert run(scenario()) == b"GET /inside HTTP/1.1\r\n\r\n"
    assert store.events[0].attrs["forged"] == ["x-forged"]
    assert {e.attrs.get("path"): e.target for e in store.where(op="request")} == {"/inside": "b", "/out": "gateway"}

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme

from hopcheck.trace import Redactor, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path, Redactor(b"key"))
    yield store
    store.close()


@pytest.fixture
def run():
    def run(scenario):
        async def bounded():
            async with asyncio.timeout(10):
                return await scenario

        return asyncio.run(bounded())

    return run


class Pki:
    def __init__(self):
        self.ca = trustme.CA(key_type=trustme.KeyType.ECDSA)
        self.server_cert = self.ca.issue_cert("127.0.0.1", "localhost")
        self.server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.server.minimum_version = ssl.TLSVersion.TLSv1_3
        self.server.verify_mode = ssl.CERT_REQUIRED
        self.ca.configure_trust(self.server)
        self.server_cert.configure_cert(self.server)

    def client(self, cn):
        context = ssl.create_default_context()
        self.ca.configure_trust(context)
        if cn is not None:
            self.ca.issue_cert(f"{cn}@hosts.invalid", common_name=cn).configure_cert(context)
        return context


@pytest.fixture(scope="session")
def pki():
    return Pki()


def _field(data):
    data = data.encode() if isinstance(data, str) else data
    return len(data).to_bytes(2, "big") + data


def _packet(first, body=b""):
    size, length = len(body), b""
    while True:
        size, low = divmod(size, 128)
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return bytes([first]) + length + body


@pytest.fixture(scope="session")
def field():
    return _field


@pytest.fixture(scope="session")
def packet():
    return _packet

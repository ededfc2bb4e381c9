import contextlib
import json
import socket
import ssl
import subprocess
import sys
import threading

import pytest
import trustme

from hopcheck.taps.mqtt.decode import Decoder
from hopcheck.topology.containers import visitor

CONNACK, PUBACK = b"\x20\x02\0\0", b"\x40\x02\0\x01"


def decoded(data):
    [(raw, packet)] = Decoder().feed(data)
    assert raw == data
    return packet


def test_its_connect_is_one_of_a_clean_session_without_a_will():
    packet = decoded(visitor.connect("visitor-é"))
    assert packet.op == "CONNECT"
    assert packet.fields["client_id"] == "visitor-é"
    assert (packet.fields["protocol_level"], packet.fields["clean_session"]) == (4, True)
    assert (packet.fields["will"], packet.fields["username"]) == (None, None)


@pytest.mark.parametrize("size", [0, 100, 127, 128, 16_383, 16_384, 70_000])
def test_its_publication_has_qos_1_whatever_its_length(size):
    packet = decoded(visitor.publish("r/x/control/out", "x" * size))
    assert packet.op == "PUBLISH"
    assert (packet.fields["topic"], packet.fields["qos"], packet.fields["packet_id"]) == ("r/x/control/out", 1, 1)
    assert packet.payload == b"x" * size


class Door(threading.Thread):
    """A TLS server on loopback that asks for a certificate of ``ca`` and answers one connection."""

    def __init__(self, ca, answers):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.context.verify_mode = ssl.CERT_REQUIRED
        ca.configure_trust(self.context)
        ca.issue_cert("localhost").configure_cert(self.context)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.got = []
        self.answers = answers
        self.hung_up = None

    def run(self):
        raw, _ = self.listening.accept()
        raw.settimeout(10)
        self.listening.close()
        try:
            tls = self.context.wrap_socket(raw, server_side=True)
        except ssl.SSLError as error:
            self.hung_up = error.reason
            raw.close()
            return
        with tls:
            for answer in self.answers:
                self.got.append(tls.recv(65536))
                tls.sendall(answer)
            with contextlib.suppress(OSError):
                self.got.append(tls.recv(65536))


@pytest.fixture
def ca():
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def knock(ca, tmp_path):
    """What a visitor with a certificate of ``issuer`` is told at a door."""

    def make(what, answers, issuer=None):
        pair = (issuer or ca).issue_cert("visitor@hosts.invalid", common_name="visitor")
        ca.cert_pem.write_to_path(tmp_path / "ca.pem")
        (tmp_path / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))
        pair.private_key_pem.write_to_path(tmp_path / "key.pem")
        door = Door(ca, answers)
        told = {
            "name": "localhost",
            "client_id": "v",
            "topic": "r/x/control/out",
            "message": "hello",
            "https": door.port,
        }
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
        door.start()
        said = visitor.broker(told, door.port, context) if what == "broker" else visitor.gateway(told, context)
        door.join(10)
        assert not door.is_alive()
        return said, door

    return make


def test_a_visitor_that_is_let_in_says_its_piece_and_leaves(knock):
    said, door = knock("broker", [CONNACK, PUBACK])
    assert said == f"CONNACK {CONNACK.hex()} PUBACK {PUBACK.hex()}"
    *packets, end = door.got
    assert [decoded(data).op for data in packets] == ["CONNECT", "PUBLISH"]
    assert end == b"", "it hangs up first, and without a word to which the broker would hang up too"


def test_a_visitor_that_is_refused_stays_until_the_other_end_has_gone(knock):
    said, door = knock("broker", [], issuer=trustme.CA(key_type=trustme.KeyType.ECDSA))
    assert said.startswith("refused: ")
    assert door.hung_up == "CERTIFICATE_VERIFY_FAILED"


def test_the_gateways_answer_is_its_status(knock):
    said, door = knock("gateway", [b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"])
    assert said == "status 401"
    assert door.got[0].startswith(b"GET /api/ingress/v1/version HTTP/1.1\r\n")


def test_a_gateway_that_hangs_up_answers_nothing(knock):
    said, door = knock("gateway", [], issuer=trustme.CA(key_type=trustme.KeyType.ECDSA))
    assert said.startswith("refused: ")
    assert door.hung_up == "CERTIFICATE_VERIFY_FAILED"


def test_as_a_script_it_knocks_at_every_door(ca, tmp_path):
    pair = ca.issue_cert("visitor@hosts.invalid", common_name="visitor")
    for name, blobs in (("ca", [ca.cert_pem]), ("cert", pair.cert_chain_pems), ("key", [pair.private_key_pem])):
        (tmp_path / name).write_bytes(b"".join(blob.bytes() for blob in blobs))
    doors = [Door(ca, [CONNACK, PUBACK]), Door(ca, [CONNACK, PUBACK])]
    doors.append(Door(ca, [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]))
    for door in doors:
        door.start()
    told = {"name": "localhost", "client_id": "v", "topic": "t", "message": "m", "https": doors[2].port}
    told |= {"mqtt": [door.port for door in doors[:2]]} | {n: str(tmp_path / n) for n in ("ca", "cert", "key")}
    argv = [sys.executable, "-I", visitor.__file__, json.dumps(told)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
    line = f"broker: CONNACK {CONNACK.hex()} PUBACK {PUBACK.hex()}"
    assert done.stdout.splitlines() == [line, line, "gateway: status 200"]

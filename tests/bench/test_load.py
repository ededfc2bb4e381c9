from __future__ import annotations

import socket
import threading

import pytest

from hopcheck.bench.load import WARM_UP, WrongAnswer, is_whole, percentile, run

REQUEST = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"


class Toy:
    def __init__(self, pieces):
        self.pieces, self.asked = pieces, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def accept(self, connections):
        threads = [threading.Thread(target=self.talk, args=(self.socket.accept()[0],)) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def talk(self, client):
        with client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while client.recv(4096):
                self.asked += 1
                try:
                    for piece in self.pieces:
                        client.sendall(piece)
                except ConnectionError:
                    return


def ask(pieces, connections=1):
    toy = Toy(pieces)
    thread = threading.Thread(target=toy.accept, args=(connections,))
    thread.start()
    try:
        return run(toy.port, connections, 0.0, REQUEST, b"ok"), toy
    finally:
        toy.socket.close()
        thread.join()


def test_every_request_is_counted():
    measured, toy = ask([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"])
    assert measured.requests == toy.asked == WARM_UP + 1
    assert 0 < measured.p50_us <= measured.p99_us
    assert measured.rate == pytest.approx(1e6 / measured.p50_us, rel=0.9)


def test_connections_run_side_by_side():
    measured, _ = ask([CHUNKED], connections=4)
    assert measured.requests == WARM_UP + 4


def test_an_answer_in_pieces():
    measured, toy = ask([b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: 2\r\n\r\no", b"k"])
    assert measured.requests == toy.asked


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
        b"HTTP/1.1 200 OK\r\n\r\nok",
    ],
)
def test_a_wrong_answer_ends_the_measurement(answer):
    with pytest.raises(WrongAnswer):
        ask([answer])


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", True),
        (CHUNKED[:-7], False),
        (CHUNKED, True),
    ],
)
def test_is_whole(data, whole):
    assert is_whole(data) is whole


def test_percentile():
    values = list(range(1, 201))
    assert (percentile(values, 50), percentile(values, 99), percentile([7], 99)) == (100, 198, 7)

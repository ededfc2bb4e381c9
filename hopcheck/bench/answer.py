"""A server that says one thing: as little work as Python allows, so that what stands before it is what is measured."""

from __future__ import annotations

import http.client
import select
import socket
import sys

from hopcheck.bench import exchange


def serve(listener: socket.socket, good: bytes, bad: bytes, marker: bytes) -> None:
    """Answer ``good`` to every request head, ``bad`` to those that contain ``marker``, until stdin ends."""
    listener.setblocking(False)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    poll.register(sys.stdin, select.EPOLLIN)
    clients: dict[int, socket.socket] = {}
    heads: dict[int, bytes] = {}
    while True:
        for fd, _ in poll.poll():
            client = clients.get(fd)
            if client is None:
                if fd != listener.fileno():
                    return
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                clients[client.fileno()], heads[client.fileno()] = client, b""
                poll.register(client, select.EPOLLIN)
                continue
            try:
                data = client.recv(65536)
            except ConnectionError:
                data = b""
            if not data:
                poll.unregister(fd)
                clients.pop(fd).close()
                del heads[fd]
                continue
            head = heads[fd] + data
            if head.endswith(b"\r\n\r\n"):
                client.sendall(bad if marker in head else good)
                head = b""
            heads[fd] = head


def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """Send the bytes of a GET on a connection of its own; status and body."""
    line, _, rest = request.decode().partition("\r\n")
    headers = dict(field.split(": ", 1) for field in rest.strip().split("\r\n"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", line.split()[1], headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def main() -> None:
    """Print the port, then serve."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        serve(listener, exchange.answer(), exchange.answer(broken=True), exchange.BROKEN)


if __name__ == "__main__":
    main()

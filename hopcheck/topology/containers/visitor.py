"""Runs inside a host: knocks at the broker and at the gateway with a certificate, and says what it was told.

Standard library only, Python 3.7 or later; the one argument is a JSON object: ``name`` and ``ca`` (the platform),
``mqtt`` (ports of the broker), ``https`` (port), ``cert``, ``key``, ``client_id``, and the ``topic`` and ``message``
that it publishes. What it prints is for people: taps are the witnesses.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import sys
from typing import Any

TIMEOUT_S = 20


def main(told: dict[str, Any]) -> None:
    """First the broker's doors, then the gateway."""
    context = ssl.create_default_context(cafile=told["ca"])
    context.load_cert_chain(told["cert"], told["key"])
    for port in told["mqtt"]:
        print("broker:", broker(told, port, context))
    print("gateway:", gateway(told, context))


def broker(told: dict[str, Any], port: int, context: ssl.SSLContext) -> str:
    """Connect, publish, and hang up; whoever is refused does that only after the other end has.

    Without a DISCONNECT, at which the broker would hang up too: a witness must see who was first.
    """
    raw = socket.create_connection((told["name"], port), TIMEOUT_S)
    with raw:
        plain = raw.dup()
        try:
            with context.wrap_socket(raw, server_hostname=told["name"]) as tls:
                tls.sendall(connect(told["client_id"]))
                connack = tls.recv(4)
                tls.sendall(publish(told["topic"], told["message"]))
                puback = tls.recv(4)
                return f"CONNACK {connack.hex()} PUBACK {puback.hex()}"
        except (ssl.SSLError, ConnectionError) as error:
            # Whoever was refused stays until the refuser has gone, so that a witness sees who hung up.
            plain.settimeout(TIMEOUT_S)
            try:
                while plain.recv(4096):
                    pass
            except ConnectionError:
                pass
            return f"refused: {error}"
        finally:
            plain.close()


def gateway(told: dict[str, Any], context: ssl.SSLContext) -> str:
    """Ask Ingress for its version."""
    asked = http.client.HTTPSConnection(told["name"], told["https"], timeout=TIMEOUT_S, context=context)
    try:
        asked.request("GET", "/api/ingress/v1/version")
        answer = asked.getresponse()
        answer.read()
        return f"status {answer.status}"
    except (ssl.SSLError, ConnectionError, http.client.HTTPException) as error:
        return f"refused: {error}"
    finally:
        asked.close()


def connect(client_id: str) -> bytes:
    """An MQTT 3.1.1 CONNECT with a clean session."""
    body = b"\x00\x04MQTT\x04\x02\x00\x3c" + text(client_id)
    return packet(0x10, body)


def publish(topic: str, message: str) -> bytes:
    """A PUBLISH with QoS 1."""
    return packet(0x32, text(topic) + b"\x00\x01" + message.encode())


def packet(kind: int, body: bytes) -> bytes:
    """A body with its fixed header: seven bits of the length a byte."""
    length, left = bytearray(), len(body)
    while left > 127:
        length.append(left & 127 | 128)
        left >>= 7
    return bytes([kind, *length, left]) + body


def text(value: str) -> bytes:
    """A length and the UTF-8."""
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

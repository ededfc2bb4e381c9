import socket
import ssl
import threading

import pytest

from hopcheck.topology.pki import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("pki"))


def handshake(server_context, client_context):
    ours, theirs = socket.socketpair()
    seen = {}

    def serve():
        try:
            with server_context.wrap_socket(theirs, server_side=True) as tls:
                seen["peer"] = tls.getpeercert()
                seen["version"] = tls.version()
                tls.sendall(b"x")
        except (ssl.SSLError, OSError) as error:
            seen["error"] = error
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client_context.wrap_socket(ours, server_hostname="localhost") as tls:
            tls.recv(1)
    except (ssl.SSLError, OSError):
        ours.close()
    thread.join()
    return seen


def test_client_certificate_carries_the_client_id(authority):
    server = authority.server_context(authority.issue("localhost"), client_certificates=True)
    seen = handshake(server, authority.client_context(authority.issue("4f1b-client")))
    assert (("commonName", "4f1b-client"),) in seen["peer"]["subject"]
    assert seen["version"] == "TLSv1.3"


def test_an_older_version_is_seen_for_what_it_is(authority):
    server = authority.server_context(authority.issue("localhost"), client_certificates=True)
    client = authority.client_context(authority.issue("4f1b-client"))
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    assert handshake(server, client)["version"] == "TLSv1.2"


def test_a_peer_without_certificate_is_refused(authority):
    server = authority.server_context(authority.issue("localhost"), client_certificates=True)
    assert "error" in handshake(server, authority.client_context())


def test_keys_are_private(authority):
    assert authority.issue("somebody").key.stat().st_mode & 0o077 == 0

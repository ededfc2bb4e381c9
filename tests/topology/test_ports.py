import socket

from hopcheck.topology.ports import free_ports


def test_ports_are_different_and_bindable():
    ports = free_ports(20)
    assert len(set(ports)) == 20
    with socket.create_server(("127.0.0.1", ports[0])) as server:
        assert server.getsockname()[1] == ports[0]

import socket
from pathlib import Path

from hopcheck.topology.ports import free_ports


def test_ports_are_different_and_bindable():
    ports = free_ports(20)
    assert len(set(ports)) == 20
    with socket.create_server(("127.0.0.1", ports[0])) as server:
        assert server.getsockname()[1] == ports[0]


def test_the_kernel_gives_none_of_them_away():
    low, high = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    assert not [port for port in free_ports(50) if low <= port <= high]


def test_a_taken_port_is_not_chosen(monkeypatch):
    (taken,) = free_ports(1)
    with socket.create_server(("127.0.0.1", taken)):
        monkeypatch.setattr("hopcheck.topology.ports.random.sample", lambda ports, count: [taken, taken + 1, taken + 2])
        assert taken not in free_ports(1)

import os
import socket

import pytest

from hopcheck.topology.health import family, listeners


@pytest.mark.parametrize(("address", "told"), [("127.0.0.1", "127.0.0.1:{}"), ("::1", "[::1]:{}")])
def test_addresses_read_as_people_write_them(address, told):
    with socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as server:
        port = server.getsockname()[1]
        assert told.format(port) in listeners(os.getpid())
    assert told.format(port) not in listeners(os.getpid())


def test_a_process_that_is_gone_listens_nowhere():
    assert listeners(2**22 + 1) == []


def test_everybody_is_of_their_own_family():
    assert family(os.getpid())[0] == os.getpid()

import os
import stat
from types import SimpleNamespace

import pytest

from hopcheck.topology.gate import Gate


@pytest.fixture
def host(tmp_path):
    return SimpleNamespace(files=tmp_path)


def test_a_gate_is_a_fifo_for_its_owner_only(host, tmp_path):
    Gate(host)
    mode = (tmp_path / "gate").stat().st_mode
    assert stat.S_ISFIFO(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_a_host_has_one_gate_whatever_is_played_on_it(host, tmp_path):
    first, second = Gate(host), Gate(host)
    second.open()
    reader = os.open(tmp_path / "gate", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert os.read(reader, 9) == b"go"
    finally:
        os.close(reader)
        second.close()
        first.close()


def test_a_gate_closed_twice_or_never_opened_is_closed(host):
    gate = Gate(host)
    gate.close()
    gate.open()
    gate.close()
    gate.close()


def test_what_nobody_read_is_forgotten(host, tmp_path):
    gate = Gate(host)
    gate.open()
    gate.close()
    reader = os.open(tmp_path / "gate", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert os.read(reader, 2) == b""
    finally:
        os.close(reader)

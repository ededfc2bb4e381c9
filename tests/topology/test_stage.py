import os
from dataclasses import dataclass
from pathlib import Path

from hopcheck.topology.stage import Gate


@dataclass
class Target:
    files: Path


def test_an_open_gate_lets_a_later_reader_pass(tmp_path):
    gate = Gate(Target(tmp_path))
    gate.open()
    reader = os.open(tmp_path / "gate", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert os.read(reader, 2) == b"go"
    finally:
        os.close(reader)
        gate.close()


def test_a_closed_gate_has_nothing_to_read(tmp_path):
    gate = Gate(Target(tmp_path))
    reader = os.open(tmp_path / "gate", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert os.read(reader, 2) == b""
    finally:
        os.close(reader)
        gate.close()

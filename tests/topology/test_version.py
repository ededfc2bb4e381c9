import asyncio
import sys

from hopcheck.topology import version
from hopcheck.topology.version import Versions, ansible, reported


async def test_first_line_with_a_number_counts():
    assert (
        await reported([sys.executable, "-c", "print('hello'); print('thing 1.2.3-rc1'); print('9.9')"])
        == "thing 1.2.3-rc1"
    )


async def test_nothing_to_report_is_empty():
    assert await reported([sys.executable, "-c", "print('hello')"]) == ""
    assert await reported(["/no/such/program"]) == ""


async def test_a_run_asks_each_program_once_wherever_it_asks(tmp_path):
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho asked >>{tmp_path}/asked\necho thing 1.2\n")
    program.chmod(0o755)
    versions = Versions()
    told = await asyncio.gather(versions.of([str(program)]), versions.of([str(program)], prefix=["env"]))
    assert [*told, await versions.of([str(program)])] == ["thing 1.2"] * 3
    assert (tmp_path / "asked").read_text() == "asked\n"
    assert await versions.of([str(program)], tmp_path) == await Versions().of([str(program)]) == "thing 1.2"
    assert (tmp_path / "asked").read_text() == "asked\n" * 3


def test_ansible_names_both_packages():
    assert ansible().startswith("ansible-runner 2.")
    assert "ansible-core 2." in ansible()


async def test_who_goes_on_is_ended_and_heard_nevertheless(monkeypatch, tmp_path):
    monkeypatch.setattr(version, "TIMEOUT_S", 1.0)
    code = "import os, time; print('thing 3.4', os.getcwd(), flush=True); time.sleep(60)"
    assert await reported([sys.executable, "-c", code], tmp_path) == f"thing 3.4 {tmp_path}"


async def test_who_never_stops_talking_is_ended():
    assert await reported(["yes", "thing 3.4"]) == "thing 3.4"

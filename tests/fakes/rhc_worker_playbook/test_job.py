from __future__ import annotations

import asyncio
import os
from itertools import pairwise

import pytest
import yaml

from fakes.rhc_worker_playbook import paths
from fakes.rhc_worker_playbook.config import Config
from fakes.rhc_worker_playbook.job import Jobs
from fakes.rhc_worker_playbook.request import BadRequest

PLAYBOOK = b"- hosts: all\n  gather_facts: false\n  vars: {insights_signature: x, insights_signature_exclude: y}\n"


def metadata(correlation_id="c-1", **rest):
    return {"return_url": "u", "crc_dispatcher_correlation_id": correlation_id, "response_interval": "0", **rest}


def names(upload):
    return [event["event"] for event in upload]


@pytest.fixture
def jobs(state, ingress):
    return Jobs(Config(), ingress.transmit)


async def test_good_run_is_told_at_its_end(jobs, ingress, state):
    await jobs.handle("m", metadata(), PLAYBOOK)
    (final,) = ingress.uploads
    assert names(final) == ["executor_on_start", "verbose", "verbose", "verbose"]
    assert {event["event_data"]["crc_dispatcher_correlation_id"] for event in final} == {"c-1"}
    assert all("pid" not in event for event in final)
    assert yaml.safe_load((state / "c-1.yaml").read_text()) == [{"name": "", "hosts": "all", "vars": {}, "tasks": []}]


async def test_rejected_playbook_is_two_lines_and_no_run(jobs, ingress, state, monkeypatch, folder):
    monkeypatch.setattr(paths, "PLAYBOOK_VERIFIER", "/bin/false")
    await jobs.handle("m", metadata(), PLAYBOOK)
    ((first, last),) = ingress.uploads
    assert first["event"] == "executor_on_start"
    assert last["event_data"]["crc_dispatcher_error_code"] == "ANSIBLE_PLAYBOOK_SIGNATURE_VALIDATION_FAILED"
    assert last["event_data"]["crc_dispatcher_error_details"].startswith("cannot verify playbook:")
    assert not (state / "called.json").exists()


@pytest.mark.parametrize(
    ("content", "exit_status", "code"),
    [(b"a: b", 0, "ANSIBLE_YAML_VALIDATION_FAILED"), (PLAYBOOK, 2, "UNDEFINED_ERROR")],
)
async def test_failures_end_the_stream(jobs, ingress, state, content, exit_status, code):
    (state / "exit").write_text(str(exit_status))
    await jobs.handle("m", metadata(), content)
    (final,) = ingress.uploads
    assert names(final)[-1] == "executor_on_failed"
    assert final[-1]["event_data"]["crc_dispatcher_error_code"] == code
    if exit_status:
        assert final[-1]["event_data"]["crc_dispatcher_error_details"] == (
            "cannot run playbook: err=error executing ansible-runner: err=exit status 2"
        )


async def test_verification_can_be_off(state, ingress, monkeypatch):
    monkeypatch.setattr(paths, "PLAYBOOK_VERIFIER", "/bin/false")
    await Jobs(Config(verify_playbook=False), ingress.transmit).handle("m", metadata(), PLAYBOOK)
    assert "executor_on_failed" not in names(ingress.uploads[-1])
    assert b"insights_signature" not in (state / "c-1.yaml").read_bytes()


@pytest.mark.parametrize("missing", ["return_url", "crc_dispatcher_correlation_id"])
async def test_bad_metadata_tells_nobody(jobs, ingress, state, missing):
    del (bare := metadata())[missing]
    with pytest.raises(BadRequest):
        await jobs.handle("m", bare, PLAYBOOK)
    assert ingress.uploads == []
    assert not (state / "called.json").exists()


async def test_second_playbook_is_refused_and_the_first_goes_on(jobs, ingress, state):
    os.mkfifo(state / "gate")
    first = asyncio.create_task(jobs.handle("m-1", metadata("c-1", response_interval="0.01"), PLAYBOOK))
    async with asyncio.timeout(5):
        # The writing end opens once the run has come to the gate.
        gate = await asyncio.to_thread(open, state / "gate", "wb")
    await jobs.handle("m-2", metadata("c-2"), PLAYBOOK)
    busy = next(upload for upload, call in zip(ingress.uploads, ingress.calls, strict=True) if call[2] == "m-2")
    assert names(busy) == ["executor_on_start", "executor_on_failed"]
    assert busy[1]["event_data"]["crc_dispatcher_error_code"] == "ANSIBLE_PLAYBOOK_ALREADY_RUNNING"
    assert busy[1]["event_data"]["crc_dispatcher_correlation_id"] == "c-2"
    gate.close()
    await first
    own = [upload for upload, call in zip(ingress.uploads, ingress.calls, strict=True) if call[2] == "m-1"]
    assert all(one == two[: len(one)] for one, two in pairwise(own))
    assert names(own[-1]) == ["executor_on_start", "verbose", "verbose", "verbose"]

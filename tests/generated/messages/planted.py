"""`planted.py ROLE …`: the role's stand-in, which does not survive this or that message: for the search to find."""

import importlib
import json
import os
import sys
from functools import wraps


def rhc():
    from fakes.rhc import envelope

    read, seen = envelope.data, set()

    def data(payload):
        message = read(payload)
        if message.message_id in seen:
            os._exit(70)
        seen.add(message.message_id)
        return message

    envelope.data = data


def cloud_connector():
    from fakes.cloud_connector import copier

    record_of = copier.record_of
    copier.record_of = lambda prefix, to, topic, payload, packet_id: record_of(
        prefix, to, topic, json_or_die(payload), packet_id
    )


def playbook_dispatcher():
    from fakes.playbook_dispatcher.upload import Lost
    from fakes.playbook_dispatcher.validator import Storage

    fetch = Storage.fetch

    def fetches(self, url):
        try:
            return fetch(self, url)
        except Lost:
            os._exit(70)

    Storage.fetch = fetches


def rhc_worker_playbook():
    from fakes.rhc_worker_playbook.job import Jobs

    handle = Jobs.handle

    @wraps(handle)
    async def handles(self, message_id, metadata, content):
        if "crc_dispatcher_correlation_id" not in metadata:
            os._exit(70)
        await handle(self, message_id, metadata, content)

    Jobs.handle = handles


def json_or_die(payload):
    try:
        json.loads(payload)
    except ValueError:
        os._exit(70)
    return payload


if __name__ == "__main__":
    sys.argv.pop(0)
    name = sys.argv[0].replace("-", "_")
    globals()[name]()
    # Programs of hosts are given their arguments, those of servers look for them.
    given = [sys.argv[1:]] * name.startswith("rhc")
    status = importlib.import_module(f"fakes.{name}.__main__").main(*given)
    sys.stdout.flush()
    os._exit(status or 0)

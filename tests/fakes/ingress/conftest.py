from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from io import BytesIO

import pytest

from fakes.ingress.app import create_app
from fakes.ingress.config import Config
from fakes.ingress.metrics import Metrics
from fakes.ingress.staging import StagingFailed
from fakes.ingress.upload import Ingress

PLAYBOOK = "application/vnd.redhat.playbook.v1+jsonl"


@dataclass
class Shelf:
    log: list
    objects: dict = field(default_factory=dict)
    fails: bool = False

    def put(self, request_id, stream, identity):
        if self.fails:
            raise StagingFailed("no bucket")
        self.objects[request_id] = (stream.read(), identity)
        self.log.append("staged")
        return f"http://s3/bucket/{request_id}?a=1&b=2"


@dataclass
class Records:
    log: list
    sent: list = field(default_factory=list)

    def send(self, record):
        self.sent.append(record)
        self.log.append(record.topic)

    def values(self, topic):
        return [json.loads(record.value) for record in self.sent if record.topic == topic]


IDENTITY = {"account_number": "901578", "org_id": "5318290", "type": "System", "internal": {"org_id": "5318290"}}


class World:
    def __init__(self, **settings):
        known = {"valid_upload_types": frozenset({"advisor", "playbook", "unit"}), **settings}
        self.log = []
        self.stage, self.sink = Shelf(self.log), Records(self.log)
        self.config = replace(Config(), **known)
        self.metrics = Metrics()
        app = create_app(Ingress(self.config, self.stage, self.sink), self.metrics)
        self.client = app.test_client()

    def header(self, **changes):
        identity = {k: v for k, v in (IDENTITY | changes).items() if v is not None}
        return base64.b64encode(json.dumps({"identity": identity}).encode()).decode()

    def upload(
        self,
        *,
        base="/api/ingress/v1",
        content=b"{}\n",
        content_type=PLAYBOOK,
        part="file",
        filename="runner-events",
        request_id="an-id",
        identity=None,
        query="",
        **form,
    ):
        headers = {"x-rh-identity": identity or self.header()}
        if request_id:
            headers["x-rh-insights-request-id"] = request_id
        data = {part: (BytesIO(content), filename, content_type), **form}
        return self.client.post(f"{base}/upload{query}", data=data, headers=headers)

    @property
    def announced(self):
        return self.sink.values("platform.upload.announce")

    @property
    def statuses(self):
        return [value["status"] for value in self.sink.values("platform.payload-status")]

    @property
    def untouched(self):
        return self.log == []


@pytest.fixture
def make_world():
    return World


@pytest.fixture
def world():
    return World()

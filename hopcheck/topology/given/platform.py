"""What cases of the platform's services have given."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from hopcheck.topology.given.known import given
from hopcheck.topology.scene import Scene

SOURCES = "/api/sources/v3.1"
Values = Mapping[str, str]


@given("a source")
def _source(scene: Scene) -> Values:
    ref = uuid.uuid4().hex
    one = {"source_ref": ref, "source_name": ref, "source_type": "cloud-connector"}
    headers = {"x-rh-identity": "${user}"}
    scene.ask("platform", "POST", f"{SOURCES}/bulk_create", headers=headers, json={"sources": [one]})
    found = scene.ask("platform", "GET", f"{SOURCES}/sources?filter[source_ref][eq]={ref}", headers=headers)
    return {"source_ref": ref, "source": str(found.json["data"][0]["id"])}

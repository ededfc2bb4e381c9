"""Shapes of request bodies and upload lines (facts A.3, A.4, A.8), compiled once."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

UUID_V4 = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89abAB][0-9a-f]{3}-[0-9a-f]{12}$"
UUID_V4_OR_V5 = UUID_V4.replace("-4[", "-[45][")


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(items: dict[str, Any], limit: int | None = None) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": items} | ({"maxItems": limit} if limit else {})


_TEXT = {"type": "string"}
_FILLED = {"type": "string", "minLength": 1}
_ORG = {"type": "string", "minLength": 1, "maxLength": 10}
_UUID = {"type": "string", "pattern": UUID_V4}
_URL = {"type": "string", "pattern": "^https?://"}
_COUNT = {"type": "integer", "minimum": 0}
_CODE = {"type": ["integer", "null"], "minimum": 0}

DISPATCH = jsonschema_rs.validator_for(
    _list(
        _object(
            "recipient org_id principal url name",
            recipient=_UUID,
            org_id=_ORG,
            principal=_FILLED,
            url=_URL,
            name=_FILLED,
            web_console_url=_URL,
            labels={"type": "object", "additionalProperties": _TEXT},
            timeout={"type": "integer", "minimum": 0, "maximum": 604800},
            hosts={
                "type": "array",
                "items": _object(ansible_host=_FILLED, inventory_id=_UUID, subscription_manager_id=_UUID),
            },
            recipient_config=_object(sat_id={"type": "string", "pattern": UUID_V4_OR_V5}, sat_org_id=_FILLED),
        ),
        50,
    )
)
CANCEL = jsonschema_rs.validator_for(
    _list(_object("run_id org_id principal", run_id=_UUID, org_id=_ORG, principal=_FILLED), 50)
)
RECIPIENTS = jsonschema_rs.validator_for(_list(_object("recipient org_id", recipient=_UUID, org_id=_ORG)))
CONNECTION_STATUS = jsonschema_rs.validator_for(_object("org_id hosts", org_id=_ORG, hosts=_list(_FILLED, 50)))

RUNNER_EVENT: dict[str, Any] = _object(
    "event uuid counter start_line end_line",
    event={"type": "string", "minLength": 3, "maxLength": 50},
    uuid=_TEXT,
    counter={"type": "integer"},
    start_line=_COUNT,
    end_line=_COUNT,
    stdout={"type": ["string", "null"]},
    event_data=_object(
        playbook=_FILLED,
        playbook_uuid=_TEXT,
        host=_TEXT,
        crc_dispatcher_correlation_id=_TEXT,
        crc_dispatcher_error_code=_TEXT,
        crc_dispatcher_error_details=_TEXT,
    ),
)
SATELLITE_EVENT: dict[str, Any] = _object(
    "type version correlation_id",
    type={"enum": ["playbook_run_update", "playbook_run_finished", "playbook_run_completed"]},
    version={"type": "integer", "minimum": 3},
    correlation_id=_TEXT,
    sequence=_COUNT,
    # Which inventory id a host has, unlike any other UUID here, is looked at.
    host={"type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"},
    console=_TEXT,
    status={"enum": ["success", "failure", "canceled"]},
    connection_code=_CODE,
    execution_code=_CODE,
    satellite_connection_code={"type": "integer", "minimum": 0, "maximum": 1},
    satellite_infrastructure_code=_CODE | {"maximum": 1},
    satellite_connection_error=_TEXT,
    satellite_infrastructure_error=_TEXT,
)
EVENT = {
    service: jsonschema_rs.validator_for(shape)
    for service, shape in (("playbook", RUNNER_EVENT), ("playbook-sat", SATELLITE_EVENT))
}
EVENT_FIELDS = {"playbook": RUNNER_EVENT["properties"], "playbook-sat": SATELLITE_EVENT["properties"]}
UPDATE = {
    service: jsonschema_rs.validator_for(
        _object(
            "org_id request_id b64_identity upload_timestamp events",
            org_id=_TEXT,
            request_id=_TEXT,
            b64_identity=_TEXT,
            upload_timestamp=_TEXT,
            events=_list(shape),
        )
    )
    for service, shape in (("playbook", RUNNER_EVENT), ("playbook-sat", SATELLITE_EVENT))
}

from __future__ import annotations

import json
import uuid
from datetime import datetime

from fakes.cloud_connector.envelope import command, data_message, encode, reconnect


def test_data_message_has_all_eight_keys():
    message = data_message("d", None, None)
    assert uuid.UUID(message.pop("message_id")).version == 4
    assert datetime.fromisoformat(message.pop("sent")).utcoffset() is not None
    assert message == {
        "type": "data",
        "response_to": "",
        "version": 1,
        "directive": "d",
        "metadata": None,
        "content": None,
    }


def test_commands():
    assert command("ping")["content"] == {"command": "ping", "arguments": None, "message": ""}
    message = reconnect(30)
    assert set(message) == {"type", "message_id", "version", "sent", "content"}
    assert message["content"]["arguments"] == {"delay": "30"}


def test_encoding_is_compact_and_leaves_html_alone():
    encoded = encode({"content": "http://h/?a=<1>&b=é"})
    assert encoded == '{"content":"http://h/?a=<1>&b=é"}\n'.encode()
    assert json.loads(encode({"a": "\ud800"})) == {"a": "?"}

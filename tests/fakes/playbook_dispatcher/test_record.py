from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from fakes.playbook_dispatcher import record
from fakes.playbook_dispatcher.record import Record


def test_topics_and_services_of_the_platform() -> None:
    assert record.ANNOUNCE == "platform.upload.announce"
    assert record.VALIDATION == "platform.upload.validation"
    assert record.UPDATES == "platform.playbook-dispatcher.runner-updates"
    assert record.SERVICES == ("playbook", "playbook-sat")


def test_header_names_of_an_update() -> None:
    assert record.REQUEST_ID == "x-rh-insights-request-id"
    assert record.CORRELATION_ID == "x-rh-insights-playbook-dispatcher-correlation-id"


def test_a_record_has_neither_key_nor_headers_of_its_own_accord() -> None:
    one, two = Record("t", b""), Record("t", b"")
    assert (one.key, one.headers) == (None, {})
    assert one.headers is not two.headers


def test_a_record_stays_what_it_was() -> None:
    with pytest.raises(FrozenInstanceError):
        Record("t", b"").value = b"x"  # type: ignore[misc]

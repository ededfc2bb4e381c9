from __future__ import annotations

import pytest
from werkzeug.test import Client

from fakes.s3.store import application


def test_buckets_are_there_at_start():
    client = Client(application(["one-bucket", "two-bucket"]))
    assert client.head("/one-bucket").status_code == 200
    assert client.head("/two-bucket").status_code == 200
    assert client.head("/three-bucket").status_code == 404


def test_bad_name_is_an_error():
    with pytest.raises(ValueError, match="bucket A"):
        application(["A"])

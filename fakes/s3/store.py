"""moto's S3 backend as a WSGI application, with the buckets that must be there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

# Read by moto when it is imported: host names are never bucket names here.
os.environ.setdefault("S3_IGNORE_SUBDOMAIN_BUCKETNAME", "true")

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.test import Client


def application(buckets: Iterable[str]) -> Any:
    """An S3 application that has `buckets`. Raises ValueError for a name that S3 does not allow."""
    app = create_backend_app("s3")
    client = Client(app)
    for bucket in buckets:
        answer = client.put(f"/{bucket}")
        if answer.status_code != 200:
            raise ValueError(f"bucket {bucket}: {answer.status} {answer.text}")
    return app

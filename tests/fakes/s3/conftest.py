from __future__ import annotations

from collections.abc import Iterator

import botocore.session
import pytest
from botocore.config import Config

from fakes.s3.guard import Guard
from fakes.s3.journal import Journal
from fakes.s3.store import application
from fakes.serve import Listener, Servers

BUCKET = "insights-upload-perma"
SECRETS = {"an-access-key": "a-secret-key"}


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory) -> Iterator[str]:
    journal = Journal(application([BUCKET]), tmp_path_factory.mktemp("s3") / "s3.sqlite3")
    servers = Servers([Listener(Guard(journal, SECRETS), "127.0.0.1", 0)], "s3")
    yield f"http://127.0.0.1:{servers.ports[0]}"
    servers.stop()
    journal.close()


@pytest.fixture(scope="session")
def connect(endpoint):
    session = botocore.session.get_session()

    def connect(access_key="an-access-key", secret_key="a-secret-key", **options):
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ).merge(Config(**options))
        return session.create_client(
            "s3",
            region_name="us-east-1",
            endpoint_url=endpoint,
            config=config,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
        )

    return connect


@pytest.fixture(scope="session")
def client(connect):
    return connect()

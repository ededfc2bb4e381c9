"""`python -m fakes.s3 -H 127.0.0.1 -p PORT`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from fakes.s3 import VERSION

ROLE = "s3"


def main(argv: list[str] | None = None) -> None:
    """Serve until SIGTERM. Raises SystemExit where the configuration lacks a key."""
    parser = argparse.ArgumentParser(
        prog="python -m fakes.s3",
        description="An S3 endpoint that checks signatures. Environment: AWS_ACCESS_KEY_ID, "
        "AWS_SECRET_ACCESS_KEY, S3_BUCKETS (names separated by commas or blanks); state lies in STATE_DIRECTORY.",
    )
    parser.add_argument("-H", "--host", default="127.0.0.1")
    parser.add_argument("-p", "--port", type=int, default=5000)
    parser.add_argument("--version", action="version", version=f"hopcheck-{ROLE} {VERSION}")
    arguments = parser.parse_args(argv)
    secrets = credentials_of(os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY"))

    from fakes.s3.guard import Guard
    from fakes.s3.journal import Journal
    from fakes.s3.store import application
    from fakes.serve import serve

    try:
        app = application(os.environ.get("S3_BUCKETS", "").replace(",", " ").split())
    except ValueError as error:
        raise SystemExit(f"hopcheck-{ROLE}: S3_BUCKETS: {error}") from error
    journal = Journal(app, Path(os.environ.get("STATE_DIRECTORY", "."), f"{ROLE}.sqlite3"))
    journal.replay()
    serve(Guard(journal, secrets), arguments.host, arguments.port, ROLE, version=VERSION)
    journal.close()


def credentials_of(access_key: str | None, secret_key: str | None) -> dict[str, str]:
    """The one account. Raises SystemExit unless both keys are given."""
    if not access_key or not secret_key:
        raise SystemExit(f"hopcheck-{ROLE}: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set")
    return {access_key: secret_key}


if __name__ == "__main__":
    main()

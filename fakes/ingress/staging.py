"""The part becomes an object, and the object a URL that anybody may read (facts B7)."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from fakes.identity import Identity
from fakes.ingress.config import Config

URL_LIFETIME = 86_400
OBJECT_TYPE = "application/gzip"


class StagingFailed(Exception):
    """The object store did not take the object."""


class Stage(Protocol):
    """Where uploads lie until they are fetched."""

    def put(self, request_id: str, stream: BinaryIO, identity: Identity) -> str:
        """Store the stream under its request id; the URL to read it. Raises StagingFailed."""


class S3Stage:
    """A bucket behind boto3's S3 client: path style, signature version 4, one request an upload."""

    def __init__(self, config: Config) -> None:
        from botocore.config import Config as ClientConfig
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.session import get_session

        self._errors = (BotoCoreError, ClientError)
        self._bucket = config.bucket
        self._client = get_session().create_client(
            "s3",
            region_name=config.region,
            endpoint_url=f"{'https' if config.use_ssl else 'http'}://{config.endpoint}",
            aws_access_key_id=config.access_key,
            aws_secret_access_key=config.secret_key,
            config=ClientConfig(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                max_pool_connections=32,
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "total_max_attempts": 3},
            ),
        )

    def put(self, request_id: str, stream: BinaryIO, identity: Identity) -> str:
        """Store the stream as the object `request_id` (STO-01, STO-02), presign its URL (STO-04)."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=request_id,
                Body=stream,
                ContentType=OBJECT_TYPE,
                Metadata={"requestid": request_id, "account": identity.account, "org": identity.org_id},
            )
            return str(
                self._client.generate_presigned_url(
                    "get_object", Params={"Bucket": self._bucket, "Key": request_id}, ExpiresIn=URL_LIFETIME
                )
            )
        except self._errors as error:
            raise StagingFailed(str(error)) from error

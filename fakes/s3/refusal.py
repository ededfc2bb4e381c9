"""The errors that S3 answers before it looks at an object."""

from __future__ import annotations

from xml.sax.saxutils import escape


class Refusal(Exception):
    """A request that is turned away: HTTP `status`, S3 `code`, `message`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message

    def xml(self, resource: str) -> bytes:
        """The S3 error document for the path `resource`."""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{escape(self.message)}</Message>"
            f"<Resource>{escape(resource)}</Resource></Error>"
        ).encode()


def access_denied(message: str = "Access Denied") -> Refusal:
    """403: no credentials, or credentials that are not good now."""
    return Refusal(403, "AccessDenied", message)


def invalid_access_key(access_key: str) -> Refusal:
    """403: nobody has this access key."""
    return Refusal(403, "InvalidAccessKeyId", f"no account has the access key {access_key}")


def signature_does_not_match(subject: str) -> Refusal:
    """403: the signature over `subject` is another one than ours."""
    return Refusal(403, "SignatureDoesNotMatch", f"the signature sent for {subject} is not the one computed")


def malformed_header(message: str) -> Refusal:
    """400: an Authorization header that cannot be read."""
    return Refusal(400, "AuthorizationHeaderMalformed", message)


def malformed_query(message: str) -> Refusal:
    """400: a presigned query that cannot be read."""
    return Refusal(400, "AuthorizationQueryParametersError", message)


def time_too_skewed() -> Refusal:
    """403: a header signature made too long ago, or in the future."""
    return Refusal(403, "RequestTimeTooSkewed", "the request was not signed within 15 minutes of now")


def payload_mismatch() -> Refusal:
    """400: the body is not the one whose hash was signed."""
    return Refusal(400, "XAmzContentSHA256Mismatch", "the body's SHA-256 differs from x-amz-content-sha256")

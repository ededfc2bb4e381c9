"""Multipart bodies: parts up to 8 MiB in memory, larger ones in temporary files."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from flask import Request

IN_MEMORY = 8 * 1024 * 1024


class FormRequest(Request):
    """A request that closes the files of its parts, also of a body that broke off."""

    max_form_memory_size = None

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        # Werkzeug closes only what it parsed to the end, the request closes the rest.
        stream: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self.environ.setdefault("ingress.parts", []).append(stream)
        return stream

    def close_parts(self) -> None:
        """Drop the parts' contents."""
        for stream in self.environ.pop("ingress.parts", ()):
            stream.close()

from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder

from fakes.ingress.form import FormRequest

WHOLE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nab\r\n--x--\r\n'


@pytest.mark.parametrize(("body", "names"), [(WHOLE, ["file"]), (WHOLE[:-9], [])])
def test_parts_are_closed_with_the_request(body, names):
    builder = EnvironBuilder(method="POST", data=body, content_type="multipart/form-data; boundary=x")
    request = FormRequest(builder.get_environ())
    assert list(request.files) == names
    (stream,) = request.environ["ingress.parts"]
    request.close_parts()
    assert stream.closed
    builder.close()

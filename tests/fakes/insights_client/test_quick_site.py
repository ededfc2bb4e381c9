from __future__ import annotations

import pytest

from fakes.insights_client.quick import site

CONFIGURATION = """[insights-client]
base_url=localhost:8443/api
legacy_upload=False
auto_config=False
authmethod=CERT
cert_verify={ca}
http_timeout=20
manifest=/etc/insights-client/manifest.yaml
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    for name in ("CERTIFICATE", "KEY"):
        monkeypatch.setattr(site, name, tmp_path / name)
        (tmp_path / name).touch()
    (tmp_path / "ca.pem").touch()
    path = tmp_path / "insights-client.conf"
    path.write_text(CONFIGURATION.format(ca=tmp_path / "ca.pem"))
    return path


def test_a_host_of_the_kit_s(file, tmp_path):
    got = site.read({"PATH": "/bin"}, file)
    assert (got.address, got.base, got.timeout) == (("localhost", 8443), "/api", 20.0)
    assert got.authorities == str(tmp_path / "ca.pem")


def test_the_port_of_https_unless_said(file):
    file.write_text(file.read_text().replace(":8443", ""))
    assert site.read({}, file).address == ("localhost", 443)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("legacy_upload=False", "legacy_upload=True", "legacy_upload"),
        ("auto_config=False\n", "", "auto_config"),
        ("CERT", "BASIC", "authmethod"),
        ("http_timeout=20", "http_timeout=soon", "soon"),
        ("http_timeout", "proxy", "proxy"),
        ("http_timeout", "display_name", "display_name"),
        ("http_timeout=20", "retries=3", "retries"),
        ("localhost:8443/api", "localhost:8443/r/insights", "base_url"),
        ("localhost:8443/api", "localhost:https/api", "https"),
        ("ca.pem", "none.pem", "cert_verify"),
        ("[insights-client]", "[redhat-access-insights]", "insights-client"),
        ("[insights-client]", "", "no section headers"),
    ],
)
def test_other_settings_are_not_known(file, old, new, why):
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(site.Unknown, match=why):
        site.read({}, file)


@pytest.mark.parametrize("name", ["INSIGHTS_BASE_URL", "HTTPS_PROXY"])
def test_nor_are_those_of_the_environment(file, name):
    with pytest.raises(site.Unknown, match=name):
        site.read({name: "x"}, file)


def test_nor_is_a_host_without_certificate(file):
    site.CERTIFICATE.unlink()
    with pytest.raises(site.Unknown, match="CERTIFICATE"):
        site.read({}, file)

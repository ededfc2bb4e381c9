from __future__ import annotations

import ssl
from dataclasses import replace

import pytest
import trustme

from fakes.rhc import identity, paths
from fakes.rhc.config import Config


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    file = tmp_path_factory.mktemp("pki") / "cert.pem"
    trustme.CA().issue_cert("host", common_name="4b1c-ü").cert_chain_pems[0].write_to_path(str(file))
    return file


def test_certificate_names_the_client_and_is_remembered(certificate, tmp_path):
    config = Config(cert_file=str(certificate))
    assert identity.client_id(config, tmp_path) == "4b1c-ü"
    assert (tmp_path / "client-id").read_text() == "4b1c-ü"
    assert identity.client_id(replace(config, client_id="mine"), tmp_path) == "mine"


def test_other_extensions_are_der(certificate, tmp_path):
    der = tmp_path / "cert.crt"
    der.write_bytes(ssl.PEM_cert_to_DER_cert(certificate.read_text()))
    assert identity.common_name(der) == "4b1c-ü"
    (tmp_path / "pem.crt").write_text(certificate.read_text())
    with pytest.raises(ValueError, match=r"not an X\.509 certificate"):
        identity.common_name(tmp_path / "pem.crt")


def test_nobody_gets_sixty_four_letters_once(tmp_path):
    first = identity.client_id(Config(), tmp_path / "state")
    assert len(first) == 64
    assert first.isalpha()
    assert identity.client_id(Config(), tmp_path / "state") == first
    assert (tmp_path / "state/client-id").stat().st_mode & 0o777 == 0o600


def test_tls_is_1_3_with_more_roots(tmp_path):
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    plain, rooted = (identity.tls_context(Config(ca_root=roots)) for roots in ((), (str(tmp_path / "ca.pem"),)))
    assert plain.minimum_version is ssl.TLSVersion.TLSv1_3
    assert len(rooted.get_ca_certs()) == len(plain.get_ca_certs()) + 1


def test_paths_are_yggdrasils():
    assert str(paths.CONFIG_FILE) == "/etc/yggdrasil/config.toml"
    assert str(paths.STATE_DIR) == "/var/lib/yggdrasil"


def test_files_are_those_of_the_identity():
    config = Config(ca_root=("/ca1", "/ca2"), cert_file="/c")
    assert [str(file) for file in identity.files(config)] == ["/ca1", "/ca2", "/c"]

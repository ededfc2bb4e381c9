"""A conformance report as files: report.json, index.html, junit.xml, badge.svg, and certificate.json over them all."""

from __future__ import annotations

from pathlib import Path

from hopcheck.conform.badge import badge
from hopcheck.conform.certificate import NAME, certificate
from hopcheck.conform.junit import junit
from hopcheck.conform.model import Report
from hopcheck.conform.page import page
from hopcheck.conform.signature import private_key
from hopcheck.conform.stored import NotAReport, decoded, encoded
from hopcheck.suggestion import unreadable

REPORT = "report.json"


def write(report: Report, directory: Path, key: Path | None = None) -> None:
    """Write all files into ``directory``, where the parts' traces lie, too; it is made where absent.

    ``key`` is a private key in PEM that signs the certificate. Raises `UnusableKey` before anything is written.
    """
    signer = None if key is None else private_key(key)
    files = {
        REPORT: encoded(report),
        "index.html": page(report).encode(),
        "junit.xml": junit(report),
        "badge.svg": badge(report).encode(),
    }
    files[NAME] = certificate(report, files, signer)
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)


def read(path: Path) -> Report:
    """The report of a directory, or of a report.json. Raises `NotAReport` with the file's name."""
    file = path / REPORT if path.is_dir() else path
    try:
        return decoded(file.read_bytes())
    except OSError as error:
        raise NotAReport(unreadable(error)) from None
    except NotAReport as error:
        raise NotAReport(f"{file}: {error}") from None

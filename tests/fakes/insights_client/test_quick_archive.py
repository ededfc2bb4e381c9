from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from fakes.insights_client.quick.archive import RECORD, tar_gz

FILES = {"top/empty": b"", "top/data/etc/block": b"x" * 512, "top/data/grüße": b"y\n" * 300}


def test_tarfile_reads_what_went_in():
    with tarfile.open(fileobj=io.BytesIO(tar_gz(FILES, 1_700_000_000))) as tar:
        members = tar.getmembers()
        read = {member.name: tar.extractfile(member).read() for member in members}
    assert read == FILES
    assert {(m.mtime, m.mode, m.uid, m.uname, m.isreg()) for m in members} == {(1_700_000_000, 0o644, 0, "root", True)}


def test_it_is_whole_records():
    assert len(gzip.decompress(tar_gz(FILES, 0))) % RECORD == 0


def test_a_name_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="too long"):
        tar_gz({"x" * 101: b""}, 0)

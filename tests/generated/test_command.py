from __future__ import annotations

import pytest

from hopcheck.cli import main


def test_a_role_without_a_rest_contract_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", "s3"]) == 2
    assert (
        "s3 has no contract that anything is made from; those that have: cloud-connector, playbook-dispatcher"
        in capsys.readouterr().err
    )

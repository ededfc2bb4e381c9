from __future__ import annotations

import pytest

from hopcheck.cli import main


def test_a_role_without_a_rest_contract_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", "rhc"]) == 2
    assert "rhc has no REST contract; those that have: cloud-connector, playbook-dispatcher" in capsys.readouterr().err

import pytest

from fakes.ansible_runner.__main__ import main

PLAY = "- {name: a play, hosts: localhost, gather_facts: false, tasks: [{name: a task, command: '%s'}]}"


@pytest.fixture
def run(tmp_path):
    def start(text):
        (tmp_path / "p.yaml").write_text(text)
        return main(["run", "--ident", "c-1", "--playbook", str(tmp_path / "p.yaml"), str(tmp_path / "runs")])

    return start


@pytest.mark.parametrize(("command", "exits", "status"), [("true", 0, "successful"), ("false", 2, "failed")])
def test_exit_and_status_file_agree(run, tmp_path, command, exits, status):
    assert run(PLAY % command) == exits
    assert (tmp_path / "runs/artifacts/c-1/status").read_text() == status


def test_version_is_told(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "hopcheck-ansible-runner 0.1.0\n"


@pytest.mark.parametrize("arguments", [[], ["start"], ["run", "--playbook", "p", "d"]])
def test_other_calls_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: ansible-runner" in capsys.readouterr().err

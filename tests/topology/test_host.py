import os
import subprocess
from types import SimpleNamespace

from hopcheck.topology.host import Ground, Host, Wishes
from hopcheck.topology.identity import Identity
from hopcheck.trace import Redactor, Store


def test_who_wishes_nothing_gets_the_usual_host():
    assert (Wishes().files, dict(Wishes().tmpfs), Wishes().units, Wishes().asleep) == ((), {}, (), False)


def test_a_host_with_one_witness_only_has_no_counts():
    assert Host.bus_counts.fget(SimpleNamespace()) is None


def test_the_tap_at_a_hosts_programs_bears_its_client_id_and_the_runs_permission(tmp_path):
    asked = []
    store = Store(tmp_path, Redactor(b"key"))
    try:
        nothing = dict.fromkeys(Ground.__slots__)
        ground = Ground(**{**nothing, "store": store, "permission": lambda *given: asked.append(given) or "no"})
        identity = Identity.new("web")
        tap = ground.process_tap(identity, tmp_path / "socket")
    finally:
        store.close()
    assert tap._host == identity.client_id
    assert tap._may_run is ground.permission


async def test_programs_are_called_with_the_hosts_path_and_no_other_variable(tmp_path):
    executed = []

    async def execute(argv):
        executed.append(argv)

    (tmp_path / "stdin").write_text("what was there before")
    host = SimpleNamespace(files=tmp_path, execute=execute)
    await Host.call(host, "/usr/bin/tool", "a b", stdin=b"given")
    [[shell, option, script, given, *argv]] = executed
    assert (shell, option, given, argv) == ("sh", "-c", "/var/lib/hopcheck/stdin", ["/usr/bin/tool", "a b"])
    told = subprocess.run(
        ["sh", "-c", script, tmp_path / "stdin", "sh", "-c", 'env; cat; echo "$1"', "sh", "a b"],
        env={"PATH": os.environ["PATH"], "HOME": "/root"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "PATH=/sbin:/bin:/usr/sbin:/usr/bin\n" in told
    assert "HOME=" not in told
    assert told.endswith("givena b\n")

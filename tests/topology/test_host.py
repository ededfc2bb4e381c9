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

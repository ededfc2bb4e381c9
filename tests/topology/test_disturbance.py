from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509

from hopcheck.topology import disturbance
from hopcheck.topology.disturbance import DISTURBANCES
from hopcheck.topology.host_config import CONSUMER
from hopcheck.topology.identity import Identity
from hopcheck.topology.machines import RUNS
from hopcheck.topology.pki import Authority
from hopcheck.trace import Event

WEB = Identity.new("web")


class Body:
    """A machine that notes what it is told."""

    pid = 7

    def __init__(self):
        self.files, self.ran = {}, []

    async def put(self, files):
        self.files |= {file.path: file for file in files}

    async def run(self, *argv):
        self.ran.append(argv)


class Machine:
    def __init__(self):
        self.identity, self.machine, self.did = WEB, Body(), []

    async def restart(self):
        self.did.append("restart")

    async def kill(self, role):
        self.did.append(f"kill {role}")


@pytest.fixture
def ground(tmp_path):
    taps = SimpleNamespace(mqtt_hosts=8883)
    plan = SimpleNamespace(site=SimpleNamespace(address="172.30.0.1"), taps=taps)
    return SimpleNamespace(plan=plan, authority=Authority(tmp_path / "pki"))


@pytest.mark.parametrize(
    ("what", "did"), [("its machine is restarted", ["restart"]), ("its rhc is killed", ["kill rhc"])]
)
async def test_what_ends_is_the_hosts_to_end(ground, what, did):
    host = Machine()
    await DISTURBANCES[what].act(host, ground)
    assert host.did == did


async def test_a_renewed_pair_is_another_one_of_the_same_name_and_the_key_is_written_first(ground):
    host = Machine()
    before = ground.authority.issue(WEB.client_id).cert.read_bytes()
    await DISTURBANCES["its consumer certificate is renewed"].act(host, ground)
    cert, key = CONSUMER
    new = host.machine.files[f"{cert}.new"].content
    assert new != before
    subject = x509.load_pem_x509_certificates(new)[0].subject
    assert [name.value for name in subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)] == [WEB.client_id]
    assert host.machine.files[f"{key}.new"].mode == 0o640
    [(_, _, script)] = host.machine.ran
    # In place: the files that are there keep their owner, and a watch on them sees it.
    assert f"cat {key}.new >{key}" in script
    assert script.index(f">{key}") < script.index(f">{cert}")


async def test_the_cut_is_between_the_machine_and_the_brokers_tap(ground, monkeypatch):
    cuts = []

    class Cut:
        def __init__(self, *where):
            self.where = where

        def __getattr__(self, name):
            async def note():
                cuts.append((name, *self.where))

            return note

    monkeypatch.setattr(disturbance, "Cut", Cut)
    cut = DISTURBANCES["its network is cut until the message was lost once"]
    for act in (cut.act, cut.proves, cut.heals):
        await act(Machine(), ground)
    assert cuts == [(name, 7, "172.30.0.1", 8883) for name in ("make", "bites", "heal")]


async def test_the_directory_that_is_filled_is_the_one_without_room(ground):
    host = Machine()
    await DISTURBANCES["its run directory is filled"].act(host, ground)
    [(_, _, script)] = host.machine.ran
    assert Path(script.partition("of=")[2].split()[0]).parent == Path(RUNS)


def test_the_cut_lasts_until_the_host_was_asked():
    def published(op="PUBLISH", leg="host", topic="r/x/data/in"):
        attrs = {"leg": leg, "topic": topic}
        return Event(1, 1, 1, "", "", "", "mqtt", op, "broker", "rhc", None, WEB.client_id, attrs, None)

    until = DISTURBANCES["its network is cut until the message was lost once"].until
    assert until(published())
    assert not until(published(leg="connector"))
    assert not until(published(topic="r/x/control/in"))
    assert not until(published(op="PUBACK"))


@pytest.mark.parametrize("what", DISTURBANCES)
def test_what_can_be_named_reads_as_a_sentence_and_what_heals_says_when(what):
    trouble = DISTURBANCES[what]
    assert what.startswith("its ")
    assert (trouble.heals is None) == (trouble.until is None) == (trouble.proves is None)

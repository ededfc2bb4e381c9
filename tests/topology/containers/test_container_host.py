import asyncio
import json
from types import SimpleNamespace

import pytest

from hopcheck.topology import scratch
from hopcheck.topology.containers import places
from hopcheck.topology.containers.container_host import WORKER_UNIT, ContainerHost, Surroundings
from hopcheck.topology.containers.layer import shim_digests
from hopcheck.topology.containers.machine import ExecError
from hopcheck.topology.host import Wishes
from hopcheck.topology.host_config import File
from hopcheck.topology.identity import Identity
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings
from hopcheck.topology.site import Site
from hopcheck.trace import Event

WEB = Identity.new("web")


class Body:
    """A machine that answers commands by their first words: text, an error, or an event that is waited for."""

    def __init__(self):
        self.answers, self.ran, self.removed, self.disowned = {}, [], False, False

    async def run(self, *argv, check=True):
        self.ran.append(argv)
        for words, answer in self.answers.items():
            if " ".join(argv).startswith(words):
                if isinstance(answer, Exception):
                    raise answer
                if isinstance(answer, asyncio.Event):
                    await answer.wait()
                return answer if isinstance(answer, str) else ""
        return ""

    def disown(self):
        self.disowned = True

    async def remove(self):
        self.removed = True


@pytest.fixture
def lost():
    return asyncio.Queue()


@pytest.fixture
def introduced():
    return []


@pytest.fixture
def host(root, tmp_path, lost, introduced):
    def make(wishes=None, **given):
        settings = Settings(report=tmp_path, **given)
        ground = SimpleNamespace(
            settings=settings,
            directory=scratch.new(),
            logs=tmp_path,
            process_tap=lambda identity, socket: None,
            introduce=lambda *who: introduced.append(who),
            lost=lambda what, cause, words="", status=None, **_: lost.put_nowait((what, cause, words)),
            store=None,
        )
        around = Surroundings("net", Site("platform", "172.30.0.1"), {})
        made = ContainerHost(SimpleNamespace(), "image", WEB, ground, around, wishes or Wishes())
        made.machine = Body()
        return made

    return make


def owner_changed(name=places.BUS_NAMES["rhc"], owner="", host=WEB.client_id, op="signal", member="NameOwnerChanged"):
    attrs = {"member": member, "args": [name, ":1.2", owner]}
    return Event(1, 1, 1, "", "", "", "dbus", op, "bus", "*", None, host, attrs, None)


async def test_a_role_whose_name_leaves_the_bus_unbidden_is_lost_with_its_journal(host, lost):
    made = host()
    made.machine.answers["journalctl"] = "segmentation fault\n"
    made._seen(owner_changed())
    role, cause, words = await asyncio.wait_for(lost.get(), 10)
    assert (role, words) == ("rhc", "  web| segmentation fault")
    assert cause == "rhc on web ended by itself: its name left the bus"
    assert places.UNITS["rhc"] in made.machine.ran[-1]


@pytest.mark.parametrize(
    "event",
    [
        owner_changed(owner=":1.9"),
        owner_changed(name="org.freedesktop.login1"),
        owner_changed(host="another"),
        owner_changed(op="call"),
        owner_changed(member="NameLost"),
    ],
)
async def test_what_is_no_loss(host, event):
    made = host()
    made._seen(event)
    assert made._tasks == set()


async def test_who_is_killed_is_expected_to_go_once(host):
    made = host()
    await made.kill("rhc")
    assert made.machine.ran == [("systemctl", "kill", "--signal=KILL", "--kill-who=main", places.UNITS["rhc"])]
    made._seen(owner_changed())
    assert made._tasks == set()
    made._seen(owner_changed())
    assert len(made._tasks) == 1
    await asyncio.gather(*made._tasks)


async def test_a_file_is_written_into_the_one_that_is_there(host):
    made, put = host(), []

    async def take(files, directories=()):
        put.extend(files)

    made.machine.put = take
    await made.write(File("/etc/some", b"text"))
    assert [(file.path, file.content) for file in put] == [("/etc/some.new", b"text")]
    assert made.machine.ran == [("sh", "-ec", 'cat "$1.new" >"$1"; rm "$1.new"', "sh", "/etc/some")]


async def test_a_file_is_read_as_root_sees_it(host):
    made = host()
    made.machine.answers["sh -c cat"] = "text"
    assert await made.read("/etc/some") == "text"
    assert made.machine.ran[0][-1] == "/etc/some"


async def test_a_start_in_vain_loses_nobody_and_tells_the_status(host):
    made, unit = host(), places.UNITS["rhc"]
    made.machine.answers["systemctl show"] = "1\n"
    assert await made.start_in_vain() == 1
    assert [ran[:2] for ran in made.machine.ran] == [("systemctl", verb) for verb in ("stop", "start", "show")]
    assert {ran[-1] for ran in made.machine.ran} == {unit}
    made._seen(owner_changed())
    assert made._tasks == set()


async def test_a_start_that_goes_on_has_no_status(host):
    made = host()
    made.machine.answers["systemctl start"] = asyncio.Event()
    assert await made.start_in_vain(0.1) is None
    assert made.machine.ran[-1] == ("systemctl", "stop", places.UNITS["rhc"])


async def test_a_journal_that_says_nothing_and_one_that_cannot_be_read(host):
    made = host()
    assert await made.last_words("rhc") == f"  web| (nothing in the journal of {places.UNITS['rhc']})"
    assert await made.last_words("insights-client") == "  web| (nothing in the journal)"
    made.machine.answers["journalctl"] = OSError("the engine is gone")
    assert "(the journal cannot be read: the engine is gone)" in await made.last_words("rhc")


def sums(digests):
    return "".join(f"{digest}  {path}\n" for path, digest in digests.items())


async def test_settling_keeps_the_journal_and_looks_at_the_shims(host, lost, tmp_path):
    made = host()
    made.machine.answers |= {"journalctl": "a line\n", "sha256sum": sums(shim_digests())}
    await made.settle()
    assert lost.empty()
    assert (tmp_path / "web.journal").read_text() == "a line\n"
    assert made.machine.ran[0] == ("systemctl", "stop", WORKER_UNIT, places.UNITS["rhc"])


@pytest.mark.parametrize("said", [{places.CLIENT: "0" * 64}, {}])
async def test_a_shim_that_was_replaced_or_removed_is_the_kits_own_loss(host, lost, said):
    made = host()
    made.machine.answers["sha256sum"] = sums(said)
    await made.settle()
    told = [lost.get_nowait() for _ in shim_digests()]
    assert {what for what, *_ in told} == {"process shim"}
    assert any(places.CLIENT in cause for _, cause, _ in told)


@pytest.mark.parametrize("error", [ExecError("status 137"), OSError("the engine is gone")])
async def test_a_machine_that_cannot_be_settled_is_lost_and_no_error(host, lost, error):
    made = host()
    made.machine.answers["systemctl stop"] = error
    await made.settle()
    assert lost.get_nowait()[:2] == ("web", f"the machine could not be settled: {error}")


async def test_a_machine_that_dies_while_it_tells_its_versions_is_lost_and_no_error(host, lost):
    made = host()
    made.machine.answers[places.PYTHON] = ExecError("status 137")
    made._introduced = asyncio.create_task(made._introduce())
    await made.settle()
    assert lost.get_nowait()[:2] == ("web", "the machine could not be settled: status 137")


async def test_its_programs_are_introduced_as_what_they_are(host, introduced):
    made = host(native=("rhc",))
    told = {"rhc": "yggd 0.4.9", "rhc-worker-playbook": "0.1", "ansible-runner": "2.4"}
    made.machine.answers[places.PYTHON] = json.dumps(told)
    await made._introduce()
    await made._introduce()
    assert introduced[:3] == [
        ("rhc", "native", "yggd 0.4.9", places.UNITS["rhc"], "web"),
        ("rhc-worker-playbook", "stand-in", "0.1", WORKER_UNIT, "web"),
        ("ansible-runner", "real", "2.4", "ansible-runner", "web"),
    ]
    assert len(made.machine.ran) == 1


async def test_the_units_that_are_started(host, monkeypatch):
    awaited = []
    monkeypatch.setattr(
        "hopcheck.topology.containers.container_host.worker_registered", lambda *who: awaited.append(who)
    )
    for wishes, units, waits in (
        (Wishes(), [*places.UNITS.values()], 1),
        (Wishes(units=("second.service",)), [*places.UNITS.values(), "second.service"], 1),
        (Wishes(asleep=True), [places.UNITS["rhc"]], 0),
    ):
        made = host(wishes)
        awaited.clear()
        await made._go_on()
        start = made.machine.ran[0][-1].strip().splitlines()[-1]
        assert start == f"exec systemctl start default.target {' '.join(units)}"
        assert len(awaited) == waits


async def test_systemd_reads_anew_what_a_story_brought(host, monkeypatch):
    monkeypatch.setattr("hopcheck.topology.containers.container_host.worker_registered", lambda *_: None)
    for wishes, given, reads in (
        (Wishes(), {}, False),
        (Wishes(files=(File("/etc/x", b""),)), {}, True),
        (Wishes(), {"worker_generation": "0.2.3"}, True),
    ):
        made = host(wishes, **given)
        await made._go_on()
        assert ("daemon-reload" in made.machine.ran[0][-1]) is reads


@pytest.mark.parametrize(
    ("states", "role"),
    [
        ("failed\ninactive", "rhc"),
        ("active\nfailed", "rhc-worker-playbook"),
        ("activating\nfailed", "rhc-worker-playbook"),
    ],
)
async def test_a_unit_that_fails_is_named_with_its_journal(host, states, role):
    made = host()
    made.machine.answers |= {"sh -ec": ExecError("status 1"), "systemctl is-active": states, "journalctl": "no luck"}
    with pytest.raises(StartError, match=f"web: {places.UNITS[role]} did not start: status 1") as raised:
        await made._go_on()
    assert raised.value.role == role
    assert "no luck" in str(raised.value)


async def test_a_unit_that_never_starts_is_waited_for_no_longer_than_any_step(host):
    made = host(timeout_s=0.05)
    made.machine.answers |= {"sh -ec": asyncio.Event(), "systemctl is-active": "activating\ninactive"}
    with pytest.raises(StartError, match=r"web: yggdrasil.service did not start within 0.05 s") as raised:
        await made._go_on()
    assert raised.value.role == "rhc"


async def test_a_kept_machine_is_disowned_and_stays(host):
    made = host()
    scratch.keep(made._ground.directory)
    await made._end()
    assert (made.machine.disowned, made.machine.removed) == (True, False)
    other = host()
    await other._end()
    assert (other.machine.disowned, other.machine.removed) == (True, True)

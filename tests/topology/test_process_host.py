import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck.topology.host import Wishes
from hopcheck.topology.host_config import DIRECTORIES, File
from hopcheck.topology.identity import Identity
from hopcheck.topology.namespace import Namespace
from hopcheck.topology.process import Command, Process, StartError
from hopcheck.topology.process_host import HostCommands, ProcessHost, ProcessRuntime, furnish
from hopcheck.topology.profile import of_generation
from hopcheck.topology.registry import Registry
from hopcheck.topology.roles import Plan, Ports, Secrets, TapPorts
from hopcheck.topology.settings import Settings


@pytest.fixture
def namespace(tmp_path):
    return Namespace(tmp_path / "root")


def commands(tmp_path, namespace, **settings):
    chosen = Settings(report=tmp_path, **settings)
    registry = Registry(chosen, tmp_path)
    plan = Plan(chosen, tmp_path, Ports.choose(), TapPorts(), Secrets(), "", Path("/ca.pem"), registry)
    return HostCommands(namespace, plan)


def test_a_file_that_a_group_may_read_is_its_owners_only(tmp_path, namespace):
    furnish(namespace, Identity.new("host-1"), [File("/etc/key", b"k", 0o640, "rhsm"), File("/etc/open", b"o")])
    modes = {name: (tmp_path / "root/etc" / name).stat().st_mode & 0o777 for name in ("key", "open")}
    assert modes == {"key": 0o600, "open": 0o644}


def test_a_host_has_a_machine_id_its_directories_and_ansible(tmp_path, namespace):
    identity = Identity.new("host-1")
    furnish(namespace, identity, [])
    root = tmp_path / "root"
    assert (root / "etc/machine-id").read_text().strip() == identity.insights_id.replace("-", "")
    assert all((root / directory.lstrip("/")).is_dir() for directory in DIRECTORIES)
    assert (root / "usr/bin/ansible-playbook").stat().st_mode & 0o111


def test_the_verifier_front_end_is_a_module_of_the_client(tmp_path, namespace):
    made = commands(tmp_path, namespace)
    assert made.client()[-1] == "fakes.insights_client"
    assert made.client("verifier")[-1] == "fakes.insights_client.verifier"


def test_a_swapped_in_client_is_asked_for_its_verifier_too(tmp_path, namespace):
    made = commands(tmp_path, namespace, commands={"insights-client": ("/own",)})
    assert made.client("verifier") == ["/own", "verifier"]


def test_a_worker_that_rhc_starts_is_where_rhc_expects_it(tmp_path, namespace):
    made = commands(tmp_path, namespace, profiles=of_generation("rhel-8-9"))
    assert made.installed == "/usr/libexec/rhc/rhc-worker-playbook.worker"
    made.install_worker(made.installed)
    program = tmp_path / "root/usr/libexec/rhc/rhc-worker-playbook.worker"
    assert program.stat().st_mode & 0o111
    assert program.read_text().endswith('-m fakes.rhcd.worker "$@"\n')
    assert commands(tmp_path, namespace).installed is None


@pytest.mark.parametrize(
    ("own", "tells"), [({}, True), ({"rhc": ("/own",)}, False), ({"rhc": (sys.executable, "-m", "fakes.faults")}, True)]
)
def test_only_our_own_rhcd_is_asked_to_tell_when_it_is_ready(tmp_path, namespace, own, tells):
    made = commands(tmp_path, namespace, profiles=of_generation("rhel-8-9"), commands=own)
    assert made.rhc("unix:path=/bus").notify is tells
    assert commands(tmp_path, namespace, commands=own).rhc("unix:path=/bus").notify


async def test_wishes_need_a_machine(tmp_path):
    with pytest.raises(StartError, match="--runtime containers"):
        await ProcessRuntime().host(Identity.new("host-1"), None, None, Wishes(asleep=True))  # type: ignore[arg-type]


@pytest.fixture
def host(tmp_path):
    """A host whose namespace is none: its commands run beside it."""
    made = ProcessHost(Identity.new("host-1"), tmp_path, SimpleNamespace(enter=["env"]), None)  # type: ignore[arg-type]

    def runs(*argv):
        made.roles["rhc"] = Process(Command("rhc", argv, notify=False), tmp_path / "rhc.log")
        return made

    return runs


async def test_a_file_of_a_running_host_is_written_into(host, tmp_path):
    path = tmp_path / "a file"
    path.write_text("old and longer")
    before = path.stat().st_ino
    await host("true").write(File(str(path), b"new"))
    assert (path.read_bytes(), path.stat().st_ino) == (b"new", before)


async def test_a_file_of_a_running_host_is_read(host, tmp_path):
    (tmp_path / "a file").write_text("text")
    assert [await host("true").read(str(tmp_path / name)) for name in ("a file", "none")] == ["text", ""]


@pytest.mark.parametrize("status", [0, 1])
async def test_a_start_in_vain_tells_the_status(host, status):
    assert await host("sh", "-c", f"exit {status}").start_in_vain() == status


async def test_a_start_that_goes_on_has_no_status(host):
    assert await host("sleep", "60").start_in_vain(0.1) is None

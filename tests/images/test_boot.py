"""The host image that is really built and really boots. Needs a container engine, and fails without one."""

from __future__ import annotations

import io
import json
import os
import tarfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import docker
import pytest

from fakes.rhc_worker_playbook import runner
from hopcheck.images import ImageError, context, debian, engine, ensure, inventory, labels
from hopcheck.images.bases import find
from hopcheck.topology.containers.execute import execute
from hopcheck.topology.signer import Signer

pytestmark = pytest.mark.containers

OWNER = "org.hopcheck.test"
HOLD = ["/lib/systemd/systemd", "--unit=basic.target"]
WORKER = "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook"
WORKER_PATH = "/" + WORKER.replace(".", "/")
STAND_INS = "/usr/lib/hopcheck/stand-ins"
DEADLINE = 60.0

PLAY = """\
- name: say hello
  hosts: localhost
  vars:
    insights_signature_exclude: /hosts,/vars/insights_signature
    insights_signature: ""
  tasks:
    - name: write
      copy: {content: hello, dest: /root/hello}
"""


class Host:
    """A container; every command's output is text."""

    def __init__(self, container: Any) -> None:
        self.container = container

    def try_(self, *arguments: str, user: str = "root") -> tuple[int, str]:
        """Exit status and output, what went to stderr last."""
        done = execute(self.container, arguments, user=user)
        return done.status, (done.out + done.err).decode()

    def run(self, *arguments: str, user: str = "root") -> str:
        status, output = self.try_(*arguments, user=user)
        assert status == 0, f"{arguments}: {status}: {output}"
        return output

    def sh(self, script: str) -> str:
        return self.run("sh", "-euc", script)

    def put(self, path: str, content: str | bytes) -> None:
        """A file, and the folders above it."""
        data = content.encode() if isinstance(content, str) else content
        into = io.BytesIO()
        with tarfile.open(fileobj=into, mode="w") as tar:
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
        assert self.container.put_archive("/", into.getvalue())

    def configure(self) -> None:
        """What the kit writes before it lets go of a host, as far as no broker is needed."""
        self.put("/etc/yggdrasil/config.toml", 'log-level = "debug"\n')
        self.put(
            "/etc/rhc-worker-playbook/rhc-worker-playbook.toml",
            'directive = "rhc_worker_playbook"\nlog-level = "debug"\n',
        )

    def settled(self) -> str:
        """systemd's state once it has one that lasts."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            # Fails until the bus is up; then it waits by itself.
            _, output = self.try_("systemctl", "is-system-running", "--wait")
            if output.strip() in ("running", "degraded"):
                return output.strip()
        raise AssertionError(f"not settled after {DEADLINE} s: {output}")


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    client = engine.connect()
    yield client
    client.close()


@pytest.fixture(scope="module")
def image(client: docker.DockerClient) -> str:
    return ensure(client, progress=print)


@pytest.fixture(scope="module")
def start(client: docker.DockerClient) -> Iterator[Callable[..., Host]]:
    """Starts a container with the least that boots systemd (docs/images.md)."""
    started: list[Any] = []

    def start(image: str, command: list[str] | None = None) -> Host:
        started.append(
            client.containers.run(
                image,
                command,
                detach=True,
                cgroupns="host",
                network_mode="none",
                tmpfs={"/run": "", "/run/lock": "", "/tmp": ""},
                volumes=["/sys/fs/cgroup:/sys/fs/cgroup:rw"],
                labels={OWNER: str(os.getpid())},
            )
        )
        return Host(started[-1])

    yield start
    for container in started:
        container.remove(force=True)


@pytest.fixture(scope="module")
def host(image: str, start: Callable[..., Host]) -> Host:
    """A host that runs as in the field: configured at the hold point, then let go."""
    host = start(image, HOLD)
    assert host.settled() == "running"
    assert host.sh("systemctl is-active yggdrasil.service || true").strip() == "inactive"
    host.configure()
    host.run("systemctl", "start", "default.target")
    assert host.settled() == "running"
    return host


@pytest.fixture(scope="module")
def bare(image: str, start: Callable[..., Host]) -> Host:
    """A host that nobody configured."""
    return start(image)


def test_both_units_run_and_own_their_names(host: Host) -> None:
    active = host.run("systemctl", "is-active", "yggdrasil.service", "yggd.service", f"{WORKER}.service")
    assert active.split() == ["active"] * 3
    names = {row["name"]: row["unit"] for row in json.loads(host.run("busctl", "--json=short", "list"))}
    assert names["com.redhat.Yggdrasil1"] == names["com.redhat.Yggdrasil1.Dispatcher1"] == "yggdrasil.service"
    assert names[WORKER] == f"{WORKER}.service"


def test_each_runs_as_its_packages_user(host: Host) -> None:
    for unit, user, group in (
        ("yggdrasil.service", "yggdrasil", "yggdrasil"),
        (f"{WORKER}.service", "root", "yggdrasil-worker"),
    ):
        pid = host.run("systemctl", "show", "--property=MainPID", "--value", unit).strip()
        assert host.run("ps", "-o", "user:20=,group:20=", "-p", pid).split() == [user, group]
    assert set(host.run("id", "-nG", "yggdrasil").split()) == {"yggdrasil", "yggdrasil-worker", "rhsm"}


def test_without_configuration_it_is_degraded_by_the_worker_alone(bare: Host) -> None:
    assert bare.settled() == "degraded"
    failed = bare.run("systemctl", "list-units", "--failed", "--plain", "--no-legend")
    assert [line.split()[0] for line in failed.splitlines()] == [f"{WORKER}.service"]
    assert "rhc-worker-playbook.toml" in bare.run("journalctl", "--unit", f"{WORKER}.service")


def test_the_image_holds_no_configuration_and_no_identity(bare: Host, host: Host) -> None:
    folders = (
        "/etc/yggdrasil",
        "/etc/rhc-worker-playbook",
        "/etc/pki/consumer",
        "/etc/pki/hopcheck",
        "/etc/hopcheck/verifier",
        "/etc/insights-client",
    )
    assert bare.run("find", *folders, "-type", "f") == ""
    assert bare.run("ls", "/usr/lib/hopcheck") == "stand-ins\n"
    ids = {one.run("cat", "/etc/machine-id").strip() for one in (bare, host)}
    assert len(ids) == 2
    assert "" not in ids


def test_the_journal_and_the_id_survive_a_restart(image: str, start: Callable[..., Host]) -> None:
    host = start(image, HOLD)
    host.settled()
    before = host.run("cat", "/etc/machine-id")
    host.run("logger", "before the restart")
    host.run("journalctl", "--sync")
    host.container.restart(timeout=20)
    host.settled()
    assert host.run("cat", "/etc/machine-id") == before
    assert "before the restart" in host.run("journalctl", "--quiet")


def test_it_ends_by_itself_when_it_is_stopped(image: str, start: Callable[..., Host]) -> None:
    host = start(image, HOLD)
    host.settled()
    host.container.stop(timeout=30)
    # 137 would be the kill that comes after the timeout.
    assert host.container.wait()["StatusCode"] == 0


def remote_content(host: Host, user: str) -> tuple[int, str]:
    return host.try_(
        "busctl", "get-property", WORKER, WORKER_PATH, "com.redhat.Yggdrasil1.Worker1", "RemoteContent", user=user
    )


def test_the_bus_starts_the_worker_for_the_daemons_user(host: Host) -> None:
    host.run("systemctl", "stop", f"{WORKER}.service")
    assert remote_content(host, "yggdrasil") == (0, "b true\n")
    assert host.run("systemctl", "is-active", f"{WORKER}.service") == "active\n"


@pytest.mark.parametrize("user", ["root", "nobody"])
def test_nobody_else_may_call_the_worker(host: Host, user: str) -> None:
    status, output = remote_content(host, user)
    assert status != 0
    assert "Access denied" in output


@pytest.mark.parametrize(("user", "allowed"), [("root", True), ("nobody", False)])
def test_only_root_commands_the_daemon(host: Host, user: str, allowed: bool) -> None:
    name = "com.redhat.Yggdrasil1"
    status, output = host.try_("busctl", "call", name, f"/{name.replace('.', '/')}", name, "ListWorkers", user=user)
    assert (status == 0) is allowed
    assert ("rhc_worker_playbook" in output) is allowed
    assert ("Access denied" in output) is not allowed


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("/usr/bin/yggd", "hopcheck-rhc 0.1.0"),
        ("/usr/libexec/rhc-worker-playbook", "hopcheck-rhc-worker-playbook 0.1.0"),
        ("/usr/bin/insights-client", "hopcheck-insights-client 0.1.0"),
        ("/usr/libexec/rhc-playbook-verifier", "hopcheck-insights-client 0.1.0"),
    ],
)
def test_each_program_is_at_its_packages_path(host: Host, program: str, says: str) -> None:
    assert host.run(program, "--version") == says + "\n"


def test_ansible_runs_in_the_workers_environment(host: Host) -> None:
    arguments, environment = runner.command("6a0b8f5e")
    host.put("/var/lib/rhc-worker-playbook/6a0b8f5e.yaml", PLAY)
    host.run("env", "-i", *(f"{name}={value}" for name, value in environment.items()), *arguments)
    artifacts = "/var/lib/rhc-worker-playbook/runs/artifacts/6a0b8f5e"
    assert host.run("cat", f"{artifacts}/status") == "successful"
    assert host.run("cat", "/root/hello") == "hello"
    assert "playbook_on_stats" in host.sh(f"cat {artifacts}/job_events/*.json")


def test_ansible_runner_is_the_bundled_one_and_ansible_the_systems(host: Host) -> None:
    _, environment = runner.command("x")
    code = "import ansible_runner, yaml, ansible; print(ansible_runner.__file__, yaml.__file__, ansible.__file__)"
    command = ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), "/usr/bin/python3", "-c", code]
    where = host.run(*command).split()
    assert where[0] == "/usr/lib64/rhc-worker-playbook/ansible_runner/__init__.py"
    assert where[1].startswith("/usr/lib64/rhc-worker-playbook/")
    assert where[2] == "/usr/lib/python3/dist-packages/ansible/__init__.py"
    assert host.run("head", "-c", "3", "/usr/bin/ansible-playbook") == "#!/"


@pytest.fixture(scope="module")
def signed(host: Host, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A signed playbook; the host has the key."""
    with Signer(tmp_path_factory.mktemp("s")).create() as signer:
        host.put("/etc/hopcheck/verifier/public.gpg", signer.public_key)
        host.put("/etc/hopcheck/verifier/revoked_playbooks.yaml", signer.revocation_list())
        return signer.sign_play(PLAY)


def test_the_verifier_takes_what_was_signed_and_nothing_else(host: Host, signed: str) -> None:
    host.put("/root/good.yml", signed)
    host.put("/root/bad.yml", signed.replace("hello,", "goodbye,"))
    verifier = "env -i PATH=/sbin:/bin:/usr/sbin:/usr/bin /usr/libexec/rhc-playbook-verifier --stdin"
    assert host.sh(f"{verifier} < /root/good.yml") == signed + "\n"
    status, output = host.try_("sh", "-c", f"{verifier} < /root/bad.yml")
    assert status == 1
    assert "signature" in output


def test_the_client_collects(host: Host, signed: str) -> None:
    host.put("/etc/insights-client/insights-client.conf", "[insights-client]\nlegacy_upload=False\nauto_config=False\n")
    host.run("env", "-i", "PATH=/sbin:/bin:/usr/sbin:/usr/bin", "insights-client", "--no-upload")
    assert ".tar.gz" in host.run("ls", "/var/cache/insights-client")


def test_a_wrong_stand_in_can_be_started(host: Host, signed: str) -> None:
    wrong = ["fakes.faults", "insights-client.accepts-what-was-altered", "verifier", "--stdin"]
    assert host.sh(f"echo '- name: x' | {STAND_INS}/run {' '.join(wrong)}") == "- name: x\n\n"


def test_stand_ins_hand_no_path_of_theirs_on(host: Host) -> None:
    pid = host.run("systemctl", "show", "--property=MainPID", "--value", "yggdrasil.service").strip()
    # Its own user: root without capabilities may not look.
    assert "PYTHON" not in host.run("cat", f"/proc/{pid}/environ", user="yggdrasil")


def test_all_of_it_is_compiled(host: Host) -> None:
    sources = (
        f"find {STAND_INS}/fakes {STAND_INS}/site-packages/dbus_fast {STAND_INS}/site-packages/insights -name '*.py'"
    )
    compiled = sources.replace("'*.py'", "'*.pyc'")
    host.sh(f"{sources} | sed 's|\\.py$||' | sort > /root/sources")
    host.sh(f"{compiled} | sed 's|/__pycache__/|/|; s|\\.cpython-[0-9]*\\.pyc$||' | sort > /root/compiled")
    assert len(host.run("cat", "/root/sources").splitlines()) > 100
    lacking = host.run("comm", "-23", "/root/sources", "/root/compiled")
    assert lacking == ""


def test_a_role_can_be_put_over_another_image(image: str, start: Callable[..., Host]) -> None:
    host = start(image, HOLD)
    host.settled()
    host.sh(f"rm -r /usr/libexec/rhc-worker-playbook /var/lib/rhc-worker-playbook; systemctl --quiet disable {WORKER}")
    host.sh(f"groupdel yggdrasil-worker; rm /usr/lib/systemd/system/{WORKER}.service")
    assert host.try_(f"{STAND_INS}/install-role", "rhc-worker-playbook", "moon") == (
        2,
        "install-role: no stand-in for moon\n",
    )
    assert host.try_("test", "-e", "/usr/libexec/rhc-worker-playbook")[0] == 1
    host.run(f"{STAND_INS}/install-role", "rhc-worker-playbook")
    host.configure()
    host.run("systemctl", "start", f"{WORKER}.service")
    assert host.run("systemctl", "is-enabled", f"{WORKER}.service") == "enabled\n"


def test_the_second_build_makes_nothing(client: docker.DockerClient, image: str) -> None:
    told: list[str] = []
    assert ensure(client, progress=told.append) == image
    assert told == [f"{image}: cached"]


def test_labels_tell_what_it_is(client: docker.DockerClient, image: str) -> None:
    (found,) = [one for one in inventory.images(client) if image in one.tags]
    assert (found.kind, found.base) == ("host", "offline")
    assert found.context == context.digest(context.files(find("offline")))
    assert not inventory.stale(found, engine.architecture(client))


def test_an_image_of_ones_own_can_be_its_base(client: docker.DockerClient, image: str) -> None:
    recipe = find("offline").recipe
    assert recipe is not None
    own = debian.reference("offline", recipe, engine.architecture(client))
    name = ensure(client, source=own, progress=print)
    try:
        assert name != image
        assert client.images.get(name).attrs["Config"]["Cmd"] == ["/lib/systemd/systemd"]
    finally:
        client.images.get(image).tag("hopcheck/host-offline", "latest")
        client.images.remove(name)


def test_a_build_that_fails_says_why_and_leaves_no_container(client: docker.DockerClient, image: str) -> None:
    content = {
        "Containerfile": (b"ARG BASE\nFROM ${BASE}\nLABEL org.hopcheck.test=failing\nRUN echo too bad; exit 7\n", 0o644)
    }

    def pack(into: Any) -> None:
        context.pack(content, tmp, into)

    tmp = context.HOST
    with pytest.raises(ImageError, match="non-zero code: 7") as told:
        engine.build(
            client, "hopcheck/never:1", pack, arguments={"BASE": image}, marks={}, network=False, fresh=True,
            progress=print,
        )  # fmt: skip
    assert "too bad" in told.value.cause
    failing = {"label": "org.hopcheck.test=failing"}
    assert client.containers.list(all=True, filters=failing) == []
    # The layers before the step are what a next try starts from.
    for left in client.images.list(filters=failing):
        client.images.remove(left.id)


def test_no_build_step_has_a_network(client: docker.DockerClient, image: str) -> None:
    content = {
        "Containerfile": (b"ARG BASE\nFROM ${BASE}\nRUN ip -o link | grep -v ': lo:' | grep . && exit 9; true\n", 0o644)
    }
    name = "hopcheck/test-network:1"
    engine.build(
        client, name, lambda into: context.pack(content, context.HOST, into), arguments={"BASE": image},
        marks={labels.IMAGE: "test"}, network=False, fresh=True, progress=print,
    )  # fmt: skip
    client.images.remove(name)

"""A remediation target of the process runtime: a namespace with the files that the real programs read."""

from __future__ import annotations

import json
import sys
import uuid
from importlib import resources
from pathlib import Path

from hopcheck.taps.stub import install_shim, runner_package
from hopcheck.topology.identity import Identity
from hopcheck.topology.namespace import Namespace
from hopcheck.topology.pki import Authority
from hopcheck.topology.process import Command
from hopcheck.topology.roles import Plan

FILES = "/var/lib/hopcheck"
RUNNER = "/usr/lib64/rhc-worker-playbook/ansible_runner"
SHIM_PYTHON = "/usr/bin/python3"


class HostFiles:
    """Writes a host's configuration into its namespace before it starts."""

    def __init__(self, identity: Identity, namespace: Namespace, plan: Plan, authority: Authority) -> None:
        self.identity = identity
        self._namespace = namespace
        self._plan = plan
        self._authority = authority

    def write(self, public_key: bytes, revoked: bytes) -> None:
        """Everything that RHEL's packages and ``rhc connect`` would have left behind."""
        pair = self._authority.issue(self.identity.client_id)
        bundle = self._authority.bundle.read_bytes()
        put = self._namespace.write
        put("/etc/pki/consumer/cert.pem", pair.cert.read_bytes())
        put("/etc/pki/consumer/key.pem", pair.key.read_bytes(), 0o600)
        put("/etc/pki/hopcheck/ca.pem", bundle)
        put("/etc/hopcheck/verifier/public.gpg", public_key)
        put("/etc/hopcheck/verifier/revoked_playbooks.yaml", revoked)
        put("/etc/machine-id", uuid.UUID(self.identity.insights_id).hex + "\n")
        put("/etc/yggdrasil/config.toml", self._yggdrasil())
        put("/var/lib/yggdrasil/canonical-facts.json", json.dumps(self.identity.facts()))
        put(
            "/etc/rhc-worker-playbook/rhc-worker-playbook.toml",
            'directive = "rhc_worker_playbook"\nlog-level = "debug"\nverify-playbook = true\n',
        )
        put("/etc/insights-client/insights-client.conf", self._client())
        put("/etc/insights-client/machine-id", self.identity.insights_id)
        put("/etc/insights-client/.registered", "")
        put(
            "/etc/insights-client/manifest.yaml",
            resources.files("hopcheck.topology").joinpath("manifest.yaml").read_text(),
        )
        for directory in (
            "/var/lib/rhc-worker-playbook/runs",
            "/var/lib/insights",
            "/var/log/insights-client",
            "/var/cache/insights-client",
            "/usr/share/rhc-worker-playbook/ansible/collections",
            "/etc/ansible",
        ):
            self._namespace.path(directory + "/.").mkdir(parents=True, exist_ok=True)
        for program in ("ansible-playbook", "ansible"):
            put(
                f"/usr/bin/{program}",
                f'#!/bin/sh\nexec {sys.executable} {Path(sys.executable).parent / program} "$@"\n',
                0o755,
            )

    def _yggdrasil(self) -> str:
        return f"""\
protocol = "mqtt"
server = ["mqtts://localhost:{self._plan.taps.mqtt_hosts}"]
cert-file = "/etc/pki/consumer/cert.pem"
key-file = "/etc/pki/consumer/key.pem"
ca-root = ["/etc/pki/hopcheck/ca.pem"]
path-prefix = "redhat/insights"
facts-file = "/var/lib/yggdrasil/canonical-facts.json"
log-level = "debug"
"""

    def _client(self) -> str:
        return f"""\
[insights-client]
base_url=localhost:{self._plan.taps.client_ingress}/api
legacy_upload=False
auto_config=False
auto_update=False
authmethod=CERT
cert_verify=/etc/pki/hopcheck/ca.pem
http_timeout=20
cmd_timeout=20
manifest=/etc/insights-client/manifest.yaml
"""

    def rhc(self, address: str) -> Command:
        """yggdrasil's daemon on the host's own bus."""
        return self._command("rhc", {"DBUS_SESSION_BUS_ADDRESS": address})

    def worker(self, address: str) -> Command:
        """The playbook worker on the same bus; its unit is of Type=dbus: ready when it owns its name."""
        return self._command(
            "rhc-worker-playbook",
            {"DBUS_SESSION_BUS_ADDRESS": address, "WORKER_GENERATION": self._plan.settings.worker_generation},
            notify=False,
        )

    def _command(self, role: str, env: dict[str, str], *, notify: bool = True) -> Command:
        command = self._plan.command(role, [], env)
        return Command(
            role,
            command.argv,
            {**command.env, "STATE_DIRECTORY": "/var/lib"},
            prefix=self._namespace.enter,
            notify=notify,
        )

    def install_shims(self, socket: Path) -> None:
        """Process shims at the paths of the verifier, insights-client and ansible-runner's package."""
        for program, real in (
            ("/usr/bin/insights-client", self.client()),
            ("/usr/libexec/rhc-playbook-verifier", self.client("verifier")),
        ):
            install_shim(self._namespace.root, program, real=real, socket=socket, python=SHIM_PYTHON)
        runner = [sys.executable, "-m", "ansible_runner"]
        package = runner_package(RUNNER, real=runner, socket=socket, python=SHIM_PYTHON)
        for name, text in package.items():
            self._namespace.write(f"{RUNNER}/{name}", text)

    def client(self, *module: str) -> list[str]:
        """The argument list of the insights-client behind the shim; ``module`` picks its verifier front end."""
        own = self._plan.settings.commands.get("insights-client")
        if own:
            return [*own, *module]
        return [sys.executable, "-m", ".".join(("fakes.insights_client", *module))]

from __future__ import annotations

import contextlib

import pytest

from hopcheck.topology.settings import ROLES
from hopcheck.topology.sut import KINDS, Sut, parse_sut


@pytest.mark.parametrize(
    ("text", "sut"),
    [
        ("ingress=cmd:node 'my server.js' -v", Sut("ingress", "cmd", "node 'my server.js' -v")),
        ("ingress=cmd:./a --x=y:z", Sut("ingress", "cmd", "./a --x=y:z")),
        (
            "ingress=image:quay.io:5000/me/ingress@sha256:ab",
            Sut("ingress", "image", "quay.io:5000/me/ingress@sha256:ab"),
        ),
        ("s3=url:http://127.0.0.1:9000/", Sut("s3", "url", "http://127.0.0.1:9000")),
        ("s3=url:https://[::1]:9000/base", Sut("s3", "url", "https://[::1]:9000/base")),
        ("rhc=host", Sut("rhc", "host")),
        ("rhc=cmd:./rhc", Sut("rhc", "cmd", "./rhc")),
    ],
)
def test_each_kind(text: str, sut: Sut) -> None:
    assert parse_sut(text) == sut
    assert parse_sut(str(sut)) == sut


def test_a_command_is_split_like_a_shell_line() -> None:
    assert parse_sut("ingress=cmd:node 'my server.js' -v").argv == ("node", "my server.js", "-v")
    assert parse_sut("ingress=image:x").argv == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ingress", "want ROLE=cmd:COMMAND, ROLE=image:NAME, ROLE=url:BASE or ROLE=host, for instance ingress=cmd:"),
        ("ingress=./ingress", "want ROLE=cmd:COMMAND"),
        ("ingres=cmd:x", "no role 'ingres', meant is perhaps 'ingress'; roles are remediations-ui"),
        ("zzz=cmd:x", "no role 'zzz'; roles are"),
        ("ingress=img:x", "no kind 'img', meant is perhaps 'image'; want ROLE=cmd"),
        ("ingress=cmd:", "the command is empty; want for instance cmd:"),
        ("ingress=cmd:a 'b", "the command cannot be split into words: no closing quotation"),
        ("ingress=image:", "want the name of one image, for instance image:"),
        ("ingress=image:a b", "want the name of one image"),
        ("ingress=url:127.0.0.1:8080", "want the address of a running service, for instance url:http://"),
        ("ingress=url:http://x:99999", "want the address of a running service"),
        ("ingress=url:http://x:0", "want the address of a running service"),
        ("ingress=url:http://", "want the address of a running service"),
        ("ingress=url:http://me:secret@x", "must not hold a user name or password"),
        ("ingress=url:http://x/?a", "without [?] and #"),
        ("rhc=host:x", "host takes nothing after it: rhc=host"),
        ("ansible-runner=cmd:x", "always the real one; .*--host-image NAME"),
        ("ingress=host", "does not run on a host: use ingress=cmd:COMMAND, ingress=image:NAME or ingress=url:BASE"),
        ("rhc=image:x", "part of a host, not a container of its own: use rhc=host with --host-image NAME"),
        ("insights-client=url:http://x", "runs on hosts that the kit makes.*use insights-client=cmd:COMMAND"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^[^\n]*{says}[^\n]*$"):
        parse_sut(text)


def test_each_role_has_a_kind_or_says_why_not() -> None:
    given = {"cmd": "cmd:x", "image": "image:x", "url": "url:http://x", "host": "host"}
    possible: dict[str, set[str]] = {role: set() for role in ROLES}
    for role in ROLES:
        for kind in KINDS:
            with contextlib.suppress(ValueError):
                possible[role].add(parse_sut(f"{role}={given[kind]}").kind)
    assert possible.pop("ansible-runner") == set()
    on_hosts = {role for role, kinds in possible.items() if kinds == {"cmd", "host"}}
    assert on_hosts == {"rhc", "rhc-worker-playbook", "insights-client"}
    assert all(kinds == {"cmd", "image", "url"} for role, kinds in possible.items() if role not in on_hosts)

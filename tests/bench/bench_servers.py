# SPDX-License-Identifier: Apache-2.0
"""The servers that are measured, each private to one run, and what the kernel says they cost."""
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))
from samba_server import Samba  # noqa: E402, F401
from signet_server import SignetServer  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
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

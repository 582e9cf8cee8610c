# SPDX-License-Identifier: Apache-2.0
"""A private Samba on a loopback port, for tests and for comparison. Needs root, for smbd does."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from signet_server import free_port

SAMBA_PROTECTION = {
    "sealed": "smb encrypt = required\n  server signing = mandatory\n  server min protocol = SMB3_11",
    "signed": "smb encrypt = off\n  server signing = mandatory\n  server min protocol = SMB3_11",
    "plain": "smb encrypt = off\n  server signing = disabled\n  server min protocol = SMB3_11",
    "any": "smb encrypt = desired\n  server signing = auto\n  server min protocol = SMB2_10",
}


def end_pipes(run):
    """The daemon of a Samba's pipes has left its process group; run: the folder of its pid files."""
    for pid_file in Path(run).glob("*.pid"):
        try:
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGTERM)
        except (OSError, ValueError, IndexError):
            pass


def private_folders(below, lock="lock"):
    """Where a Samba keeps what it keeps, as lines of its [global]; the folders are made. A controller that was
    provisioned keeps its locks in the folder itself: lock = "."."""
    names = {"pid directory": "run", "lock directory": lock, "state directory": "state", "cache directory": "cache",
             "private dir": "private", "ncalrpc dir": "ncalrpc"}
    for name in names.values():
        (Path(below) / name).mkdir(parents=True, exist_ok=True)
    (Path(below) / "private").chmod(0o700)
    (Path(below) / "ncalrpc").chmod(0o755)  # or Samba does not start
    return "".join(f"  {key} = {Path(below) / name}\n" for key, name in names.items())


class Samba:
    """Debian's smbd as Windows users need it: ACLs, streams and DOS attributes are kept."""
    name = "samba"
    user, password, share = "root", "bench", "data"

    def __init__(self, protection, base):
        self.dir = Path(tempfile.mkdtemp(prefix="samba-test-", dir=base))
        self.path = self.dir / "share"
        self.port = free_port()
        self.conf = self.dir / "smb.conf"
        self.path.mkdir()
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
{private_folders(d)}  passdb backend = tdbsam:{d}/private/passdb.tdb
  load printers = no
  disable spoolss = yes
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
        end_pipes(self.dir / "run")
        shutil.rmtree(self.dir, ignore_errors=True)

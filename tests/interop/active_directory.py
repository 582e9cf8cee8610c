# SPDX-License-Identifier: Apache-2.0
"""A private Active Directory (Samba) on this machine, and a member that has joined it.

The test runs itself again in namespaces of its own (`in_private_network`): a network that nothing else
sees, with the addresses below on its loopback; and what the controller and the member want in /run and
/var/lib is their own. Everything ends with the test. Needs root."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from samba_server import private_folders

REALM, DOMAIN = "TEST.LAB", "TEST"
DC, MEMBER = "10.77.0.5", "10.77.0.11"
ADMIN = "Administrator%Adm1n-Passw0rd"
PROGRAMS = ("samba", "samba-tool", "winbindd", "net", "wbinfo", "unshare", "nsenter", "ip", "mount")
INSIDE = "SIGNET_TEST_INSIDE"


def missing():
    """What this machine lacks, in words; empty when all is there."""
    lacking = [p for p in PROGRAMS if shutil.which(p) is None]
    if not Path("/usr/share/samba/setup").exists():
        lacking.append("samba-ad-provision")
    if os.geteuid() != 0:
        lacking.append("root")
    elif subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True).returncode != 0:
        lacking.append("namespaces")
    return " ".join(lacking)


def in_private_network():
    """Returns inside of the namespaces; outside, the test is run there, and the process ends with its status."""
    if os.environ.get(INSIDE):
        for command in ("ip link set lo up", f"ip addr add {DC}/24 dev lo", f"ip addr add {MEMBER}/24 dev lo"):
            subprocess.run(command.split(), check=True)
        return
    args = ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc",
            sys.executable, *sys.argv]
    sys.exit(subprocess.run(args, env=os.environ | {INSIDE: "1"}).returncode)


def private_files(base, name, host):
    """A script that gives the mount namespace it runs in a host's own files."""
    own = Path(base) / name
    lines = [f"hostname {host}"]
    for where in ("/run/samba", "/var/lib/samba", "/var/cache/samba"):
        folder = own / where.strip("/").replace("/", "_")
        folder.mkdir(parents=True)
        lines.append(f"mkdir -p {where} && mount --bind {folder} {where}")
    files = {
        "hosts": f"127.0.0.1 localhost\n{DC} dc1.test.lab dc1\n{MEMBER} member.test.lab member\n",
        "resolv.conf": f"nameserver {DC}\nsearch test.lab\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
        "krb5.conf": f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = true\n rdns = false\n"
                     " dns_canonicalize_hostname = false\n udp_preference_limit = 0\n"
                     f"[realms]\n {REALM} = {{\n  kdc = {DC}\n }}\n",
    }
    for file, text in files.items():
        (own / file).write_text(text)
        lines.append(f"[ -e /etc/{file} ] || touch /etc/{file}; mount --bind {own / file} /etc/{file}")
    return " && ".join(f"{{ {line}; }}" for line in lines)


def wait_for(what, why, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        if what():
            return
        time.sleep(0.2)
    raise RuntimeError(f"{why} in {seconds} s")


class ActiveDirectory:
    """The controller, in mount and host name namespaces of its own. A context manager: provisioned and started."""

    def __init__(self, base):
        self.base = Path(base)
        self.dir = self.base / "ad"
        self.conf = self.dir / "etc" / "smb.conf"
        self.holder = self.process = None

    def command(self, *args):
        return ["nsenter", "-t", str(self.holder.pid), "-m", "-u", "--", *map(str, args)]

    def run(self, *args, check=True, **more):
        done = subprocess.run(self.command(*args), text=True, capture_output=True, **more)
        if check and done.returncode != 0:
            raise RuntimeError(f"{args}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
        return done

    def tool(self, *args, check=True):
        return self.run("samba-tool", *args, "-s", self.conf, check=check)

    def __enter__(self):
        script = private_files(self.base, "dc", "dc1")
        self.dir.mkdir()
        self.holder = subprocess.Popen(["unshare", "--mount", "--uts", "sh", "-c",
                                        f"{script} && echo ready && exec sleep infinity"], stdout=subprocess.PIPE)
        if self.holder.stdout.readline() != b"ready\n":
            raise RuntimeError("no namespaces for the domain controller")
        self.provision()
        self.start()
        return self

    def provision(self):
        self.run("samba-tool", "domain", "provision", f"--targetdir={self.dir}", f"--realm={REALM}",
                 f"--domain={DOMAIN}", f"--adminpass={ADMIN.split('%')[1]}", "--server-role=dc",
                 "--dns-backend=SAMBA_INTERNAL", "--host-name=dc1", f"--host-ip={DC}",
                 f"--option=interfaces={DC}/24", "--option=bind interfaces only=yes", "--option=netbios name=DC1")
        d = self.dir
        self.conf.write_text(f"""[global]
    netbios name = DC1
    realm = {REALM}
    workgroup = {DOMAIN}
    server role = active directory domain controller
    bind interfaces only = yes
    interfaces = {DC}/24
    log file = {d}/log.%m
    disable spoolss = yes
    load printers = no
    printcap name = /dev/null
{private_folders(d, lock=".")}[sysvol]
    path = {d}/state/sysvol
    read only = no
""")

    def start(self):
        with open(self.dir / "samba.out", "wb") as out:
            self.process = subprocess.Popen(self.command("samba", "-F", "-s", self.conf, "--no-process-group"),
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        wait_for(lambda: all(self.listens(p) for p in (53, 88, 135, 389, 445)), "the domain controller was not up")
        self.tool("domain", "passwordsettings", "set", "--complexity=off", "--min-pwd-length=7",
                  "--history-length=0", "--min-pwd-age=0", "--account-lockout-threshold=0")

    def listens(self, port):
        import socket
        try:
            socket.create_connection((DC, port), timeout=1).close()
            return True
        except OSError:
            return False

    def add_user(self, name, password=None):
        self.tool("user", "create", name, password or f"Passw0rd-{name}")

    def add_group(self, name, *members):
        self.tool("group", "add", name)
        if members:
            self.tool("group", "addmembers", name, ",".join(members))

    def sid(self, name):
        out = self.run("wbinfo", "-n", f"{DOMAIN}\\{name}").stdout
        return out.split()[0]

    def export_keytab(self, path, *principals):
        for principal in principals:
            self.tool("domain", "exportkeytab", path, f"--principal={principal}")

    def stop(self):
        """The controller goes away; its namespaces stay."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            finally:  # its children serve connections that are there for a moment longer
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None

    def __exit__(self, *unused):
        try:
            self.stop()
        finally:
            self.holder.kill()
            self.holder.wait()


class Member:
    """The test's own namespaces as a machine that joined the domain, with its winbindd. A context manager."""

    def __init__(self, base):
        self.base = Path(base)
        self.dir = self.base / "member-state"
        self.conf = self.dir / "smb.conf"
        self.process = None

    def __enter__(self):
        self.dir.mkdir()
        subprocess.run(["sh", "-c", private_files(self.base, "member", "member")], check=True)
        d = self.dir
        self.conf.write_text(f"""[global]
    netbios name = MEMBER
    workgroup = {DOMAIN}
    realm = {REALM}
    security = ads
    interfaces = {MEMBER}/24
    bind interfaces only = yes
    disable netbios = yes
    idmap config * : backend = tdb
    idmap config * : range = 3000-7999
    idmap config {DOMAIN} : backend = rid
    idmap config {DOMAIN} : range = 100000-199999
    winbind use default domain = yes
    log file = {d}/log.%m
{private_folders(d)}""")
        done = subprocess.run(["net", "ads", "join", "-s", self.conf, "-U", ADMIN, "--no-dns-updates"], text=True,
                              capture_output=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"the member could not join: {done.stdout}{done.stderr}")
        self.start()
        return self

    def start(self):
        with open(self.dir / "winbindd.out", "ab") as out:
            self.process = subprocess.Popen(["winbindd", "-F", "-s", self.conf, "--no-process-group"],
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_for(lambda: subprocess.run(["wbinfo", "-t"], capture_output=True).returncode == 0,
                 "winbindd did not reach its domain")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def __exit__(self, *unused):
        self.stop()

# SPDX-License-Identifier: Apache-2.0
"""A closed network to record captures in: hosts that are namespaces of this machine, on one bridge that tcpdump
listens to; a domain (Samba) with its controller and members. Nothing leaves it, and it ends with the process. Needs
root."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "interop"))
from samba_server import private_folders  # noqa: E402

REALM, DOMAIN, NETWORK = "TEST.LAB", "TEST", "10.77.0"
ADMIN_PASSWORD = "Passw0rd-Administrator"
INSIDE = "SIGNET_RECORD_INSIDE"
ADDRESSES = {"dc1": 5, "dc2": 6, "files": 10, "print1": 11, "files2": 12, "signet1": 13, "win1": 14, "ws1": 21,
             "ws2": 22, "evil": 66}
OTHER_NAMES = {"alias": "files2"}
USERS = ("alice", "bob")


def address_of(name):
    return f"{NETWORK}.{ADDRESSES[name]}"


def password_of(user):
    return f"Passw0rd-{user}"


def in_private_network(arguments):
    """Returns inside of the namespaces; outside, the process becomes the one in there."""
    if os.environ.get(INSIDE):
        return
    os.execvpe("unshare", ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc",
                           sys.executable, *arguments], os.environ | {INSIDE: "1"})


def wait_for(what, why, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.1)
    raise RuntimeError(why)


def host_files(own, name):
    """A host's own /etc; its script binds it over the machine's, in its mount namespace alone."""
    etc = own / "etc"
    etc.mkdir(parents=True)
    names = "".join(f"{address_of(n)} {n}.test.lab {n}\n" for n in ADDRESSES)
    names += "".join(f"{address_of(n)} {alias}.test.lab {alias}\n" for alias, n in OTHER_NAMES.items())
    (etc / "hosts").write_text(f"127.0.0.1 localhost\n{names}")
    (etc / "resolv.conf").write_text(f"nameserver {address_of('dc1')}\nsearch test.lab\n")
    (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    (etc / "krb5.conf").write_text(
        f"[libdefaults]\n default_realm = {REALM}\n rdns = false\n dns_canonicalize_hostname = false\n"
        " dns_lookup_kdc = false\n udp_preference_limit = 1\n"
        f"[realms]\n {REALM} = {{\n  kdc = {address_of('dc1')}\n }}\n[domain_realm]\n .test.lab = {REALM}\n")
    (etc / "passwd").write_text(Path("/etc/passwd").read_text())
    lines = [f"hostname {name}"]
    lines += [f"[ -e /etc/{f.name} ] || touch /etc/{f.name}; mount --bind {f} /etc/{f.name}" for f in etc.iterdir()]
    for where in ("/run/samba", "/var/lib/samba", "/var/cache/samba", "/var/log/samba"):
        folder = own / where.strip("/").replace("/", "_")
        folder.mkdir()
        lines.append(f"mkdir -p {where} && mount --bind {folder} {where}")
    return "set -e; " + "; ".join(lines)


class Host:
    """A host of the network: what is run on it has its addresses, names and files."""

    def __init__(self, base, name):
        self.name, self.address = name, address_of(name)
        self.dir = base / name
        self.started = []
        script = host_files(self.dir, name) + "; ip link set lo up; echo ready; exec sleep infinity"
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "--uts", "sh", "-c", script],
                                       stdout=subprocess.PIPE)
        if self.holder.stdout.readline() != b"ready\n":
            raise RuntimeError(f"no namespaces for {name}")
        pid = self.holder.pid
        subprocess.run(f"ip link add v-{name} type veth peer name eth0 netns {pid} && "
                       f"ip link set v-{name} master br0 up && ethtool -K v-{name} tso off gso off gro off tx off "
                       f">/dev/null", shell=True, check=True)
        self.run("sh", "-c", f"ip addr add {self.address}/24 dev eth0; ip link set eth0 up; "
                             "ethtool -K eth0 tso off gso off gro off tx off sg off >/dev/null")

    def add_name(self, name, address):
        """The name leads there, as this host sees it."""
        hosts = self.dir / "etc" / "hosts"
        lines = [line for line in hosts.read_text().splitlines() if f" {name}.test.lab " not in line]
        hosts.write_text("\n".join([f"{address} {name}.test.lab {name}", *lines]) + "\n")
        self.run("net", "cache", "flush", "-s", "/dev/null", check=False)

    def command(self, *arguments):
        return ["nsenter", "-t", str(self.holder.pid), "-n", "-m", "-u", "--", *map(str, arguments)]

    def run(self, *arguments, check=True, seconds=300, **more):
        """Its output, of whatever kind."""
        if "input" not in more:
            more.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run(self.command(*arguments), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds, **more)
        if check and done.returncode != 0:
            raise RuntimeError(f"{self.name}: {arguments}: {done.stdout[-3000:]}")
        return done.stdout

    def start(self, *arguments, **more):
        """A process that goes on; what it says is in a file of its name."""
        log = open(self.dir / f"{Path(str(arguments[0])).name}-{len(self.started)}.out", "wb")
        more.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen(self.command(*arguments), stdout=log, stderr=log, start_new_session=True, **more)
        process.log = Path(log.name)
        self.started.append(process)
        return process

    @staticmethod
    def stop(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def answers(self, port, host=None):
        probe = f"exec 3<>/dev/tcp/{(host or self).address}/{port}"
        return subprocess.run(self.command("bash", "-c", probe), stderr=subprocess.DEVNULL).returncode == 0


class Lab:
    """The network; a context manager. Hosts come to be when they are asked for."""

    def __init__(self, base):
        self.base = Path(base)
        self.hosts = {}

    def __enter__(self):
        os.chmod(self.base, 0o755)  # those who log on reach their shares
        subprocess.run("ip link set lo up && ip link add br0 type bridge ageing_time 30000 && ip link set br0 up",
                       shell=True, check=True)
        return self

    def __exit__(self, *unused):
        for host in self.hosts.values():
            for process in host.started:
                host.stop(process)
            host.holder.kill()
            host.holder.wait()
        shutil.rmtree(self.base, ignore_errors=True)

    def host(self, name):
        if name not in self.hosts:
            self.hosts[name] = Host(self.base, name)
        return self.hosts[name]

    def capture(self, path, *more, **also):
        return Capture(path, *more, **also)


class Capture:
    """All that goes over the bridge and that the expression lets through, or its beginning; a context manager."""

    END = 9  # the port of the packet that says that all before it was taken

    def __init__(self, path, expression="tcp port 445 or port 88", packets=None):
        self.path, self.expression, self.packets = Path(path), f"({expression}) or udp port {self.END}", packets

    def __enter__(self):
        command = ["tcpdump", "-i", "br0", "-s", "0", "-U", "--immediate-mode", "-B", "65536", "-n", "-Z", "root", "-w",
                   self.path, self.expression]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        while "listening on" not in self.process.stderr.readline():
            if self.process.poll() is not None:
                raise RuntimeError("tcpdump does not run")
        return self

    def __exit__(self, *unused):
        subprocess.run("ip addr add 10.77.0.1/24 dev br0 2>/dev/null; true", shell=True)
        mark = os.urandom(8)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            s.sendto(mark, ("10.77.0.255", self.END))
        wait_for(lambda: mark in self.path.read_bytes(), "the capture does not end")
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate()[1]
        if "0 packets dropped" not in said:
            raise RuntimeError(f"tcpdump: {said}")
        whole = self.path.read_bytes()
        end = whole.rindex(mark) - 42 - 16  # Ethernet, IP, UDP; the packet's own header
        self.path.write_bytes(whole[:min(end, self.end_of_beginning(whole))])

    def end_of_beginning(self, pcap):
        at = 24
        for _ in range(self.packets or len(pcap)):
            at += 16 + struct.unpack_from("<I", pcap, at + 8)[0] if at + 16 <= len(pcap) else 0
        return at


# --- the domain -----------------------------------------------------------------------------------------------


class Controller:
    """The domain's controller, or with `first` another one, which joins it and then is not started yet."""

    def __init__(self, lab, name="dc1", first=None):
        self.host = lab.host(name)
        d = self.dir = self.host.dir / "ad"
        self.conf = d / "etc" / "smb.conf"
        d.mkdir()
        if first is None:
            self.provision()
        else:
            self.host.run("samba-tool", "domain", "join", REALM, "DC", f"--targetdir={d}", "--dns-backend=NONE",
                          f"--server={first.host.address}", "-U", f"Administrator%{ADMIN_PASSWORD}",
                          "--option=interfaces=eth0", "--option=bind interfaces only=yes",
                          f"--option=netbios name={name.upper()}")
        self.write_configuration(name)
        if first is None:
            self.start()
            self.add_users()

    def provision(self):
        d = self.dir
        self.host.run("samba-tool", "domain", "provision", f"--targetdir={d}", f"--realm={REALM}", f"--domain={DOMAIN}",
                      f"--adminpass={ADMIN_PASSWORD}", "--server-role=dc", "--dns-backend=SAMBA_INTERNAL",
                      "--host-name=dc1", f"--host-ip={self.host.address}", "--option=interfaces=eth0",
                      "--option=bind interfaces only=yes", "--option=netbios name=DC1")

    def write_configuration(self, name):
        d = self.dir
        self.conf.write_text(f"""[global]
 netbios name = {name.upper()}
 realm = {REALM}
 workgroup = {DOMAIN}
 server role = active directory domain controller
 bind interfaces only = yes
 interfaces = eth0
{private_folders(d, lock=".")}[sysvol]
 path = {d}/state/sysvol
 read only = no
[netlogon]
 path = {d}/state/sysvol/test.lab/scripts
 read only = no
""")
        (d / "state/sysvol/test.lab/scripts").mkdir(exist_ok=True, parents=True)

    def start(self):
        self.host.start("samba", "-F", "-s", self.conf, "--no-process-group")
        for port in (88, 135, 389, 445):
            wait_for(lambda p=port: self.host.answers(p), f"the controller does not answer at {port}")

    def add_users(self):
        self.tool("domain", "passwordsettings", "set", "--complexity=off", "--min-pwd-length=7", "--history-length=0",
                  "--min-pwd-age=0", "--account-lockout-threshold=0")
        for user in USERS:
            self.tool("user", "create", user, password_of(user))

    def tool(self, *arguments, check=True):
        return self.host.run("samba-tool", *arguments, "-s", self.conf, check=check)


MEMBER = """[global]
 netbios name = {netbios}
 workgroup = TEST
 realm = TEST.LAB
 security = ads
 interfaces = eth0
 bind interfaces only = yes
 disable netbios = yes
 kerberos method = secrets and keytab
 dedicated keytab file = {dir}/keytab
 idmap config * : backend = tdb
 idmap config * : range = 3000-7999
 idmap config TEST : backend = rid
 idmap config TEST : range = 100000-199999
 admin users = TEST\\administrator
 printing = bsd
 print command = true
 lpq command = true
 printcap name = {dir}/printcap
 load printers = yes
 host msdfs = yes
{folders}{more}[ADMIN$]
 path = {dir}/windows
 read only = no
 valid users = TEST\\administrator
[C$]
 path = {dir}/drive
 read only = no
 valid users = TEST\\administrator
[printers]
 path = {dir}/drive/spool
 printable = yes
[laser]
 path = {dir}/drive/spool
 printable = yes
[docs]
 path = {dir}/docs
 read only = no
[dfs]
 path = {dir}/dfs
 msdfs root = yes
"""


class Member:
    """A file server (Samba) that has joined the domain, with what a Windows server shows to administrators."""

    def __init__(self, lab, name, more=""):
        self.host = lab.host(name)
        d = self.dir = self.host.dir
        self.conf = d / "smb.conf"
        for folder in ("docs", "windows/System32", "windows/Temp", "drive/Windows", "drive/spool", "dfs"):
            (d / folder).mkdir(parents=True)
        os.chmod(d / "docs", 0o777)
        os.chmod(d / "drive" / "spool", 0o1777)
        (d / "printcap").write_text("laser|a printer\n")
        (d / "docs" / "plan.txt").write_text("what the year brings\n" * 20)
        (d / "windows" / "System32" / "drivers.txt").write_text("none\n" * 20)
        (d / "windows" / "win.ini").write_text("; for 16-bit app support\n[fonts]\n")
        (d / "drive" / "Windows" / "notes.log").write_text("all is well\n" * 20)
        (d / "dfs" / "docs").symlink_to("msdfs:files\\docs")
        self.conf.write_text(MEMBER.format(netbios=name.upper(), dir=d, folders=private_folders(d / "samba"),
                                           more=more.format(dir=d)))
        self.host.run("net", "ads", "join", "-s", self.conf, "-U", f"Administrator%{ADMIN_PASSWORD}",
                      "--no-dns-updates")
        self.start()

    def start(self):
        self.host.start("winbindd", "-F", "-s", self.conf, "--no-process-group")
        wait_for(lambda: "succeeded" in self.host.run("wbinfo", "-t", check=False),
                 "winbindd does not reach its domain")
        for account in ("administrator", *USERS):
            self.know(account)
        self.smbd = self.host.start("smbd", "-F", "-s", self.conf, "--no-process-group")
        wait_for(lambda: self.host.answers(445), f"{self.host.name} does not answer")

    def restart(self, more):
        """With other words at the end of its general ones."""
        self.host.stop(self.smbd)
        self.conf.write_text(self.conf.read_text().replace("host msdfs = yes\n", f"host msdfs = yes\n{more}"))
        self.smbd = self.host.start("smbd", "-F", "-s", self.conf, "--no-process-group")
        wait_for(lambda: self.host.answers(445), f"{self.host.name} does not answer")

    def know(self, account):
        """What libnss_winbind would tell of the account, in a file."""
        rid = int(self.host.run("wbinfo", "-n", f"{DOMAIN}\\{account}").split()[0].rpartition("-")[2])
        with open(self.dir / "etc" / "passwd", "a") as passwd:
            passwd.write(f"{DOMAIN}\\{account}:x:{100000 + rid}:100::/:/bin/false\n")

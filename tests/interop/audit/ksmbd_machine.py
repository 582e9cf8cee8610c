# SPDX-License-Identifier: Apache-2.0
"""ksmbd, the kernel's own SMB server, in a small machine of QEMU's: a Debian kernel, busybox and ksmbd-tools, all
from packages that are unpacked and not installed (ksmbd-tools cannot stand beside Samba). The machine boots once; its
second serial line takes one configuration after another and says when ksmbd listens with it. It gets at nothing but
what is forwarded to it."""

import gzip
import lzma
import os
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from servers import NETWORK, PASSWORD, PORT, USER

QEMU = "qemu-system-x86_64"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "signet-tests" / "ksmbd"
# Debian 12 has this kernel beside 6.1, whose ksmbd falls over a null pointer when a client opens a directory; and
# this ksmbd-tools in its backports: 3.4.7 answers with too little for these kernels, so that no share can be reached.
META_KERNEL = "linux-image-6.12-cloud-amd64"
PACKAGES = ("ksmbd-tools/bookworm-backports", "busybox-static", "libnl-3-200", "libnl-genl-3-200", "libglib2.0-0", "libpcre2-8-0", "libc6")
# The rest of what ksmbd asks the kernel's cryptography for (its soft dependencies name no files).
MODULES = ("virtio_pci", "virtio_net", "ecb", "cmac", "sha512_generic", "ccm", "ctr", "ghash-generic", "gcm", "ksmbd")
CONVERTERS = "usr/lib/x86_64-linux-gnu/gconv"  # a password is hashed as UTF-16
BOOT_LIMIT, SWITCH_LIMIT = 60, 20

INIT = r"""#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox --install -s /bin
export PATH=/bin
for module in $(cat /modules/order); do insmod "/modules/$module" || echo "insmod $module failed"; done
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
for account in %(accounts)s; do
	/sbin/ksmbd.adduser -a "$account" -p "Passw0rd-$account"
done
stty -F /dev/ttyS1 raw -echo
exec 3</dev/ttyS1 4>/dev/ttyS1
echo up >&4
# A configuration up to a line with a dot alone: ksmbd is started with it.
while :; do
	: >/etc/ksmbd/ksmbd.conf
	while read -r line <&3 && [ "$line" != . ]; do
		printf '%%s\n' "$line" >>/etc/ksmbd/ksmbd.conf
	done
	/sbin/ksmbd.control -s
	rm -f /run/ksmbd.lock
	rmmod ksmbd && insmod /modules/ksmbd.ko
	/sbin/ksmbd.mountd 3<&- 4>&-
	tries=0
	until netstat -ltn | grep -q ':445 '; do
		usleep 50000
		tries=$((tries + 1))
		[ $tries -lt 200 ] || break
	done
	if [ $tries -lt 200 ]; then echo listens >&4; else echo silent >&4; fi
done
"""


class Missing(Exception):
    """Something that the machine needs and that is not to be had here."""


# --- what it is made of -----------------------------------------------------------------------------------


def sources():
    """Where Debian 12's packages are; from the mirrors that this machine uses, where it uses some."""
    said = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)"], capture_output=True, text=True).stdout
    mirrors = [line for line in said.split() if re.search(r"/debian/$", line)] + ["http://deb.debian.org/debian/"]
    security = [line for line in said.split() if "security" in line] + ["http://deb.debian.org/debian-security/"]
    return "".join(f"deb {where[0]} {suite} main\n" for where, suite in (
        (mirrors, "bookworm"), (mirrors, "bookworm-backports"), (security, "bookworm-security")))


class Apt:
    """apt with lists of its own in a folder: this machine's need not have backports, and stay as they are. What it
    fetches is checked against the keys of the archive as ever."""

    def __init__(self, folder):
        self.folder = Path(folder)
        (self.folder / "lists" / "partial").mkdir(parents=True)
        (self.folder / "sources.list").write_text(sources())
        self.options = [f"-oDir::Etc::{name}={value}" for name, value in (
            ("SourceList", self.folder / "sources.list"), ("SourceParts", "/dev/null"))]
        self.options += [f"-oDir::State::Lists={self.folder}/lists", "-oDir::Cache::pkgcache=", "-oDir::Cache::srcpkgcache=",
                         "-oAPT::Sandbox::User=root", "-oAcquire::Languages=none", "-oAcquire::Retries=2"]

    def run(self, tool, *words):
        done = subprocess.run([tool, "-q", *self.options, *words], cwd=self.folder, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise Missing(f"{tool} {words[0]}: {' '.join(done.stderr.split())[:300]}")
        return done.stdout


def download(folder):
    """The packages, into the folder."""
    apt = Apt(folder)
    apt.run("apt-get", "update", "--error-on=any")
    kernel = re.search(r"^Depends: .*?\b(linux-image-\d[^ ,]*)", apt.run("apt-cache", "show", "--no-all-versions", META_KERNEL), re.M)
    apt.run("apt-get", "download", kernel.group(1), *PACKAGES)


def unpacked():
    """A folder with the packages' files in it; kept from one run to the next."""
    root = CACHE / "root"
    if root.is_dir():
        return root
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        download(folder)
        (Path(folder) / "new").mkdir()
        for package in sorted(Path(folder).glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, Path(folder) / "new"], check=True)
        try:
            (Path(folder) / "new").rename(root)
        except OSError:  # another run was faster
            pass
    return root


def modules(root, names=MODULES):
    """{name: module}, each after those that it needs; those that are built in are no files, but the last one is."""
    files = {f.name.split(".ko")[0].replace("-", "_"): f
             for f in next((root / "lib/modules").iterdir()).rglob("*.ko*")}
    found = {}

    def add(name):
        name = name.replace("-", "_")
        if name not in files or name in found:
            return
        content = files[name].read_bytes()
        content = lzma.decompress(content) if files[name].suffix == ".xz" else content
        needs = re.search(rb"\0depends=([^\0]*)\0", content)
        for other in needs.group(1).decode().split(",") if needs else ():
            add(other)
        found[name] = content

    for name in names:
        add(name)
    if names[-1] not in found:
        raise Missing(f"this kernel has no module {names[-1]}")
    return found


def libraries(root):
    """{path in the machine: file} of what ksmbd-tools is linked with."""
    found, left = {}, [root / "usr/libexec/ksmbd.tools"]
    while left:
        said = subprocess.run(["objdump", "-p", left.pop()], capture_output=True, text=True, check=True).stdout
        for name in re.findall(r"NEEDED\s+(\S+)", said):
            path = next((p for f in ("lib", "usr/lib") for p in [root / f / "x86_64-linux-gnu" / name] if p.exists()), None)
            if path is None:
                raise Missing(f"no library {name}")
            if f"lib/{name}" not in found:
                found[f"lib/{name}"] = path.resolve()
                left.append(path.resolve())
    found["lib64/ld-linux-x86-64.so.2"] = found["lib/ld-linux-x86-64.so.2"]
    return found


class Archive:
    """A cpio archive (newc), as the kernel takes it for its first root."""

    def __init__(self):
        self.bytes, self.folders, self.count = bytearray(), set(), 0

    def add(self, path, mode, content=b""):
        parent = os.path.dirname(path)
        if parent and parent not in self.folders:
            self.folder(parent)
        self.count += 1
        name = path.encode() + b"\0"
        fields = (self.count, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        for part in (b"070701" + b"".join(b"%08x" % f for f in fields) + name, content):
            self.bytes += part + bytes(-len(part) % 4)

    def folder(self, path, permissions=0o755):
        self.folders.add(path)
        self.add(path, stat.S_IFDIR | permissions)

    def file(self, path, content, permissions=0o644):
        self.add(path, stat.S_IFREG | permissions, content.encode() if isinstance(content, str) else content)

    def link(self, path, target):
        self.add(path, stat.S_IFLNK | 0o777, target.encode())

    def end(self):
        self.add("TRAILER!!!", 0)
        return gzip.compress(bytes(self.bytes), 1)


def first_root(root, accounts):
    """The machine's only file system. Its shares lie in /shares: "data" for its owner, "open" for everyone."""
    a = Archive()
    for name in ("proc", "sys", "dev", "run", "tmp", "run/lock", "etc/ksmbd", "sbin", "shares"):
        a.folder(name)
    a.file("init", INIT % {"accounts": " ".join(accounts)}, 0o755)
    a.file("bin/busybox", (root / "bin/busybox").read_bytes(), 0o755)
    a.file("usr/libexec/ksmbd.tools", (root / "usr/libexec/ksmbd.tools").read_bytes(), 0o755)
    for name in ("adduser", "control", "mountd"):
        a.link(f"sbin/ksmbd.{name}", "../usr/libexec/ksmbd.tools")
    for name, path in libraries(root).items():
        a.file(name, path.read_bytes(), 0o755)
    for name in ("gconv-modules", "UTF-16.so"):
        a.file(f"{CONVERTERS}/{name}", (root / CONVERTERS / name).read_bytes())
    kernel_modules = modules(root)
    for name, content in kernel_modules.items():
        a.file(f"modules/{name}.ko", content)
    a.file("modules/order", "".join(f"{name}.ko\n" for name in kernel_modules))
    people = [("root", 0), *((name, 1000 + n) for n, name in enumerate(accounts)), ("nobody", 65534)]
    a.file("etc/passwd", "".join(f"{name}:x:{i}:{i}::/:/bin/false\n" for name, i in people))
    a.file("etc/group", "".join(f"{name}:x:{i}:\n" for name, i in people))
    for name, permissions in (("data", 0o755), ("open", 0o777)):
        a.folder(f"shares/{name}", permissions)
        a.file(f"shares/{name}/a file", "not empty\n")
    return a.end()


# --- the machine ------------------------------------------------------------------------------------------


class KsmbdMachine:
    """A context manager. address: where its port 445 is."""

    def __init__(self, number=2, accounts=(USER,)):
        if not shutil.which(QEMU):
            raise Missing(f"no {QEMU} (package qemu-system-x86)")
        if os.uname().machine != "x86_64":
            raise Missing("the packages are those of amd64")
        root = unpacked()
        self.address = f"{NETWORK}.{number}"
        self.dir = Path(tempfile.mkdtemp(prefix="signet-ksmbd-", dir="/var/tmp"))
        self.kernel = next((root / "boot").glob("vmlinuz-*"))
        (self.dir / "initrd").write_bytes(first_root(root, accounts))
        self.process = self.control = None
        self.said = b""

    def __enter__(self):
        try:
            self.boot()
        except BaseException:
            self.__exit__()
            raise
        return self

    def boot(self):
        # Always emulated: a /dev/kvm that is there need not work, and what is asked here takes no speed.
        command = [QEMU, "-accel", "tcg", "-cpu", "max", "-smp", "2", "-m", "384", "-M", "q35", "-nodefaults", "-no-reboot",
                   "-display", "none", "-kernel", self.kernel, "-initrd", self.dir / "initrd",
                   "-append", "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on audit=0 apparmor=0",
                   "-serial", f"file:{self.dir}/console",
                   "-chardev", f"socket,id=control,path={self.dir}/control,server=on,wait=off", "-serial", "chardev:control",
                   "-netdev", f"user,id=net,restrict=on,hostfwd=tcp:{self.address}:{PORT}-10.0.2.15:445",
                   "-device", "virtio-net-pci,netdev=net,romfile="]
        with open(self.dir / "qemu", "wb") as log:
            self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        self.connect()
        self.hear("up", BOOT_LIMIT)

    def connect(self):
        """To the second serial line; QEMU takes a moment to listen there."""
        end = time.monotonic() + 15
        while True:
            self.control = socket.socket(socket.AF_UNIX)
            try:
                return self.control.connect(str(self.dir / "control"))
            except OSError:
                self.control.close()
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{QEMU} does not run:\n{self.log()}") from None
            time.sleep(0.05)

    def hear(self, word, limit):
        """Waits until the machine has said the word."""
        end = time.monotonic() + limit
        while b"\n" not in self.said:
            left = end - time.monotonic()
            self.control.settimeout(max(left, 0.01))
            try:
                got = self.control.recv(4096)
            except TimeoutError:
                got = b""
            if not got or left <= 0:
                raise RuntimeError(f"the machine does not say {word!r} within {limit} s:\n{self.log()}")
            self.said += got
        line, self.said = self.said.split(b"\n", 1)
        if line.strip().decode(errors="replace") != word:
            raise RuntimeError(f"the machine says {line!r}, not {word!r}:\n{self.log()}")

    def configure(self, text):
        """ksmbd starts anew, with this in its ksmbd.conf."""
        self.control.sendall("".join(f"{line}\n" for line in text.splitlines()).encode() + b".\n")
        self.hear("listens", SWITCH_LIMIT)

    def log(self):
        return "\n".join((self.dir / f).read_text(errors="replace")[-3000:] for f in ("qemu", "console")
                         if (self.dir / f).exists())

    def runs(self):
        return self.process.poll() is None

    def __exit__(self, *unused):
        if self.control is not None:
            self.control.close()
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        if os.environ.get("SIGNET_KEEP"):
            print("kept", self.dir)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

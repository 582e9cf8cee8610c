# SPDX-License-Identifier: Apache-2.0
"""A small machine of QEMU's with systemd and a Debian kernel: its disk has what the packages named below have installed
on this machine, and files of the test's. It boots to one unit of its own and ends with it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "audit"))
from ksmbd_machine import QEMU, Archive, Missing, modules, unpacked  # noqa: E402

PACKAGES = ("base-files", "bash", "coreutils", "mount", "python3-minimal", "libpython3.11-stdlib", "smbclient",
            "systemd", "util-linux")
LEFT_OUT = re.compile(r"/usr/share/(doc|man|locale|info|lintian|bug|i18n|zoneinfo)/|/etc/|/var/|\.pyc$")
LINKS = ("bin", "sbin", "lib", "lib64")  # into /usr
INFO = Path("/var/lib/dpkg")
MODULES = ("virtio_pci", "overlay", "loop", "nls_cp437", "nls_ascii", "vfat", "virtio_blk")

INIT = """#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
for module in $(/bin/busybox cat /modules/order); do /bin/busybox insmod "/modules/$module" || true; done
/bin/busybox mount -t ext4 /dev/vda /root && exec /bin/busybox switch_root /root /usr/lib/systemd/systemd
"""

UNIT = """[Unit]
Description=The test
After=basic.target
Requires=basic.target
[Service]
Type=oneshot
Environment=PATH=/usr/bin:/usr/sbin LC_ALL=C.UTF-8
ExecStart=/usr/bin/python3 -B /test/guest.py
ExecStopPost=/usr/bin/systemctl poweroff --force --force
StandardOutput=file:/dev/ttyS1
StandardError=inherit
"""


def installed():
    """{name or what it provides: its fields} of the packages on this machine."""
    found = {}
    for block in (INFO / "status").read_text(errors="replace").split("\n\n"):
        fields = dict(re.findall(r"^(\S+): (.*)$", block, re.M))
        if fields.get("Status") == "install ok installed":
            found[fields["Package"]] = fields
            for name in re.findall(r"([^ ,]+)", re.sub(r"\([^)]*\)", "", fields.get("Provides", ""))):
                found.setdefault(name, fields)
    return found


def with_dependencies(names):
    """The packages and all that they depend on, as far as it is installed: libraries are, with what needs them."""
    packages, found, left = installed(), {}, list(names)
    for name in names:
        if name not in packages:
            raise Missing(f"the package {name} is not installed")
    while left:
        fields = packages.get(left.pop().split(":")[0])
        if fields is None or fields["Package"] in found:
            continue
        found[fields["Package"]] = fields
        wants = f"{fields.get('Depends', '')},{fields.get('Pre-Depends', '')}"
        left += [word.split()[0] for group in wants.split(",") for word in group.split("|") if word.split()]
    return found


def files_of(package):
    for name in (f"{package}.list", f"{package}:amd64.list"):
        if (INFO / "info" / name).exists():
            return (INFO / "info" / name).read_text().splitlines()
    return []


def libraries_of(program):
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [os.path.join(os.path.realpath(os.path.dirname(p)), os.path.basename(p)) for p in re.findall(r"(/\S+) \(0x", said)]


class Tree:
    """What becomes the disk."""

    def __init__(self, folder):
        self.root = Path(folder)
        for name in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "etc", "var/log", "var/tmp", "tmp", "run", "proc", "sys", "dev",
                     "root", "srv", "home", "test"):
            (self.root / name).mkdir(parents=True)
        for name in LINKS:
            (self.root / name).symlink_to(f"usr/{name}")
        (self.root / "tmp").chmod(0o1777)

    def copy(self, path):
        """A file of this machine, to where it is here."""
        head = path.split("/")[1]
        to = self.root / (f"usr{path}" if head in LINKS else path[1:])
        if os.path.isdir(path) and not os.path.islink(path) or not os.path.lexists(path) or os.path.lexists(to):
            return
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to, follow_symlinks=False)
        if os.path.islink(path):
            self.copy(os.path.join(os.path.realpath(os.path.dirname(path)), os.readlink(path)))

    def add_packages(self, names):
        for package in with_dependencies(names):
            for path in files_of(package):
                if not LEFT_OUT.search(path):
                    self.copy(path)

    def add_program(self, path, to):
        for library in libraries_of(path):
            self.copy(library)
        self.write(to, Path(path).read_bytes(), 0o755)

    def write(self, path, content, mode=0o644):
        to = self.root / path.lstrip("/")
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content if isinstance(content, bytes) else content.encode())
        to.chmod(mode)


def first_root(kernel_root):
    a = Archive()
    for name in ("dev", "root"):
        a.folder(name)
    a.file("init", INIT, 0o755)
    a.file("bin/busybox", (kernel_root / "bin/busybox").read_bytes(), 0o755)
    found = modules(kernel_root, MODULES)
    for name, content in found.items():
        a.file(f"modules/{name}.ko", content)
    a.file("modules/order", "".join(f"{name}.ko\n" for name in found))
    return a.end()


class DebianMachine:
    """A context manager. tree: to be filled before run(), which takes what the guest said until it ended."""

    def __init__(self):
        for program in (QEMU, "mke2fs"):
            if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
                raise Missing(f"no {program}")
        if os.uname().machine != "x86_64":
            raise Missing("the machine is one of amd64")
        self.kernel_root = unpacked()
        self.dir = Path(tempfile.mkdtemp(prefix="signet-machine-", dir="/var/tmp"))
        try:
            self.tree = Tree(self.dir / "tree")
            self.tree.add_packages(PACKAGES)
            self.furnish()
        except BaseException:
            self.__exit__()
            raise

    def furnish(self):
        t = self.tree
        t.copy("/etc/ld.so.cache")
        if not (t.root / "usr/bin/sh").exists():
            (t.root / "usr/bin/sh").symlink_to("bash")
        t.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/usr/sbin/nologin\n")
        t.write("etc/group", "root:x:0:\nnogroup:x:65534:\n")
        t.write("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")
        t.write("etc/hosts", "127.0.0.1 localhost\n")
        t.write("etc/hostname", "machine\n")
        t.write("etc/machine-id", "c0ffee00c0ffee00c0ffee00c0ffee00\n")
        t.write("etc/os-release", 'ID=debian\nPRETTY_NAME="Debian"\n')
        t.write("etc/systemd/system/test.service", UNIT)
        t.write("etc/systemd/journald.conf", "[Journal]\nForwardToConsole=yes\nStorage=volatile\n")

    def run(self, limit):
        disk = self.dir / "disk"
        with open(disk, "wb") as f:
            f.truncate(600 << 20)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", self.tree.root, disk], check=True,
                       env=os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
        (self.dir / "initrd").write_bytes(first_root(self.kernel_root))
        # Always emulated: a /dev/kvm that is there need not work.
        command = [QEMU, "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "768", "-M", "q35", "-nodefaults", "-no-reboot",
                   "-display", "none", "-kernel", next((self.kernel_root / "boot").glob("vmlinuz-*")), "-initrd", self.dir / "initrd",
                   "-append", "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on audit=0 apparmor=0 rw "
                   "systemd.unit=test.service systemd.show_status=0 systemd.default_timeout_start_sec=120s",
                   "-serial", f"file:{self.dir}/console", "-serial", f"file:{self.dir}/said",
                   "-drive", f"file={disk},format=raw,if=virtio,cache=unsafe", "-net", "none"]
        with open(self.dir / "qemu", "wb") as log:
            process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
            try:
                process.wait(limit)
            except subprocess.TimeoutExpired:
                pass
            finally:
                process.kill()
                process.wait()
        return (self.dir / "said").read_text(errors="replace") if (self.dir / "said").exists() else ""

    def log(self):
        return "\n".join((self.dir / f).read_text(errors="replace")[-2500:] for f in ("qemu", "console") if (self.dir / f).exists())

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if os.environ.get("SIGNET_KEEP"):
            print("# kept", self.dir)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""packaging/systemd under a real systemd: a machine of QEMU's (debian_machine.py) whose unit does what
tests/lab/unit_guest.py says. Needs no /dev/kvm."""

import os
import signal
import struct
import subprocess
import sys
import time

from debian_machine import DebianMachine, Missing
from signet_server import BINARY, ROOT, Report

LIMIT = 400  # of patience; it mostly takes less than a minute
TOOLS = os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
UNITS = ROOT / "packaging" / "systemd"


def install(tree):
    """As a package would."""
    tree.add_program(BINARY, "usr/bin/signet")
    for name in ("signet.service", "signet.socket"):
        tree.write(f"usr/lib/systemd/system/{name}", (UNITS / name).read_bytes())
    tree.write("usr/lib/sysusers.d/signet.conf", (UNITS / "signet.sysusers").read_bytes())
    tree.write("usr/lib/tmpfiles.d/signet.conf", (UNITS / "signet.tmpfiles").read_bytes())
    tree.write("test/guest.py", (ROOT / "tests" / "lab" / "unit_guest.py").read_bytes())


def fat_image(size):
    """An empty FAT16 file system, as mkfs.vfat makes it."""
    sector, fats, root_entries, each = 512, 2, 512, 4
    sectors = size // sector
    per_fat = sectors // each * 2 // sector + 1
    boot = struct.pack("<3s8sHBHBHHBHHHLLBBBL11s8s", b"\xeb\x3c\x90", b"SIGNET  ", sector, each, 1, fats, root_entries, sectors, 0xF8, per_fat, 32,
                       8, 0, 0, 0x80, 0, 0x29, 0x12345678, b"NO NAME    ", b"FAT16   ")
    table = b"\xf8\xff\xff\xff".ljust(per_fat * sector, b"\0")
    return (boot.ljust(510, b"\0") + b"\x55\xaa" + table * fats).ljust(size, b"\0")


def folding_image(path):
    """An ext4 whose folders may hold names equal without regard to case."""
    with open(path, "wb") as f:
        f.truncate(8 << 20)
    done = subprocess.run(["mke2fs", "-q", "-t", "ext4", "-O", "casefold,^has_journal", "-E", "encoding=utf8", path], env=TOOLS, capture_output=True)
    return path.read_bytes() if done.returncode == 0 else b""


def main():
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))  # the machine is not left behind
    report = Report()
    if b"__asan_init" in BINARY.read_bytes() or b"__tsan_init" in BINARY.read_bytes():
        report.skip("unit", "a sanitizer needs what the unit forbids")
        return 0
    try:
        machine = DebianMachine()
    except Missing as e:
        report.skip("unit", str(e))
        return 0
    begun = time.monotonic()
    with machine:
        install(machine.tree)
        machine.tree.write("test/short.img", fat_image(16 << 20))
        machine.tree.write("test/folded.img", folding_image(machine.dir / "folded"))
        lines = machine.run(LIMIT).replace("\r", "").splitlines()
        for line in lines:
            if line.startswith("PASS "):
                report.passed(f"unit: {line[5:]}")
            elif line.startswith("FAIL "):
                report.failure(f"unit: {line[5:]}")
            elif line != "done":
                print("#", line)
        report.check("unit: the machine came to its end", "done" in lines, machine.log())
    print(f"# {time.monotonic() - begun:.0f} s")
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

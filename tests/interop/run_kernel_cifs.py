#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The Linux kernel's SMB client (mount -t cifs -o seal) against Signet, in user-mode Linux.

    run_kernel_cifs.py [TEST ...]    the tests are in tests/lab/cifs_guest.py

The guest is Debian's own: packages user-mode-linux and slirp; or SIGNET_UML names a folder into which
they were unpacked (dpkg-deb -x). Its root is the host's, read-only; no right of root's is needed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from interop_tools import check_events, check_sealed, scratch, stop_cleanly
from signet_server import PASSWORD, ROOT, Report, SignetServer

UML = Path(os.environ.get("SIGNET_UML", "/"))
KERNEL, SLIRP, MODULES = UML / "usr/bin/linux.uml", UML / "usr/bin/slirp-fullbolt", UML / "usr/lib/uml/modules"
GUEST = ROOT / "tests" / "lab" / "cifs_guest.py"
LIMIT = 150


def boot(server, exchange, tests):
    """Runs the guest to its end; what it wrote to its console."""
    facts = {"exchange": exchange, "modules": MODULES, "port": server.port, "user": "alice",
             "password": f"{PASSWORD}alice", "tests": ",".join(tests)}
    command = [KERNEL, "mem=768M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", f"init={GUEST}", "quiet",
               "con=null", "con0=fd:0,fd:1", f"eth0=slirp,,{SLIRP}", *(f"signet.{k}={v}" for k, v in facts.items())]
    process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, cwd=exchange, start_new_session=True,
                               env=os.environ | {"TMPDIR": "/dev/shm"})
    try:
        return process.communicate(timeout=LIMIT)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        return "it did not end in time"
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def main():
    report = Report()
    missing = [str(p) for p in (KERNEL, SLIRP, MODULES) if not p.exists()]
    if missing:
        report.skip("kernel cifs", f"no {' '.join(missing)} (packages user-mode-linux and slirp, or SIGNET_UML)")
        return 0
    with SignetServer() as server:
        exchange = scratch(server, "exchange")
        console = boot(server, exchange, sys.argv[1:])
        results = exchange / "results"
        lines = results.read_text().splitlines() if results.exists() else []
        for line in lines:
            if line.startswith("PASS "):
                report.passed(f"kernel: {line[5:]}")
            elif line.startswith("FAIL "):
                report.failure(f"kernel: {line[5:]}")
            else:
                print(line)
        report.check("kernel: the guest came to its end", "done" in lines, console[-1500:])
        check_sealed(report, "kernel", server.events())
        # What ntlm_mic and ntlm_target_name are lenient for; once it does better, they need not be.
        left_out = {e["reason"] for e in server.events("weakened")}
        report.check("kernel: it sends neither a MIC nor whom it means", left_out == {
            "ntlm_without_mic", "ntlm_without_target_name"}, str(left_out))
        check_events(report, "kernel", server)
        stop_cleanly(report, "kernel", server)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

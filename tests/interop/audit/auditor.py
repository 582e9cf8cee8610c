# SPDX-License-Identifier: Apache-2.0
"""`signet audit` as its users run it: what it says of which host, what it costs."""

import json
import os
import subprocess
import threading
import time
from pathlib import Path

from servers import PASSWORD, USER, sanitizers_said
from signet_server import BINARY

LOGIN = ("--user", USER, "--password-stdin")


class Run:
    """One run that has ended. hosts: by "address:port" and, where there is one only, by address."""

    def __init__(self, command, done, seconds, peak_kib, cpu):
        self.command, self.seconds, self.peak_kib, self.cpu = command, seconds, peak_kib, cpu
        self.status, self.out, self.err = done
        try:
            self.document = json.loads(self.out)
        except ValueError:
            self.document = {"hosts": []}
        self.hosts = {}
        for host in self.document["hosts"]:
            self.hosts[host["address"]] = self.hosts[f"{host['address']}:{host['port']}"] = host

    def sanitizers(self):
        return sanitizers_said(self.err)

    def why(self):
        return f"status {self.status}: {self.err[-1500:]}"


def peak_of(pid):
    """Resident set, in KiB, at its largest so far."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def cpu_of(usage):
    return usage.ru_utime + usage.ru_stime


def run(arguments, stdin=None, timeout=90):
    """Runs it to its end; one that does not end is killed and has status -9."""
    command = [str(BINARY), "audit", *[str(a) for a in arguments]]
    begun = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=os.environ | {"LC_ALL": "C.UTF-8"})
    texts, peak = {}, 0
    readers = [threading.Thread(target=lambda n=n, f=f: texts.__setitem__(n, f.read().decode(errors="replace")))
               for n, f in (("out", process.stdout), ("err", process.stderr))]
    for reader in readers:
        reader.start()
    try:
        process.stdin.write((stdin or "").encode())
        process.stdin.close()
    except BrokenPipeError:
        pass
    usage = None
    while usage is None:
        peak = max(peak, peak_of(process.pid))
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode, usage = os.waitstatus_to_exitcode(status), used
        elif time.monotonic() - begun > timeout:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        else:
            time.sleep(0.01)
    for reader in readers:
        reader.join()
    done = process.returncode, texts["out"], texts["err"]
    return Run(command, done, time.monotonic() - begun, peak, cpu_of(usage))


def audit(targets, *options, **more):
    return run(["--json", *options, *targets], **more)


def audit_with_login(targets, *options, **more):
    return run(["--json", *LOGIN, *options, *targets], stdin=f"{PASSWORD}\n", **more)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signet and Debian's Samba on this machine in one run, with the same posture and the same load.

    bench.py [--quick] [--repeat N] [--only PHASE,...] [--base DIR] [--build DIR] [--json FILE]

Each phase runs against one server at a time, the servers in turn, as often as --repeat says; the table
has the medians. What counts is the server's CPU time for a unit of work (user and system, its whole
process tree), which is steadier than throughput on a shared machine; "ratio" is Samba's cost over
Signet's. "sealed" is 3.1.1 with AES-128-GCM, "signed" with GMAC, "plain" neither (Samba alone, for
comparison). Needs root, for smbd does.
"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_servers import Samba, Signet, cpu_seconds, pss_kib

ROOT = Path(__file__).resolve().parents[2]
MANY_NAMES = 100000
POSTURES = {"sealed": "sealed-128-gcm", "signed": "signed-gmac", "plain": "plain"}
BOTH, WITH_PLAIN, ALL = ("sealed",), ("sealed", "plain"), ("sealed", "signed", "plain")
# phase, what it is, unit of the cost, postures, arguments, arguments with --quick
PHASES = [
    ("read_1m", "read 1 MiB x 8", "s/GiB", ALL, ["--bytes", 4 << 30], ["--bytes", 1 << 30]),
    ("write_1m", "rewrite 1 MiB x 8", "s/GiB", ALL, ["--bytes", 4 << 30], ["--bytes", 1 << 30]),
    ("read_64k", "read 64 KiB x 32", "s/GiB", WITH_PLAIN, ["--bytes", 1 << 30], ["--bytes", 1 << 28]),
    ("write_64k", "rewrite 64 KiB x 32", "s/GiB", WITH_PLAIN, ["--bytes", 1 << 30], ["--bytes", 1 << 28]),
    ("read_4k_random", "random read 4 KiB x 32", "us/op", WITH_PLAIN, [], ["--bytes", 20000 << 12]),
    ("write_4k_random", "random write 4 KiB x 32", "us/op", WITH_PLAIN, [], ["--bytes", 20000 << 12]),
    ("echo", "echo x 32", "us/op", BOTH, [], ["--count", 50000]),
    ("small_create", "create, write 4 KiB, close", "us/op", BOTH, [], ["--count", 1000]),
    ("small_read", "open, read 4 KiB, close", "us/op", BOTH, [], ["--count", 1000]),
    ("small_delete", "delete", "us/op", BOTH, [], ["--count", 1000]),
    ("stat", "open, query, close", "us/op", BOTH, [], ["--count", 1000]),
    ("stat_compound", "open, query, close in one", "us/op", BOTH, [], ["--count", 1000]),
    ("list", f"list {MANY_NAMES} names", "us/name", BOTH, [], ["--count", 1]),
    ("setup", "session set-up", "us/op", BOTH, ["--count", 200], ["--count", 50]),
    ("idle", "idle session (PSS)", "KiB", BOTH, ["--count", 1000], ["--count", 200]),
]


class Load:
    """One run of the load generator, which waits at the borders of what is measured."""

    def __init__(self, program, server, phase, posture, arguments):
        command = [program, "--step", "--port", server.port, "--user", server.user, "--password", server.password,
                   "--share", server.share, "--phase", phase, "--posture", POSTURES[posture], *arguments]
        self.process = subprocess.Popen([str(c) for c in command], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load generator failed: {self.process.args}")
        return line

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self):
        self.go_on()
        if self.process.wait(600) != 0:
            raise RuntimeError(f"the load generator failed: {self.process.args}")


def measure(program, server, phase, posture, arguments):
    """The result of the load generator with the server's CPU seconds and memory beside it."""
    load = Load(program, server, phase, posture, arguments)
    load.line()
    memory, cpu = pss_kib(server.pid), cpu_seconds(server.pid)
    load.go_on()
    result = json.loads(load.line())
    time.sleep(0.3)  # processes that end are part of the cost
    result["cpu"] = cpu_seconds(server.pid) - cpu
    if phase == "idle":
        result["pss"] = pss_kib(server.pid) - memory
    load.end()
    return result


def cost(result, unit):
    if unit == "KiB":
        return result["pss"] / result["count"]
    if unit == "s/GiB":
        return result["cpu"] / (result["bytes"] / (1 << 30))
    return result["cpu"] / result["count"] * 1e6


def rate(result, unit):
    if unit == "s/GiB":
        return f"{result['bytes'] / result['seconds'] / 1e6:.0f} MB/s"
    return f"{result['count'] / result['seconds']:.0f}/s"


def fill_directory(path):
    many = path / "many"
    many.mkdir()
    for i in range(MANY_NAMES):
        (many / f"a file with a name {i:06}.txt").touch()


class Run:
    def __init__(self, options, base):
        self.options = options
        self.base = base
        self.program = options.build / "tests" / "bench" / "bench_load"
        self.servers = {}
        self.results = {}

    def server(self, kind, posture):
        key = kind.name, posture
        if key not in self.servers:
            server = kind(posture, self.base)
            if posture == "sealed" and self.wanted("list"):
                fill_directory(server.path)
            server.start()
            self.servers[key] = server
        return self.servers[key]

    def wanted(self, phase):
        return not self.options.only or phase in self.options.only

    def once(self, phase, posture, arguments):
        for kind in (Signet, Samba):
            if posture == "plain" and kind is Signet:
                continue
            result = measure(self.program, self.server(kind, posture), phase, posture, arguments)
            self.results.setdefault((phase, kind.name, posture), []).append(result)

    def all(self):
        for repeat in range(self.options.repeat):
            for phase, _, _, postures, full, quick in PHASES:
                # Memory hardly varies, and a thousand processes take their time.
                if not self.wanted(phase) or (phase == "idle" and repeat > 0):
                    continue
                for posture in postures:
                    print(f"\r{repeat + 1}/{self.options.repeat} {phase} {posture}        ", end="", file=sys.stderr)
                    self.once(phase, posture, quick if self.options.quick else full)
        print("\r" + " " * 50, end="\r", file=sys.stderr)

    def stop(self):
        for server in self.servers.values():
            try:
                server.stop()
            except (OSError, subprocess.TimeoutExpired) as e:
                print(f"bench: {server.name} did not stop: {e}", file=sys.stderr)

    def median(self, phase, name, posture, unit):
        """The result whose cost is the median one."""
        found = self.results.get((phase, name, posture))
        if not found:
            return None
        middle = statistics.median_low(cost(r, unit) for r in found)
        return next(r for r in found if cost(r, unit) == middle)

    def rows(self):
        for phase, what, unit, postures, _, _ in PHASES:
            for posture in postures:
                signet = self.median(phase, "signet", "sealed" if posture == "plain" else posture, unit)
                samba = self.median(phase, "samba", posture, unit)
                if signet is None or samba is None:
                    continue
                label = "sealed : plain" if posture == "plain" else posture
                ours, theirs = cost(signet, unit), cost(samba, unit)
                ratio = f"{theirs / ours:.1f}" if ours > 0 else "-"
                yield [what, label, f"{ours:.3g} {unit}", f"{theirs:.3g} {unit}", ratio,
                       "" if phase == "idle" else rate(signet, unit), "" if phase == "idle" else rate(samba, unit)]

    def print_table(self):
        head = ["work", "posture", "Signet CPU", "Samba CPU", "ratio", "Signet", "Samba"]
        rows = [head] + list(self.rows())
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        for row in rows:
            print("  ".join(cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))))

    def write_json(self, path):
        text = [{"phase": phase, "server": name, "posture": posture, "runs": runs}
                for (phase, name, posture), runs in self.results.items()]
        Path(path).write_text(json.dumps(text, indent=1) + "\n")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less of everything, for trying out")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each phase (3)")
    parser.add_argument("--only", type=lambda text: text.split(","), help="phases: " + ", ".join(p[0] for p in PHASES))
    parser.add_argument("--base", default="/var/tmp", help="where the shares are: a file system with user xattrs")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="the build directory")
    parser.add_argument("--json", help="write all results here")
    return parser.parse_args()


def main():
    options = arguments()
    if os.geteuid() != 0 or not shutil.which("smbd"):
        print("bench: needs root and Debian's samba package", file=sys.stderr)
        return 77
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    base = tempfile.mkdtemp(prefix="signet-bench-", dir=options.base)
    run = Run(options, base)
    try:
        run.all()
        run.print_table()
        if options.json:
            run.write_json(options.json)
    finally:
        run.stop()
        shutil.rmtree(base, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

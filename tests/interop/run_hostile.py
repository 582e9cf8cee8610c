#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each attack of bench_hostile for a moment: the server stays up, within its bound of memory, and an ordinary client is
served meanwhile and afterwards. How well it is served is measured by tests/bench/bench_hostile.py.

usage: run_hostile.py [ATTACK ...]"""

import sys

import hostile_attacks as hostile
from interop_tools import check_log, stop_cleanly
from signet_server import BINARY, Report

SECONDS = 0.7
FEWER = {"idle_sessions": 2000, "half_open": 1000, "slow_readers": 32}
SANITIZED = 6  # a sanitizer's own memory is beside the point: so much more is allowed


def is_sanitized():
    return b"__asan_init" in BINARY.read_bytes() or b"__tsan_init" in BINARY.read_bytes()


def attack(report, server, victim, name):
    pid = server.process.pid
    others = hostile.metric(server, "signet_connections")
    with hostile.MemoryPeak(pid) as memory, hostile.Attack(server, name, count=FEWER.get(name)) as a:
        served = victim.measure(SECONDS)
    report.check(f"{name}: somebody else is served", served["open"]["count"] > 0 and served["read"]["count"] > 0)
    report.check(f"{name}: the attack did something", a.done > 0)
    limit = hostile.bound(name) * (SANITIZED if is_sanitized() else 1)
    report.check(f"{name}: memory is within its bound", memory.peak <= limit, f"{memory.peak >> 20} MiB of {limit >> 20}")
    report.check(f"{name}: the server is up", server.process.poll() is None)
    report.check(f"{name}: its connections are gone after it", hostile.wait_for_connections(server, others))


def main():
    report = Report()
    if hostile.bench_program("bench_hostile") is None:
        report.skip("hostile clients", "bench_hostile is not built")
        return report.exit_status()
    hostile.raise_descriptor_limit()
    with hostile.hostile_server() as server:
        with hostile.Victim(server) as victim:
            victim.measure(0.1)  # it is connected, and counted, from here on
            for name in sys.argv[1:] or hostile.attack_names():
                try:
                    attack(report, server, victim, name)
                except Exception as error:  # one attack that breaks does not hide the others
                    report.failure(name, repr(error))
        check_log(report, "all", server)
        stop_cleanly(report, "all", server)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

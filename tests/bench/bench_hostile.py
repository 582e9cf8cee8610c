#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long an ordinary client waits while others attack the server.

    bench_hostile.py [--seconds N] [--only ATTACK,...] [--build DIR] [--json FILE]

One client opens, reads and closes, and reads 64 KiB sealed, first alone, then during each attack of bench_hostile. The
table has the ratio of both waits (50th and 99th percentile), the server's memory with its bound, events that were
dropped, and what the attackers managed to do. On a network nobody else's programs run on the server's processors: so
the server has half of the cores to itself, one of two, and the attackers and the client have the others. The client
goes before the attackers there (where that is allowed, with a priority of real time), as if it had a machine of its own.
A core that does nothing is slower to wake than one that is busy: "beside" is the same ratio, but to the waits beside a
program that only counts, on the attackers' cores and as nice as they are.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement (3)")
    parser.add_argument("--only", type=lambda text: text.split(","), help="these attacks")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="the build directory")
    parser.add_argument("--json", help="write all results here")
    return parser.parse_args()


def cores():
    """The server's, and those of all who want something of it."""
    usable = sorted(os.sched_getaffinity(0))
    half = len(usable) // 2
    return (usable[:half], usable[half:]) if half > 0 else (usable, usable)


def pinned(where, *command):
    return ["taskset", "-c", ",".join(map(str, where)), *command]


def first_in_line():
    """What lets a program run before all others; nothing where that is not allowed."""
    command = ["chrt", "-f", "1"]
    allowed = subprocess.run([*command, "true"], capture_output=True).returncode == 0
    return command if allowed else []


def measure_beside(victim, seconds, attackers):
    """Beside somebody who wants nothing of the server, but the attackers' processor."""
    counting = subprocess.Popen([*attackers, "sh", "-c", "while :; do :; done"])
    try:
        return victim.measure(seconds)
    finally:
        counting.kill()
        counting.wait()


def one(server, victim, name, options, attacks, attackers):
    """Alone and under attack, one after the other, so that both see the same machine."""
    pid = server.process.pid
    alone = victim.measure(options.seconds)
    beside = measure_beside(victim, options.seconds, attackers)
    dropped = attacks.events_dropped(server)
    attack = attacks.Attack(server, name, attackers)
    with attacks.MemoryPeak(pid) as memory, attack:
        time.sleep(0.5)
        under = victim.measure(options.seconds)
    result = {"attack": name, "alone": alone, "beside": beside, "under": under, "memory": memory.peak,
              "bound": attacks.bound(name), "done": attack.done, "up": server.process.poll() is None}
    time.sleep(1.5)  # the server clears up
    result["dropped"] = attacks.events_dropped(server) - dropped
    return result


HEAD = ["attack", "open p50", "p99", "read p50", "p99", "ratio p50", "p99", "beside p50", "p99", "memory", "bound",
        "dropped", "done", "up"]


def row(r):
    cells = [r["attack"]]
    for what in ("open", "read"):
        cells += [f"{r['under'][what][p] / 1000:.2f}" for p in ("p50", "p99")]
    for base in ("alone", "beside"):
        for p in ("p50", "p99"):
            cells.append("/".join(f"{r['under'][w][p] / r[base][w][p]:.1f}" for w in ("open", "read")))
    return cells + [f"{r['memory'] >> 20}", f"{r['bound'] >> 20}", str(r["dropped"]), str(r["done"]),
                    "yes" if r["up"] else "NO"]


def print_table(results):
    rows = [HEAD] + [row(r) for r in results]
    widths = [max(len(r[i]) for r in rows) for i in range(len(HEAD))]
    print("waits of the ordinary client in ms; ratios are open-read-close / read of 64 KiB; memory in MiB")
    for r in rows:
        print("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(r, widths))))


def main():
    options = arguments()
    os.environ.setdefault("SIGNET", str(options.build.resolve() / "signet"))
    import hostile_attacks as attacks
    attacks.raise_descriptor_limit()
    servers, others = cores()
    attackers = pinned(others, "nice", "-n", "10")
    os.sched_setaffinity(0, servers)  # and all that is started here, but for what says otherwise
    results = []
    for name in options.only or attacks.attack_names():
        with attacks.hostile_server() as server, attacks.Victim(server, pinned(others, *first_in_line())) as victim:
            victim.measure(0.3)
            results.append(one(server, victim, name, options, attacks, attackers))
            print("  ".join(row(results[-1])), file=sys.stderr)  # the table is at the end
    print_table(results)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

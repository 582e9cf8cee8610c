#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long an ordinary client waits while others attack the server.

    bench_hostile.py [--seconds N] [--rounds N] [--only ATTACK,...] [--build DIR] [--json FILE]

One client opens, reads and closes, and reads 64 KiB sealed: alone, while an attack of bench_hostile goes against another
server, and while it goes against its own, by turns, in some rounds. The table has the waits under attack, their ratios
to the other two (50th and 99th percentile, the median of the rounds each), the server's memory with its bound, events
that were dropped, and what the attackers managed to do.

On a network nobody else's programs run on the server's processors, or the client's. So the server has half of the cores
to itself, one of two, and the attackers and the client have the others. The client goes before the attackers there (where
that is allowed, with a priority of real time), and so does what the kernel does with packets. All the time, alone and
under attack, cores that have nothing to do stay awake: waking one up takes a virtual machine milliseconds now and
then, which would be the 99th percentile of the client alone.

On this machine the client has attackers beside it on its cores, though: they throw its memory out of caches, and hold
it up within system calls. How much of its wait is that, is seen when the same attack goes against another server, that
has the attackers' and the client's cores: what the client waits longer than that, it waits for its server.
"""
import argparse
import contextlib
import json
import os
import statistics
import struct
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1, help="of each measurement (1)")
    parser.add_argument("--rounds", type=int, default=5, help="measurements alone and under attack (5)")
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


REAL_TIME = ["chrt", "-f", "1"]


def first_in_line():
    """What lets a program run before all others; nothing where that is not allowed."""
    allowed = subprocess.run([*REAL_TIME, "true"], capture_output=True).returncode == 0
    return REAL_TIME if allowed else []


LATENCY_WISH = Path("/dev/cpu_dma_latency")


@contextlib.contextmanager
def awake():
    """No core goes to sleep as long as the kernel has this wish; where that is not allowed, they do."""
    try:
        wish = LATENCY_WISH.open("wb", buffering=0)
    except OSError:
        yield
        return
    with wish:
        wish.write(struct.pack("i", 0))
        yield


def packet_threads(where):
    """The kernel's threads for packets that these cores had no time for."""
    names = {f"ksoftirqd/{core}" for core in where}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "comm").read_text().strip() in names:
                yield process.name


@contextlib.contextmanager
def packets_first(where, allowed):
    """Those threads go before the attackers' programs, as interrupts of a network would."""
    threads = list(packet_threads(where)) if allowed else []
    for thread in threads:
        subprocess.run([*REAL_TIME[:2], "-p", "1", thread], capture_output=True, check=False)
    try:
        yield
    finally:
        for thread in threads:
            subprocess.run(["chrt", "-o", "-p", "0", thread], capture_output=True, check=False)


@contextlib.contextmanager
def server_on(where, attacks):
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, where)
    with attacks.hostile_server() as server:
        os.sched_setaffinity(0, own)
        yield server


def settle(server, attacks, clients):
    """Until the server has cleared up: only the client that is measured is left, if that is its client."""
    attacks.wait_for_connections(server, clients)
    time.sleep(0.2)


def one_round(server, other_server, victim, name, options, attacks, attackers):
    """Alone, beside an attack on somebody else, and under attack, so that all see the same machine."""
    alone = victim.measure(options.seconds)
    with attacks.Attack(other_server, name, attackers):
        time.sleep(0.5)
        elsewhere = victim.measure(options.seconds)
    settle(other_server, attacks, 0)
    attack = attacks.Attack(server, name, attackers)
    attacks.MemoryPeak.EVERY = 0.1  # who looks does so on the server's core
    with attacks.MemoryPeak(server.process.pid) as memory, attack:
        time.sleep(0.5)
        under = victim.measure(options.seconds)
    settle(server, attacks, 1)
    return {"alone": alone, "elsewhere": elsewhere, "under": under, "memory": memory.peak, "done": attack.done}


def middle(rounds, when):
    return {what: {p: statistics.median(r[when][what][p] for r in rounds) for p in ("p50", "p99")}
            for what in ("open", "read")}


def one(server, other_server, victim, name, options, attacks, attackers):
    dropped = attacks.events_dropped(server)
    rounds = [one_round(server, other_server, victim, name, options, attacks, attackers) for _ in range(options.rounds)]
    return {"attack": name, "alone": middle(rounds, "alone"), "elsewhere": middle(rounds, "elsewhere"),
            "under": middle(rounds, "under"),
            "memory": max(r["memory"] for r in rounds), "bound": attacks.bound(name),
            "done": sum(r["done"] for r in rounds), "up": server.process.poll() is None,
            "dropped": attacks.events_dropped(server) - dropped, "rounds": rounds}


HEAD = ["attack", "open p50", "p99", "read p50", "p99", "to alone p50", "p99", "to elsewhere p50", "p99", "memory", "bound", "dropped",
        "done", "up"]


def row(r):
    cells = [r["attack"]]
    for what in ("open", "read"):
        cells += [f"{r['under'][what][p] / 1000:.2f}" for p in ("p50", "p99")]
    for usual in ("alone", "elsewhere"):
        for p in ("p50", "p99"):
            cells.append("/".join(f"{r['under'][w][p] / r[usual][w][p]:.1f}" for w in ("open", "read")))
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
    first = first_in_line()
    results = []
    with awake(), packets_first(others, first), server_on(others, attacks) as other_server:
        for name in options.only or attacks.attack_names():
            with attacks.hostile_server() as server, attacks.Victim(server, pinned(others, *first)) as victim:
                victim.measure(0.3)
                results.append(one(server, other_server, victim, name, options, attacks, attackers))
                print("  ".join(row(results[-1])), file=sys.stderr)  # the table is at the end
    print_table(results)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

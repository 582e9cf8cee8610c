# SPDX-License-Identifier: Apache-2.0
"""A server under attack: the programs bench_hostile and bench_victim, and what the kernel says of the server. Shared by
run_hostile.py, which asks whether all is well, and tests/bench/bench_hostile.py, which asks how well."""

import collections
import json
import os
import resource
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

from run_fuzz_session import BUILD_PLACES
from signet_server import PASSWORD, SignetServer, free_port

MANY_NAMES = 20000
LARGE_FILE = 32 << 20
MIB = 1 << 20
# What the server may come to have in memory: itself with its pools, what each address may use for requests and
# answers, and a share for each connection with its session, and for each open. docs/performance.md has the sum.
BOUND_BASE = 160 * MIB
BOUND_PEER = 64 * MIB
BOUND_CONNECTION = 24 << 10
BOUND_OPEN = 4 << 10
MAX_OPENS_PER_SESSION = 4096

# Addresses, connections and sessions with opens that an attack has at once, for its bound.
Size = collections.namedtuple("Size", "peers connections opens")
SIZES = {
    "idle_sessions": Size(0, 10000, 0),
    "half_open": Size(0, 2000, 0),
    "opens": Size(2, 2, 2 * MAX_OPENS_PER_SESSION),
    "compound_opens": Size(2, 2, 2 * MAX_OPENS_PER_SESSION),
    "slow_readers": Size(8, 64, 64),
    "large_reads": Size(1, 4, 4),
    "large_writes": Size(1, 4, 4),
}
USUAL = Size(4, 600, 1000)


def bound(attack):
    size = SIZES.get(attack, USUAL)
    return (BOUND_BASE + size.peers * BOUND_PEER + size.connections * BOUND_CONNECTION + size.opens * BOUND_OPEN)


def bench_program(name):
    for place in BUILD_PLACES:
        program = place / "tests" / "bench" / name
        if program.exists():
            return program
    return None


def raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def hostile_server(**more):
    """A server with what the attacks need in its share: a large file, many names. Its limits are the defaults but for
    memory and opens, which are lower so that they are reached, and log-ons, which are the default again."""
    port = free_port()
    limits = {"max_memory_per_peer": BOUND_PEER, "max_opens_per_session": MAX_OPENS_PER_SESSION,
              "max_authentications_per_peer": 32, "metrics": f"127.0.0.1:{port}"}
    server = SignetServer(users=("alice", "mallory"), server=limits | more)
    server.metrics_port = port
    (server.share / "victim").write_bytes(os.urandom(1 << 16))
    with open(server.share / "large", "wb") as f:
        f.write(os.urandom(1 << 20) * (LARGE_FILE >> 20))
    many = server.share / "many"
    many.mkdir()
    for i in range(MANY_NAMES):
        (many / f"{'a' * 40}{i:06}").touch()
    return server


class Victim:
    """An ordinary client; measure() says how long it waits."""

    def __init__(self, server, command=()):
        self.process = subprocess.Popen(
            [*command, bench_program("bench_victim"), str(server.port), "alice", f"{PASSWORD}alice", "data", "victim"],
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def measure(self, seconds):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the victim was not served")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.wait(70)


class Attack:
    """Clients that mean harm, from when the context is entered (then the harm stands) until it is left."""

    def __init__(self, server, name, command=(), count=None):
        more = [] if count is None else ["--count", str(count)]
        self.process = subprocess.Popen(
            [*command, bench_program("bench_hostile"), "--port", str(server.port), "--user", "mallory", "--password",
             f"{PASSWORD}mallory", "--share", "data", "--attack", name, *more],
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.done = 0

    def __enter__(self):
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the attack did not begin")
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        line = self.process.stdout.readline()
        self.process.wait(60)
        self.done = json.loads(line)["done"] if line else 0


def attack_names():
    return subprocess.run([bench_program("bench_hostile"), "--list"], text=True, capture_output=True,
                          check=True).stdout.split()


class MemoryPeak:
    """The most memory that a process has of its own while the context lasts, in bytes (`peak`). Pages of files that
    it maps are the page cache's and do not count, though they do in VmHWM: reads of large files map them."""

    EVERY = 0.005  # seconds

    def __init__(self, pid):
        self.status = Path(f"/proc/{pid}/status")
        self.peak = 0
        self.over = threading.Event()
        self.watcher = threading.Thread(target=self.watch)

    def own(self):
        fields = dict(line.split(":", 1) for line in self.status.read_text().splitlines())
        return sum(int(fields.get(name, "0").split()[0]) << 10 for name in ("RssAnon", "RssShmem"))  # a zombie has none

    def watch(self):
        while not self.over.wait(self.EVERY):
            self.peak = max(self.peak, self.own())

    def __enter__(self):
        self.peak = self.own()
        self.watcher.start()
        return self

    def __exit__(self, *unused):
        self.over.set()
        self.watcher.join()


def metric(server, name):
    """A metric without labels; None when it is not there."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics", timeout=30) as page:
        for line in page.read().decode().splitlines():
            if line.startswith(name + " "):
                return int(line.split()[1])
    return None


def events_dropped(server):
    return metric(server, "signet_events_dropped_total")


def wait_for_connections(server, count, timeout=30):
    """Until so many are left: whether that came to pass."""
    end = time.time() + timeout
    while metric(server, "signet_connections") > count:
        if time.time() > end:
            return False
        time.sleep(0.05)
    return True

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Almost right requests inside of sealed sessions, for a while, against a private server.

usage: run_fuzz_session.py [SECONDS [SEED]]

The server has to answer everybody else meanwhile, to say nothing of a sanitizer, to stop cleanly, and to emit
only events that are documented."""

import contextlib
import os
import subprocess
import sys
import time

from interop_tools import sanitizer_words
from signet_server import BINARY, PASSWORD, ROOT, Report, SignetServer

BUILD_PLACES = [BINARY.resolve().parent, ROOT / "build"]


def test_program(name):
    """A program of the tests beside the server's binary; None when it was not built."""
    for place in BUILD_PLACES:
        program = place / "tests" / "interop" / name
        if program.exists():
            return program
    return None


@contextlib.contextmanager
def small_share(server):
    """A file system of its own, where that is possible: a size that was made up must not fill the disk."""
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256m", "signet-fuzz", server.share], capture_output=True).returncode == 0
    try:
        yield server
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", server.share], check=False)


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seed = sys.argv[2] if len(sys.argv) > 2 else str(int(time.time()))
    report = Report()
    program = test_program("fuzz_session")
    if program is None:
        report.skip("fuzz_session", "not built")
        return report.exit_status()
    # Who is starved or stopped for half a minute has not met a defect: those who wait have a limit of their own.
    with small_share(SignetServer(server={"authentication_timeout": "10m"})) as small, small as server:
        done = subprocess.run(
            [program, "127.0.0.1", str(server.port), "alice", f"{PASSWORD}alice", "data", str(seconds), seed],
            text=True, capture_output=True, timeout=seconds + 120)
        print(done.stdout.strip(), flush=True)
        ends = [e for e in server.events() if e["kind"] in ("limit", "connection_close", "policy_violation")
                and e.get("reason") != "closed_by_client"] if done.returncode else []
        report.check("requests that are almost right: others are answered", done.returncode == 0,
                     f"seed {seed}: {done.stderr.strip()}; what the server said at last: {ends[-4:]}")
        report.check("the server runs", server.process.poll() is None, f"seed {seed}")
        report.check("it stops cleanly", server.stop() == 0, f"seed {seed}")
        said = sanitizer_words(server.log)
        report.check("no sanitizer complains", not said, f"seed {seed}\n{said}")
        checked = subprocess.run([sys.executable, ROOT / "tests" / "check_events.py", BINARY, server.events_file],
                                 text=True, capture_output=True)
        report.check("all events are as documented", checked.returncode == 0,
                     f"seed {seed}\n{checked.stdout[:1000]}")
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

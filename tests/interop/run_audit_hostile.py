#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`signet audit` of servers that want it to hang, crash or eat memory: each ends in a finding or a clear error within
the host's time, in bounded memory, and what is said of honest servers in the same run is what is said of them alone."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "audit"))
from auditor import audit, audit_with_login  # noqa: E402
from hostile_servers import DIRECT, all_listeners  # noqa: E402
from servers import Matrix  # noqa: E402
from signet_server import Report  # noqa: E402

HONEST, BEHIND = ("samba-strict", "signet-default"), "samba-never-sealed"
WAIT, HOST_TIME = 2, 60  # seconds: --timeout, and what the audit gives one host in all
LATE = 30  # a busy machine tells it of the time so much later
# For a hundred hosts at once. Under AddressSanitizer, which keeps what was freed, there is no such bound.
MEMORY_KIB = 128 << 10


def facts_of(host):
    return sorted((f["id"], f.get("subject") or "") for f in host["findings"]) if host else None


def told(host):
    """It ends in something that is said: a reason, findings, or questions that stay open with a reason each."""
    if host is None or host["outcome"] not in ("done", "partial", "unreachable"):
        return False
    if host["outcome"] != "done":
        return bool(host.get("error"))
    return bool(host["findings"]) and all(q.get("reason") for q in host["open"])


def seconds(host):
    from datetime import datetime
    begun, ended = (datetime.fromisoformat(host[k].replace("Z", "+00:00")) for k in ("begun", "ended"))
    return (ended - begun).total_seconds()


def check_hostile(report, done, listeners, kind):
    for listener in listeners:
        host = done.hosts.get(listener.target)
        name = f"{kind}: {listener.name}"
        if not report.check(f"{name}: is told of", told(host), f"{host}"[:600]):
            continue
        # Nothing that these say is a reason for a good grade.
        if listener.name in DIRECT:
            report.check(f"{name}: gets no grade", host["grade"] not in "AB", f"{host['grade']} {facts_of(host)}")
        if "begun" in host:
            report.check(f"{name}: in its time", seconds(host) <= HOST_TIME + LATE, f"{seconds(host):.0f} s")


def check_run(report, done, kind):
    sanitized = bool(os.environ.get("ASAN_OPTIONS")) or b"__asan_init" in Path(done.command[0]).read_bytes()
    report.check(f"{kind}: ends by itself", done.status in (0, 1), done.why())
    report.check(f"{kind}: no word of a sanitizer", not done.sanitizers(), done.sanitizers())
    if sanitized:
        report.skip(f"{kind}: memory", "a sanitizer keeps what was freed")
    else:
        report.check(f"{kind}: at most {MEMORY_KIB >> 10} MiB of memory", done.peak_kib < MEMORY_KIB, f"{done.peak_kib} KiB")


def main():
    if os.geteuid() != 0:
        print("SKIP hostile servers of an audit: needs root, for smbd does")
        return 0
    report = Report()
    with Matrix((*HONEST, BEHIND)) as hosts:
        honest = [hosts[name].address for name in HONEST]
        listeners = all_listeners((hosts[BEHIND].address, 445))
        runs = {"blind": audit, "login": audit_with_login}
        targets = [t.target for t in listeners] + honest
        alone_runs = {kind: run(honest, "--timeout", WAIT) for kind, run in runs.items()}
        with ThreadPoolExecutor() as pool:  # each is mostly waiting
            done_runs = dict(zip(runs, pool.map(lambda run: run(targets, "--timeout", WAIT, timeout=2 * HOST_TIME),
                                                runs.values())))
        for kind, done in done_runs.items():
            alone = alone_runs[kind]
            print(f"# {kind}: {len(listeners)} hostile servers, {done.seconds:.1f} s, {done.peak_kib >> 10} MiB, "
                  f"{done.cpu:.1f} s of CPU, {threading.active_count()} threads of theirs left")
            check_run(report, done, kind)
            check_hostile(report, done, listeners, kind)
            for name in HONEST:
                host = hosts[name]
                report.check(f"{kind}: {name} is judged as if it were alone", alone.hosts.get(host.address) and
                             facts_of(done.hosts.get(host.address)) == facts_of(alone.hosts[host.address]),
                             f"{facts_of(done.hosts.get(host.address))}")
        for listener in listeners:
            listener.stop()
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

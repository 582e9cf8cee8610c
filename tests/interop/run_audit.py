#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`signet audit` against a matrix of real servers: what it has to find of each is in audit/expected; nmap has to say
the same where it says anything; and what is sent is watched: nothing is written, nobody is locked out.

usage: run_audit.py [GROUP...]          matrix, nmap, safety
       run_audit.py matrix SERVER...    these alone, with what was found"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "audit"))
import nmap_facts  # noqa: E402
from auditor import audit, audit_with_login, run  # noqa: E402
from expectations import Expected, answered, invented, missed, without_evidence, words  # noqa: E402
from interop_tools import difference, digest  # noqa: E402
from recorder import Recorder  # noqa: E402
from servers import NO_PRINTERS, PASSWORD, PORT, SERVERS, USER, Matrix, SambaHost, wait_for  # noqa: E402
from signet_server import Report  # noqa: E402

LIMIT = 60  # seconds for one run
# Samba starts its pipes with the first who asks, all of these servers at once: that takes a while.
PATIENT = ("--timeout", 15)
AT_ONCE = 4

# Where nmap 7.93 is wrong or silent, and why.
NMAP_WRONG = {
    # Samba refuses a 3.1.1 without a context of signing algorithms when AES-CMAC, which that means, is switched
    # off; nmap sends none, offers all dialects at once for a start, and takes the refusal for "SMB 2+ not supported".
    "samba-old-algorithms": "says nothing",
}


# --- the matrix -------------------------------------------------------------------------------------------


def check_host(report, name, host, expected, kind):
    if not report.check(f"{name} {kind}: answered", host is not None and host["outcome"] in ("done", "partial"), f"{host}"):
        return
    report.check(f"{name} {kind}: nothing missed", not (lost := missed(host, expected, kind)), "; ".join(lost))
    report.check(f"{name} {kind}: nothing invented", not (extra := invented(host, expected, kind)), "; ".join(extra))
    report.check(f"{name} {kind}: grade {expected.grades[kind]}", host["grade"] == expected.grades[kind], host["grade"])
    report.check(f"{name} {kind}: all has evidence", not (bare := without_evidence(host)), "; ".join(bare))
    if expected.open:
        report.check(f"{name} {kind}: what cannot be told stays open", not (told := answered(host, expected, kind)), f"{told}")


def check_run(report, done, kind):
    report.check(f"{kind}: ends with status 0 within {LIMIT} s", done.status == 0 and done.seconds < LIMIT,
                 f"{done.seconds:.0f} s, {done.why()}")
    report.check(f"{kind}: no word of a sanitizer", not done.sanitizers(), done.sanitizers())


def matrix(report, hosts):
    """Without an account all hosts in one run. With one, a run for each: an account that was refused once (NTLMv1 on
    most of them) is not tried again in the same run."""
    targets = [host.address for host in hosts.values()]
    blind = audit(targets, *PATIENT)
    check_run(report, blind, "blind")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        login = dict(zip(hosts, pool.map(lambda t: audit_with_login([t], "--try-logons", *PATIENT), targets)))
    for name, host in hosts.items():
        check_run(report, login[name], f"{name} login")
        check_host(report, name, blind.hosts.get(host.address), Expected(name), "blind")
        check_host(report, name, login[name].hosts.get(host.address), Expected(name), "login")
        alive = host.process.poll() is None
        report.check(f"{name}: the server still runs", alive, "" if alive else host.said())
    return blind, login


# --- nmap -------------------------------------------------------------------------------------------------


def nmap(report, hosts, blind):
    said = nmap_facts.run([host.address for host in hosts.values()])
    for name, host in hosts.items():
        theirs = nmap_facts.findings(said.get(host.address, {}))
        if name in NMAP_WRONG:
            report.check(f"nmap {name}: is still wrong ({NMAP_WRONG[name]})", not theirs, f"{theirs}")
            continue
        ours = {f["id"] for f in blind.hosts[host.address]["findings"]} if host.address in blind.hosts else set()
        differs = [f"{check}: nmap {has}, audit {check in ours}" for check, has in theirs.items() if has != (check in ours)]
        report.check(f"nmap {name}: says the same", theirs and not differs, "; ".join(differs) or "nothing")


# --- safety, seen from outside ----------------------------------------------------------------------------

WATCH = """server signing = auto
log level = 1 full_audit:1 auth_audit:3
"""
WATCHED_SHARES = {"data": (0o777, """read only = no
vfs objects = full_audit
full_audit:syslog = false
full_audit:prefix = AUDIT|%S|%u
full_audit:success = mkdirat unlinkat renameat pwrite pwrite_send write fallocate ftruncate linkat symlinkat mknodat fchmod fchown lchown fsetxattr fremovexattr fntimes create_file
full_audit:failure = none""")}
MARKS = ("mkdirat", "unlinkat", "renameat", "pwrite", "fallocate", "ftruncate", "linkat", "symlinkat", "mknodat", "fchmod",
         "fchown", "lchown", "fsetxattr", "fremovexattr", "fntimes")


def failed_logons(log):
    """{account: how often it was refused}, as Samba's own log has it."""
    found = {}
    for line in log.splitlines():
        if "Auth: [" in line and "status [NT_STATUS_OK]" not in line:
            account = line.split("user [", 1)[1].split("]\\[", 1)[1].split("]", 1)[0]
            if account:  # an anonymous session is nobody's account
                found[account] = found.get(account, 0) + 1
    return found


def state_of(path):
    return {str(p): (p.stat().st_mtime_ns, p.stat().st_ctime_ns, p.stat().st_mode) for p in [path, *path.rglob("*")]}


def watched_audit(report, name, host, run_it, refused_at_most):
    """One audit of the watched Samba, through the wire tap."""
    log = host.dir / "log.smbd"
    before, begun, files = state_of(host.dir / "shares"), log.stat().st_size, digest(host.dir / "shares")
    with Recorder((host.address, PORT)) as tap:
        done = run_it([f"{tap.address}:{tap.port}"])
        time.sleep(0.3)
    said = log.read_bytes()[begun:].decode(errors="replace")
    report.check(f"safety {name}: it was audited", tap.connections > 0 and tap.requests and done.status == 0
                 and f"{tap.address}:{tap.port}" in done.hosts, done.why())
    report.check(f"safety {name}: no request that changes anything", not (bad := tap.changing()), f"{bad}")
    report.check(f"safety {name}: Samba saw no change", not any(f"|{m}" in said for m in MARKS),
                 "; ".join(line for line in said.splitlines() if any(f"|{m}" in line for m in MARKS))[:500])
    after = state_of(host.dir / "shares")
    report.check(f"safety {name}: files are as they were", before == after, difference(files, digest(host.dir / "shares")))
    refused = failed_logons(said)
    report.check(f"safety {name}: at most {refused_at_most} log-on refused, as Samba counts",
                 sum(refused.values()) <= refused_at_most, f"{refused}")
    report.check(f"safety {name}: and as the wire has it", tap.refused_logons() <= refused_at_most, f"{tap.refused_logons()}")
    return tap, refused


def somebody_writes(report, host):
    """What is watched would show it: a client that does write, and one with a wrong password."""
    log = host.dir / "log.smbd"
    begun = log.stat().st_size
    with Recorder((host.address, PORT)) as tap:
        client = ["smbclient", "-s", "/dev/null", "-p", str(tap.port), f"//{tap.address}/data"]
        subprocess.run([*client, "-U", f"{USER}%{PASSWORD}", "-c", "put /etc/hostname new; del new"], capture_output=True,
                       timeout=30, check=True)
        subprocess.run([*client, "-U", f"{USER}%wrong", "-c", "quit"], capture_output=True, timeout=30)
        time.sleep(0.3)
    said = log.read_bytes()[begun:].decode(errors="replace")
    report.check("safety: a write would be seen on the wire", tap.changing())
    report.check("safety: a write would be seen by Samba", "|pwrite" in said and "|unlinkat" in said, said[-1500:])
    report.check("safety: a refused log-on would be seen", tap.refused_logons() == 1 and failed_logons(said) == {USER: 1},
                 f"{tap.refused_logons()} {failed_logons(said)}")


def dry_run(report):
    with Recorder(None) as tap:
        done = run(["--dry-run", f"{tap.address}:{tap.port}"])
        time.sleep(0.2)
    report.check("safety: --dry-run sends nothing", tap.connections == 0, f"{tap.connections} connections")
    report.check("safety: --dry-run says what would be sent", done.status == 0 and "NEGOTIATE" in done.out.upper(), done.out[:300])


def safety(report, base):
    host = SambaHost("watched", base, 250, NO_PRINTERS + WATCH, WATCHED_SHARES)
    host.start()
    try:
        wait_for(host)
        watched_audit(report, "without an account", host, lambda t: audit(t), 0)
        watched_audit(report, "with --try-logons", host, lambda t: audit(t, "--try-logons"), 1)
        watched_audit(report, "with an account", host, lambda t: audit_with_login(t), 0)
        _, refused = watched_audit(report, "with an account and --try-logons", host,
                                   lambda t: audit_with_login(t, "--try-logons"), 2)
        somebody_writes(report, host)
        report.check("safety: no account more than once", all(n <= 1 for n in refused.values()), f"{refused}")
    finally:
        host.stop()
    dry_run(report)


# --- all --------------------------------------------------------------------------------------------------


def show(done, name, host, kind):
    said = done.hosts.get(host.address, {"findings": [], "open": []})
    for found in said["findings"]:
        proofs = " / ".join(f"{e['sent']} -> {e['received']}" for e in found["evidence"][:2])
        print(f"  {name} {kind} {found['grade']} {words(found)}: {proofs}")
    for question in said["open"]:
        print(f"  {name} {kind} open {question['id']}: {question['reason']}")


def main():
    if os.geteuid() != 0:
        print("SKIP audit needs root, for smbd does")
        return 0
    groups = sys.argv[1:] or ["matrix", "nmap", "safety"]
    names = [name for name in groups if name in SERVERS]
    report = Report()
    matrix_of = Matrix(names)
    with matrix_of as hosts:
        if {"matrix", "nmap"} & set(groups):
            blind, login = matrix(report, hosts)
        for name in names:
            show(blind, name, hosts[name], "blind")
            show(login[name], name, hosts[name], "login")
        if "nmap" in groups:
            nmap(report, hosts, blind)
        if "safety" in groups:
            safety(report, matrix_of.base)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

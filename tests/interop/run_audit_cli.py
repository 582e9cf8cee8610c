#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The command line of `signet audit` and `signet lint`: what is refused before anything is sent, that a dry run sends
nothing and a password is seen nowhere, how it ends early, and its statuses."""

import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from signet_server import BINARY, Report, SignetServer

SECRET = "correct-horse-battery"
SOON = 30  # seconds, where it would go on for minutes
BAD_USE = [
    ["audit"],
    ["audit", "--json", "--sarif", "127.0.0.1"],
    ["audit", "--html", "x", "--fix", "samba", "127.0.0.1"],
    ["audit", f"--password={SECRET}", "127.0.0.1"],
    ["audit", "--user", "a", "--password", SECRET],
    ["audit", f"--passwort={SECRET}", "127.0.0.1"],
    ["audit", "--user", "a", "127.0.0.1"],
    ["audit", "--password-stdin", "127.0.0.1"],
    ["audit", "--kerberos", "--user", "a", "--password-stdin", "127.0.0.1"],
    ["audit", "--user", "DOMAIN\\", "--password-stdin", "127.0.0.1"],
    ["audit", "--rate", "-1", "127.0.0.1"],
    ["audit", "--parallel", "0", "127.0.0.1"],
    ["audit", "--timeout", "1.5", "127.0.0.1"],
    ["audit", "--fail-on", "G", "127.0.0.1"],
    ["audit", "--fix", "amiga", "127.0.0.1"],
    ["audit", "10.0.0.0/8"],
    ["audit", "127.1"],
    ["audit", "@/nonexistent/list"],
    ["audit", "--diff", "one.json"],
    ["audit", "--diff", "--sarif", "one.json", "two.json"],
    ["audit", "--diff", "--waivers", "w", "one.json", "two.json"],
    ["audit", "--list-checks", "127.0.0.1"],
    ["audit", "--list-checks", "--fail-on", "A"],
    ["audit", "--user", "a", "--password-stdin", "@-"],
    ["lint"],
    ["lint", "--format", "amiga", "x"],
    ["lint", "--rate", "1", "x"],
]


def run(*words, stdin=""):
    return subprocess.run([BINARY, *words], input=stdin, capture_output=True, text=True, timeout=60)


def silent_server():
    """Takes connections, and says nothing."""
    server = socket.create_server(("0.0.0.0", 0), backlog=512)
    server.settimeout(0.3)
    return server, server.getsockname()[1]


def was_reached(server):
    try:
        server.accept()[0].close()
        return True
    except TimeoutError:
        return False


def bad_use(report):
    for words in BAD_USE:
        done = run(*words, stdin="x\n")
        name = " ".join(words).replace(SECRET, "SECRET")
        report.check(f"bad use: {name}", done.returncode == 2 and not done.stdout and "usage:" in done.stderr,
                     f"{done.returncode} {done.stderr[:200]}")
        report.check(f"no secret is repeated: {name}", SECRET not in done.stdout + done.stderr)


def bad_files(report, server, port):
    """What an audit needs besides is looked at before anything is sent."""
    with tempfile.TemporaryDirectory() as base:
        base = Path(base)
        (base / "broken").write_text("{")
        (base / "other").write_text('{"format": "signet-lint", "version": 1, "files": []}')
        (base / "no-check").write_text("[waiver]\ncheck = nonsense\nreason = x\nuntil = 2099-01-01\n")
        (base / "no-day").write_text("[waiver]\ncheck = smb1_accepted\nreason = x\nuntil = 2099-02-31x\n")
        for words, says in ((("--baseline", base / "broken"), "not JSON"), (("--baseline", base / "none"), "No such file"),
                            (("--baseline", base / "other"), "signet lint"), (("--waivers", base / "none"), "No such file"),
                            (("--waivers", base / "no-check"), "no-check:1: there is no check 'nonsense'"),
                            (("--waivers", base / "no-day"), "is no day"), (("--html", base), "Is a directory"),
                            (("--html", base / "no" / "page"), "No such file")):
            done = run("audit", "--timeout", "1", *words, f"127.0.0.1:{port}")
            report.check(f"bad file: {words[0]} {words[1].name}: {says}", done.returncode == 2 and says in done.stderr and
                         not done.stdout, f"{done.returncode} {done.stderr[:300]}")
    done = run("audit", "--timeout", "1", "--user", "alice", "--password-stdin", f"127.0.0.1:{port}", stdin="\n")
    report.check("an empty password is none", done.returncode == 2 and "no password" in done.stderr, done.stderr[:300])
    report.check("bad files: nothing was sent", not was_reached(server))


def targets(report):
    listed = "# mine\n127.0.0.9  # the one\n\n[::1]:4450\n127.0.0.9\n2001:db8::/127\n"
    done = run("audit", "--dry-run", "@-", "files.example.com:1445", "127.0.0.0/31", stdin=listed)
    got = [line.strip() for line in done.stdout.split("would be sent")[0].splitlines() if line.startswith("  ")]
    report.check("targets: of each form, each once", got == ["127.0.0.9:445", "[::1]:4450", "[2001:db8::]:445", "[2001:db8::1]:445",
                 "files.example.com:1445", "127.0.0.0:445", "127.0.0.1:445"], f"{got} {done.stderr[:200]}")


def dry_run(report, server, port):
    done = run("audit", "--dry-run", "--try-logons", "--user", "alice", "--password-stdin", f"127.0.0.0/30:{port}")
    report.check("dry run: says to whom", done.returncode == 0 and f"127.0.0.1:{port}" in done.stdout and
                 f"127.0.0.2:{port}" in done.stdout, done.stdout[:300])
    report.check("dry run: nothing was sent", not was_reached(server))
    done = run("audit", "--timeout", "1", "--quiet", f"127.0.0.1:{port}")
    report.check("without it, something is", was_reached(server))
    report.check("a silent host: status 1, said on standard output", done.returncode == 1 and "no answer" in done.stdout
                 and not done.stderr, f"{done.returncode} {done.stdout[:300]} {done.stderr[:300]}")


def password(report, port):
    """While it runs, the password is in no argument and not in its environment; nor is it in a report."""
    process = subprocess.Popen([BINARY, "audit", "--json", "--timeout", "1", "--user", "alice", "--password-stdin",
                                f"127.0.0.1:{port}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(SECRET + "\n")
    process.stdin.flush()
    time.sleep(0.5)
    shown = "".join(Path(f"/proc/{process.pid}/{what}").read_text(errors="replace") for what in ("cmdline", "environ"))
    out, _ = process.communicate(timeout=60)
    report.check("a password is not shown", SECRET not in shown and "alice" in shown)
    report.check("nor reported", SECRET not in out and json.loads(out)["hosts"][0]["outcome"] == "unreachable", out[:300])


def fix_of_the_dead(report):
    """A fix without a host that was not reached must not look as if there were nothing to close."""
    done = run("audit", "--fix", "samba", "--quiet", "--parallel", "64", "127.0.0.0/27:1")
    named = done.stdout.count("# NOTE: not audited: connection refused")
    report.check("a fix names whom it knows nothing of", done.returncode == 1 and named == 16 and
                 "# NOTE: 14 more were not audited" in done.stdout, f"{named} {done.stdout[-300:]} {done.stderr[-200:]}")


def wait_to_hold(process, number):
    """Until the signal does what the program wants it to."""
    for _ in range(600):
        status = Path(f"/proc/{process.pid}/status").read_text()
        if int(re.search(r"SigBlk:\s+(\w+)", status)[1], 16) & 1 << (number - 1):
            return
        time.sleep(0.05)


def interrupted(report, port):
    process = subprocess.Popen([BINARY, "audit", "--json", "--timeout", "2", "--parallel", "1", f"127.5.0.0/22:{port}"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wait_to_hold(process, signal.SIGINT)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    hosts = json.loads(out)["hosts"]
    report.check("SIGINT: a report, and soon", process.returncode == 1 and time.monotonic() - begun < SOON and len(hosts) == 1022,
                 f"{process.returncode} {len(hosts)}")
    report.check("SIGINT: who was not asked is said not to be",
                 sum("interrupted" in (host["error"] or "") for host in hosts) > 900)


def interrupted_while_waiting(report):
    """A slow rate makes a long queue, which nobody wants to sit out."""
    process = subprocess.Popen([BINARY, "audit", "--json", "--rate", "10", "--quiet", "127.5.0.0/22:1"], stdout=subprocess.PIPE, text=True)
    wait_to_hold(process, signal.SIGINT)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=120)
    report.check("SIGINT: those who wait for their turn do not", time.monotonic() - begun < SOON and
                 sum(host["outcome"] == "unreachable" for host in json.loads(out)["hosts"]) == 1022,
                 f"{time.monotonic() - begun:.1f} s")


def accounts(report):
    """An account that is of no use, told so that nobody takes the report for what was seen with it."""
    with SignetServer(users=("alice",)) as server:
        host = f"127.0.0.1:{server.port}"
        good = run("audit", host, "--user", "alice", "--password-stdin", "--json", stdin="Passw0rd-alice\n")
        found = json.loads(good.stdout)
        report.check("the server's own defaults are a B", found["hosts"][0]["grade"] == "B" and not found["notes"], good.stdout[:300])
        for grade, status in (("A", 3), ("B", 3), ("C", 0), ("F", 0)):
            report.check(f"a B and --fail-on {grade}: status {status}", run("audit", host, "--fail-on", grade).returncode == status)
        bad = json.loads(run("audit", host, "--user", "alice", "--password-stdin", "--json", stdin="wrong\n").stdout)
        report.check("a wrong password is told with the report", "alice could not log on" in " ".join(bad["notes"]) and
                     "LOGON_FAILURE" in " ".join(bad["notes"]), f"{bad['notes']}")
        reasons = {q["id"]: q["reason"] for q in bad["hosts"][0]["open"]}
        report.check("and why the questions are open", all("not let in" in reasons[i] for i in
                     ("downgrade_unnoticed", "share_encryption_not_enforced", "encryption_not_required")), f"{reasons}")
        failed = [e for e in server.events("authentication") if e.get("account") == "alice" and e["status"] == "STATUS_LOGON_FAILURE"]
        report.check("it was tried once", len(failed) == 1, f"{failed}")


def lint(report):
    with tempfile.TemporaryDirectory() as base:
        conf = Path(base) / "smb.conf"
        conf.write_text("[global]\n  server min protocol = NT1\n[data]\n  path = /srv/data\n  guest ok = yes\n")
        report.check("lint: findings are no failure", run("lint", conf).returncode == 0)
        report.check("lint: unless they are to be", run("lint", conf, "--fail-on", "D").returncode == 3)
        report.check("lint: nothing to read", run("lint", Path(base) / "none").returncode == 1)
        report.check("lint: one of two cannot be read", run("lint", conf, Path(base) / "none").returncode == 1)
        report.check("lint: but the other fails", run("lint", conf, Path(base) / "none", "--fail-on", "D").returncode == 3)
        old = Path(base) / "old.json"
        old.write_text(run("lint", conf, "--json").stdout)
        known = json.loads(run("lint", conf, "--json", "--baseline", old).stdout)["files"][0]["findings"]
        report.check("lint: a baseline is known", known and all(f["known"] for f in known), f"{known}"[:300])
        conf.write_text(conf.read_text().replace("NT1", "SMB3_11"))
        new = Path(base) / "new.json"
        new.write_text(run("lint", conf, "--json").stdout)
        report.check("diff: what got better", "smb1_accepted" in run("audit", "--diff", old, new).stdout)
        page = Path(base) / "page.html"
        done = run("lint", conf, "--html", page)
        report.check("html: a file, and nothing else", done.returncode == 0 and not done.stdout and "<html" in page.read_text())
        report.check("html: where none can be", run("lint", conf, "--html", Path(base) / "no" / "page").returncode == 2)
        read = json.loads(run("lint", "-", "--json", stdin=conf.read_text()).stdout)["files"][0]
        report.check("lint: - is standard input", read["file"] == "-" and "share_anonymous" in [f["id"] for f in read["findings"]])
        full = subprocess.run([BINARY, "lint", conf, "--json"], stdout=open("/dev/full", "w"), stderr=subprocess.PIPE, text=True)
        report.check("lint: a full disk is told", full.returncode == 1 and "standard output" in full.stderr, full.stderr)
        for grade, status in (("A", 3), ("D", 3), ("F", 0)):
            report.check(f"diff --fail-on {grade}: something got worse",
                         run("audit", "--diff", new, old, "--fail-on", grade).returncode == status)
        report.check("diff --fail-on: nothing got worse", run("audit", "--diff", old, new, "--fail-on", "A").returncode == 0)


def main():
    report = Report()
    server, port = silent_server()
    bad_use(report)
    bad_files(report, server, port)
    targets(report)
    dry_run(report, server, port)
    password(report, port)
    fix_of_the_dead(report)
    interrupted(report, port)
    interrupted_while_waiting(report)
    accounts(report)
    lint(report)
    server.close()
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

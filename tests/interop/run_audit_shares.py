#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`signet audit` of servers with more shares than one answer is meant to hold: Samba lists all of them at once, Signet
page by page. Each share is looked at; where that is too much, the report says so.

usage: run_audit_shares.py [SERVER...]    samba, signet, more"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "audit"))
from auditor import audit_with_login  # noqa: E402
from servers import NO_PRINTERS, own_folder, SambaHost, SignetHost, USER, wait_for  # noqa: E402
from signet_server import Report  # noqa: E402

SHARES = 1200
SHARES_MAX = 4000  # EXPOSURE_SHARES_MAX: how many are looked at
LEFT_OUT = {"share_anonymous", "share_open_to_everyone"}
SEALING_OPTIONAL = {"encryption": "desired"}


def names(count):
    return {f"share{n:04}" for n in range(count)}


def samba(base, folder):
    more = base / "more.conf"
    more.write_text("".join(f"[{name}]\n path = {folder}\n" for name in sorted(names(SHARES))))
    return SambaHost("samba", base, 91, NO_PRINTERS, include=more)


def signet_with(count, comment):
    def make(base, folder):
        lines = f"path = {folder}\nusers = {USER}\nencryption = desired\ncomment = {comment}\n"
        more = "".join(f"[share {name}]\n{lines}" for name in sorted(names(count)))
        return SignetHost("signet", base, 92, SEALING_OPTIONAL, SEALING_OPTIONAL, more)
    return make


def looked_at(host):
    """The shares that were tried without encryption, which all of them let in."""
    return {f.get("subject") for f in host["findings"] if f["id"] == "share_encryption_not_enforced"}


def left_open(host):
    return {q["id"] for q in host["open"] if "shares" in q["reason"]}


def check(report, name, host, count):
    report.check(f"{name}: answered", host is not None and host["outcome"] == "done", f"{host}"[:500])
    if host is None:
        return
    seen = looked_at(host)
    if count <= SHARES_MAX:
        missing = names(count) - seen
        report.check(f"{name}: each of {count} shares is looked at", not missing, f"{len(missing)}, {sorted(missing)[:3]}")
        report.check(f"{name}: nothing is said to be left out", not left_open(host), f"{host['open']}")
    else:
        report.check(f"{name}: of {count} shares as many are looked at as is the limit", len(seen) >= SHARES_MAX - 1, len(seen))
        report.check(f"{name}: that others are not is said", LEFT_OUT <= left_open(host), f"{host['open']}")


# name: how to make it, and its shares. Those of the second fill two pages, those of the third five.
SERVERS = {
    "samba": (samba, SHARES),
    "signet": (signet_with(SHARES, "x" * 100), SHARES),
    "more": (signet_with(SHARES_MAX + 10, "x" * 100), SHARES_MAX + 10),
}


def main():
    if os.geteuid() != 0:
        print("SKIP audit of many shares needs root, for smbd does")
        return 0
    report = Report()
    for name in sys.argv[1:] or SERVERS:
        base = Path(tempfile.mkdtemp(prefix="signet-audit-", dir="/var/tmp"))
        base.chmod(0o755)
        make, count = SERVERS[name]
        host = make(base, own_folder(base / "all", 0o755))
        try:
            host.start()
            wait_for(host)
            done = audit_with_login([host.address], timeout=120)
            report.check(f"{name}: ends with status 0", done.status == 0 and not done.sanitizers(), done.why())
            check(report, name, done.hosts.get(host.address), count)
        finally:
            host.stop()
            shutil.rmtree(base, ignore_errors=True)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

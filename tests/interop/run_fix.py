#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `--fix` writes is done to real servers: each weak one is linted and audited, its fix applied as an administrator
would (patch(1); copied below smb.conf), checked by the server's own tool, and the server started with it. What the fix
says that it closes must have been there, and must be gone.

usage: run_fix.py [SERVER...]"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "audit"))
from auditor import LOGIN, audit_with_login, run  # noqa: E402
from servers import CLOSED, GUEST_SHARES, LANMAN, NO_PRINTERS, PASSWORD, PORT  # noqa: E402
from servers import SambaHost, SignetHost, wait_for  # noqa: E402
from signet_server import BINARY, Report  # noqa: E402

PATIENT = ("--timeout", 15)
AT_ONCE = 4
OPTIONS = ("--try-logons", *PATIENT)

# name: lines of [global], shares, what the audit must find of it, what lint must find.
WEAK_SAMBA = {
    "old": (NO_PRINTERS + "min protocol = NT1", CLOSED,
            {"smb1_accepted", "old_dialect_accepted", "dialect_below_311"},
            {"smb1_accepted", "old_dialect_accepted", "dialect_below_311"}),
    "newest missing": (NO_PRINTERS + "server max protocol = SMB2_10", CLOSED,
                       {"smb311_not_offered"}, {"smb311_not_offered", "encryption_not_supported"}),
    "unsigned": (NO_PRINTERS + "Server Signing = disabled", CLOSED,
                 {"signing_not_required", "encryption_not_required"},
                 {"signing_not_required", "encryption_not_required"}),
    "plain": (NO_PRINTERS + "server smb encrypt = off", {"data": (CLOSED["data"][0], CLOSED["data"][1] + "\nsmb encrypt = off")},
              {"encryption_not_supported"}, {"encryption_not_supported"}),
    "plain share": (NO_PRINTERS + "smb encrypt = desired", {"data": (CLOSED["data"][0], CLOSED["data"][1] + "\nsmb encrypt = off")},
                    {"share_encryption_not_enforced"}, {"share_encryption_not_enforced"}),
    "guests": (NO_PRINTERS + "map to guest = \\\n    bad user", GUEST_SHARES,
               {"guest_accepted", "anonymous_session", "share_guest"}, {"guest_accepted", "share_guest", "share_anonymous"}),
    "ntlmv1": (NO_PRINTERS + LANMAN, CLOSED, {"ntlmv1_accepted"}, {"ntlmv1_accepted", "lm_accepted"}),
    "algorithms": (NO_PRINTERS + "server smb3 encryption algorithms = AES-128-CCM\n"
                   "server smb3 signing algorithms = HMAC-SHA256, AES-128-CMAC", CLOSED,
                   {"cipher_256_missing"}, {"cipher_256_missing"}),
    "printers": (f"smb ports = {PORT} 139\nusershare allow guests = yes\nlog level = 0\ngest ok = yes", CLOSED,
                 {"netbios_session_open"}, {"netbios_session_open", "usershare_guests", "setting_unknown"}),
}
WEAK_SIGNET = {
    "signet": ({"encryption": "desired", "signing": "desired", "dialects": "3.1.1 3.0.2 2.1", "walls": "available"},
               {"encryption": "off"}, {"encryption_not_required", "signing_not_required", "old_dialect_accepted"},
               {"encryption_not_required", "signing_not_required", "share_encryption_not_enforced", "confinement_optional"}),
}


def lint(path, *options):
    done = subprocess.run([str(BINARY), "lint", *options, path], capture_output=True, text=True)
    return done.stdout, f"status {done.returncode}: {done.stderr[-500:]}"


def ids(findings):
    return {f["id"] for f in findings}


def linted(path):
    return ids(json.loads(lint(path, "--json")[0])["files"][0]["findings"])


def claimed(fix):
    """What the fix says that it closes, and what it says that it does not."""
    below = fix.split("Not closed by this:")
    left = set(re.findall(r"^#   (\w+)(?: of .*)?: ", below[1], re.M)) if len(below) > 1 else set()
    return set(re.findall(r"^(?:\+\s*)?# closes (\w+): ", below[0], re.M)), left


def settings_of(text):
    """What counts of a configuration: without comments, blank lines and indentation."""
    return [line.strip() for line in text.splitlines() if line.strip() and line.strip()[0] not in "#;"]


def testparm(conf, known=()):
    """Whether it accepts the file; words that were said of it before do not count."""
    done = subprocess.run(["testparm", "-s", "--suppress-prompt", conf], capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if re.search(r"ERROR|Unknown parameter|Ignoring|deprecated", line)]
    bad = [line for line in said if line not in known]
    return done.returncode == 0 and not bad, "; ".join(bad) or done.stderr[-300:], said


def check_configuration(server, _):
    done = subprocess.run([str(BINARY), "serve", "--check", "--config", server.conf], capture_output=True, text=True)
    return done.returncode == 0, done.stdout[-300:] + done.stderr[-300:], []


class Weak:
    """A weak server, and what is done to it."""

    def __init__(self, name, host, platform, observed, read, checked):
        self.name, self.host, self.platform, self.checked = name, host, platform, checked
        self.observed, self.read = observed, read
        self.conf = Path(host.conf)
        self.original = self.conf.read_text()

    def start(self):
        self.host.start()
        wait_for(self.host)

    def restart(self):
        self.host.stop()
        self.start()

    def audited(self):
        done = audit_with_login([self.host.address], *OPTIONS)
        host = done.hosts.get(self.host.address)
        return ids(host["findings"]) if host and host["outcome"] in ("done", "partial") else None, done.why()


def check_before(report, weak):
    weak.before, why = weak.audited()
    weak.read_before = linted(weak.conf)
    weak.said = weak.checked(weak.host, ())[2]
    if not report.check(f"{weak.name}: audited", weak.before is not None, why):
        return
    report.check(f"{weak.name}: is as weak as meant", weak.observed <= weak.before, f"{weak.observed - weak.before}")
    report.check(f"{weak.name}: lint finds it", weak.read <= weak.read_before, f"{weak.read - weak.read_before}")


def check_patch(report, weak):
    """`lint --fix`, by patch(1)."""
    text, why = lint(weak.conf, "--fix", weak.platform)
    closes, left = claimed(text)
    name = f"{weak.name}: patch"
    report.check(f"{name} closes what was found", weak.read <= closes and closes <= weak.read_before,
                 f"{weak.read - closes} {closes - weak.read_before} {why}")
    report.check(f"{name} forgets nothing", weak.read_before <= closes | left, f"{weak.read_before - closes - left}")
    done = subprocess.run(["patch", "-p1", "-d", "/", "--fuzz=0"], input=text, capture_output=True, text=True)
    report.check(f"{name} applies", done.returncode == 0 and "offset" not in done.stdout, done.stdout + done.stderr)
    report.check(f"{name}: the server's own check", *weak.checked(weak.host, ())[:2])
    after = linted(weak.conf)
    report.check(f"{name}: lint finds none of it any more", not closes & after, f"{closes & after}")
    # Where encryption was off, lint had nothing to say of its ciphers: that may be found only now.
    again = claimed(lint(weak.conf, "--fix", weak.platform)[0])[0]
    report.check(f"{name}: a second one does nothing of it again", not again & closes, f"{again & closes}")
    weak.restart()
    observed, why = weak.audited()
    report.check(f"{name}: the audit finds none of it any more", observed is not None and not (weak.observed - left) & observed,
                 f"{observed and weak.observed & observed} {why}")


def check_snippet(report, weak):
    """`audit --fix`, below the file: the last of two settings counts."""
    weak.conf.write_text(weak.original)
    weak.restart()
    done = run(["--fix", weak.platform, *LOGIN, *OPTIONS, weak.host.address], stdin=f"{PASSWORD}\n")
    closes, left = claimed(done.out)
    name = f"{weak.name}: snippet"
    report.check(f"{name} closes what was found", weak.observed <= closes | left and weak.observed & closes,
                 f"{weak.observed - closes} {done.why()} {done.out[-300:]} {weak.host.said()[-500:]}".replace("\n", " | "))
    weak.conf.write_text(weak.original + done.out)
    report.check(f"{name}: what was there is there", settings_of(weak.conf.read_text())[:len(settings_of(weak.original))]
                 == settings_of(weak.original))
    report.check(f"{name}: the server's own check", *weak.checked(weak.host, weak.said)[:2])
    weak.restart()
    observed, why = weak.audited()
    report.check(f"{name}: the audit finds none of it any more", observed is not None and not (closes - left) & observed,
                 f"{observed and (closes - left) & observed} {why}")


def try_all(report, weak):
    try:
        weak.start()
        check_before(report, weak)
        check_patch(report, weak)
        if weak.platform == "samba":  # Signet's sections can be given once
            check_snippet(report, weak)
    except Exception as e:  # one server's trouble is not the others'
        report.failure(f"{weak.name}: {type(e).__name__}", f"{e}\n{weak.host.said()[-500:]}".replace("\n", " | "))
    finally:
        weak.host.stop()


def make(base, chosen):
    number = 2
    for name, (settings, shares, observed, read) in WEAK_SAMBA.items():
        if not chosen or name in chosen:
            yield Weak(name, SambaHost(name.replace(" ", "-"), base, number, settings, shares), "samba", observed, read,
                       lambda host, known: testparm(host.conf, known))
        number += 1
    for name, (server, share, observed, read) in WEAK_SIGNET.items():
        if not chosen or name in chosen:
            host = SignetHost(name, base, number, server, share)
            host.conf = host.server.config
            yield Weak(name, host, "signet", observed, read, check_configuration)
        number += 1


def main():
    report = Report()
    base = Path(tempfile.mkdtemp(prefix="signet-fix-", dir="/var/tmp"))
    base.chmod(0o755)
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda weak: try_all(report, weak), list(make(base, sys.argv[1:]))))
    finally:
        if os.environ.get("SIGNET_KEEP"):
            print("kept", base)
        else:
            shutil.rmtree(base, ignore_errors=True)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""NTLM for the users of a domain: a private Active Directory, a member of it with winbindd, and Signet
beside that winbindd with ntlm = winbind."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import active_directory
from active_directory import MEMBER, ActiveDirectory, Member
from interop_tools import ENVIRONMENT, check_events, check_sealed, stop_cleanly
from signet_server import PASSWORD, Report, SignetServer

NAME = "member.test.lab"


def log_on(server, who, password, host=NAME, command="ls"):
    """What smbclient came to, by NTLM alone: SUCCESS or a status."""
    (server.dir / "smb.conf").write_text("[global]\n")
    done = subprocess.run(["smbclient", "-s", str(server.dir / "smb.conf"), "-p", str(server.port),
                           f"//{host}/data", "-U", f"{who}%{password}", "--use-kerberos=off", "-c", command],
                          env=ENVIRONMENT, text=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    words = [w.strip("().") for w in (done.stdout + done.stderr).split() if "NT_STATUS_" in w]
    return "SUCCESS" if done.returncode == 0 else (words or ["no status"])[0]


class WinbindServer(SignetServer):
    """On the member's address, with one account of its own."""

    def __init__(self, base, users):
        super().__init__(users=("local",), base=base, share={"users": users, "write": users}, server={
            "networks": "10.77.0.0/24 127.0.0.0/8", "name": NAME, "ntlm": "winbind"})

    def write_config(self, server, share, more=""):
        listen = f"{MEMBER}:{self.port} 127.0.0.1:{self.port}"
        super().write_config(server | {"listen": listen}, share, more)


def failure(server, before, **fields):
    """The event of a failed log-on after `before` events."""
    end = time.time() + 20
    while time.time() < end:
        for e in server.events()[before:]:
            if e["kind"] == "authentication" and all(e.get(k) == v for k, v in fields.items()):
                return e
        time.sleep(0.05)
    return {}


def refused(report, server, name, who, password, reason, status="NT_STATUS_LOGON_FAILURE", **more):
    before = len(server.events())
    got = log_on(server, who, password, **more)
    report.check(f"{name}: {status}", got == status, got)
    e = failure(server, before, result="failure")
    report.check(f"{name}: the event says {reason}", e.get("reason") == reason, str(server.events()[before:]))


def group_log_ons(report, directory, server):
    (server.dir / "smb.conf").write_text("[global]\n")
    got = log_on(server, "TEST\\alice", "Passw0rd-alice", command="put smb.conf by-alice; ls")
    report.check("a user of the domain is let in", got == "SUCCESS", got)
    e = server.wait_for_event("session_open", account="alice") or {}
    report.check("the event has his domain and mechanism",
                 (e.get("domain"), e.get("mechanism")) == ("TEST", "ntlmv2"), str(e))
    got = log_on(server, "alice@test.lab", "Passw0rd-alice")
    report.check("so is alice@test.lab", got == "SUCCESS", got)
    got = log_on(server, "test.lab\\alice", "Passw0rd-alice")
    report.check("so is test.lab\\alice", got == "SUCCESS", got)
    got = log_on(server, "TEST\\dora", "Passw0rd-dora")
    report.check("a member of a group of the domain is let in", got == "SUCCESS", got)
    got = log_on(server, "TEST\\erin", "Passw0rd-erin")
    report.check("whom no list names is not", got in ("NT_STATUS_ACCESS_DENIED", "NT_STATUS_LOGON_TYPE_NOT_GRANTED"), got)
    got = log_on(server, "WORKGROUP\\local", f"{PASSWORD}local")
    report.check("an account of the state is let in beside them", got == "SUCCESS", got)
    got = log_on(server, "MEMBER\\local", f"{PASSWORD}local", host=MEMBER)
    report.check("also by the machine's name and address", got == "SUCCESS", got)
    got = log_on(server, "MEMBER\\alice", "Passw0rd-alice")
    report.check("a domain's user is nobody without his domain", got == "NT_STATUS_LOGON_FAILURE", got)


def group_refusals(report, directory, server):
    refused(report, server, "a wrong password", "TEST\\alice", "wrong", "wrong_password")
    refused(report, server, "an unknown user", "TEST\\nobody", "wrong", "unknown_account")
    refused(report, server, "a disabled user", "TEST\\carol", "Passw0rd-carol", "account_disabled")
    refused(report, server, "an account of the state, wrongly", "WORKGROUP\\local", "wrong", "wrong_password")
    refused(report, server, "a client that means another server", "TEST\\alice", "Passw0rd-alice",
            "target_name_mismatch", "NT_STATUS_ACCESS_DENIED", host="dc1.other")


def group_failing_domain(report, directory, member, server):
    directory.stop()
    begun = time.time()
    before = len(server.events())
    got = log_on(server, "TEST\\alice", "Passw0rd-alice")
    report.check("no domain controller: nobody of the domain", got != "SUCCESS", got)
    e = failure(server, before, result="failure")
    report.check("no domain controller: the event says so",
                 e.get("reason") in ("domain_unreachable", "winbind_unavailable"), str(e))
    print(f"# without a controller it took {time.time() - begun:.1f} s")
    got = log_on(server, "WORKGROUP\\local", f"{PASSWORD}local")
    report.check("no domain controller: accounts of the state go on", got == "SUCCESS", got)
    member.stop()
    refused(report, server, "no winbindd", "TEST\\alice", "Passw0rd-alice", "winbind_unavailable")
    got = log_on(server, "WORKGROUP\\local", f"{PASSWORD}local")
    report.check("no winbindd: accounts of the state go on", got == "SUCCESS", got)
    server.stop()
    server.start()
    said = server.log.read_text()
    report.check("no winbindd: told of at the start", "winbindd does not answer" in said, said)
    report.check("no winbindd: groups that nobody is in are told of", "does not find @TEST\\staff" in said, said)


def directory_fill(directory):
    for user in ("alice", "carol", "dora", "erin"):
        directory.add_user(user)
    directory.tool("user", "disable", "carol")
    directory.add_group("staff", "dora")


def run(report, base):
    with ActiveDirectory(base) as directory:
        directory_fill(directory)
        with Member(base) as member:
            with open("/etc/hosts", "a") as hosts:
                hosts.write(f"{MEMBER} dc1.other\n")
            with WinbindServer(base, "local TEST\\alice TEST\\carol @TEST\\staff") as server:
                group_log_ons(report, directory, server)
                group_refusals(report, directory, server)
                check_sealed(report, "winbind", server.events())
                group_failing_domain(report, directory, member, server)
                check_events(report, "winbind", server)
                stop_cleanly(report, "winbind", server)


def main():
    report = Report()
    lacking = active_directory.missing()
    if lacking:
        report.skip("winbind", f"this machine lacks {lacking}")
        return 0
    active_directory.in_private_network()
    base = Path(tempfile.mkdtemp(prefix="signet-winbind-", dir="/var/tmp"))
    base.chmod(0o755)
    try:
        run(report, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

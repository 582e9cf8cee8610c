#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""NTLM for the users of a domain: a private Active Directory, a member of it with winbindd, and Signet
beside that winbindd with ntlm = winbind."""

import grp
import os
import pwd
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
SERVICE = "sgnwbsvc"  # as whom a server goes on


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

    def __init__(self, base, users, share=None, **server):
        super().__init__(users=("local",), base=base, share={"users": users, "write": users} | (share or {}), server={
            "networks": "10.77.0.0/24 127.0.0.0/8", "name": NAME, "ntlm": "winbind"} | server)

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


# --- identity = unix ---------------------------------------------------------------------------------------

def unix_server(base, user):
    """One that reaches files as TEST\\NAME, whom the name service has from winbind; started by root, to go on as a user of
    its own if one is named."""
    server = WinbindServer(base, "local TEST\\alice @TEST\\staff", {"file_mode": "0600", "directory_mode": "0700"},
                           identity="unix", **({"user": user} if user else {}))
    server.dir.chmod(0o711)
    server.share.chmod(0o1777)
    common = server.share / "common"
    common.mkdir()
    os.chown(common, 0, grp.getgrnam("TEST\\staff").gr_gid)
    common.chmod(0o2770)
    if user:
        for path in (server.state, *server.state.iterdir(), server.config, server.dir):
            os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    return server


def as_user(server, name, command):
    (server.dir / "text").write_text("hello\n")
    return log_on(server, f"TEST\\{name}", f"Passw0rd-{name}", command=command)


def check_unix(report, name, server):
    text = server.dir / "text"
    for user in ("alice", "dora"):
        got = as_user(server, user, f"put {text} of-{user}; mkdir folder-{user}; put {text} folder-{user}\\f; get of-{user} /dev/null")
        report.check(f"{name}: TEST\\{user} writes and reads", got == "SUCCESS", got + server.log.read_text()[-300:])
        wanted = pwd.getpwnam(f"TEST\\{user}")
        made = [server.share / f"of-{user}", server.share / f"folder-{user}", server.share / f"folder-{user}" / "f"]
        owners = {(p.stat().st_uid, p.stat().st_gid) for p in made if p.exists()}
        report.check(f"{name}: what he makes is his, as winbind numbers him", all(p.exists() for p in made) and
                     owners == {(wanted.pw_uid, wanted.pw_gid)} and wanted.pw_uid >= 100000, f"{owners} {wanted}")
    for command in ("get of-dora /dev/null", f"put {text} of-dora", "rename of-dora mine", f"put {text} common\\f"):
        got = as_user(server, "alice", command)
        report.check(f"{name}: TEST\\alice cannot '{command.split()[0]}' what is not hers", got == "NT_STATUS_ACCESS_DENIED", got)
    got = as_user(server, "dora", f"put {text} common\\f")
    made = server.share / "common" / "f"
    report.check(f"{name}: TEST\\dora can, by her group of the domain", got == "SUCCESS" and made.exists() and
                 made.stat().st_gid == grp.getgrnam("TEST\\staff").gr_gid, got)
    got = log_on(server, "WORKGROUP\\local", f"{PASSWORD}local")
    report.check(f"{name}: an account that is no Unix user gets no files", got == "NT_STATUS_ACCESS_DENIED", got)
    report.check(f"{name}: which is told of", server.wait_for_event("tree_connect", reason="no_unix_user"))


def group_unix(report, base):
    if not any(Path("/usr/lib").glob("*/libnss_winbind.so.2")):
        report.skip("winbind: identity = unix", "no libnss-winbind")
        return
    Path("/etc/nsswitch.conf").write_text("passwd: files winbind\ngroup: files winbind\nhosts: files dns\n")  # this namespace's
    subprocess.run(["userdel", SERVICE], check=False, capture_output=True)
    subprocess.run(["useradd", "-M", "-N", "-r", "-G", "winbindd_priv", SERVICE], check=True)
    for folder in base.rglob("winbindd_privileged"):  # as Debian's package has it
        os.chown(folder, 0, grp.getgrnam("winbindd_priv").gr_gid)
    try:
        for user in ("", SERVICE):
            name = f"identity = unix{', user = ' + user if user else ''}"
            with unix_server(base, user) as server:
                check_unix(report, name, server)
                check_events(report, name, server)
                stop_cleanly(report, name, server)
    finally:
        subprocess.run(["userdel", SERVICE], check=False)


def said_of(server, words, seconds=60):
    """The log once it has the words, or after that time: it may say them when it listens already."""
    end = time.time() + seconds
    while words not in server.log.read_text() and time.time() < end:
        time.sleep(0.05)
    return server.log.read_text()


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
    said = said_of(server, "does not find @TEST\\staff")
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
                group_unix(report, base)
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

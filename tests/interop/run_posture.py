#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `serve --check` says of a configuration, as a table and as JSON, and that the server does as it says: who gets
in with NTLM, what each client leaves out of it, rules for groups, networks of IPv6.

    run_posture.py [PREFIX]     (only the groups whose name begins with it)"""

import json
import shutil
import subprocess
import sys

import raw_smb
from interop_tools import ENVIRONMENT, check_events, smbclient, stop_cleanly
from signet_server import BINARY, PASSWORD, Report, SignetServer

RULES = """
[group outsiders]
members = bob

[access board]
share = data
users = @outsiders
deny = board

[access readers]
share = data
users = @outsiders
write = inbox
"""


def check_of(server, *options):
    done = subprocess.run([BINARY, "serve", "--config", server.config, "--check", *options], capture_output=True,
                          text=True, timeout=30)
    return done.returncode, done.stdout


def posture(server):
    code, out = check_of(server, "--json")
    return json.loads(out) if code == 0 else {}


def group_groups(report):
    """Rules that name a group hold for its members, and --check names these."""
    with SignetServer(users=("alice", "bob"), more_config=RULES) as server:
        for name in ("board", "inbox"):
            (server.share / name).mkdir()
            (server.share / name / "paper").write_text("x")
        rules = {r["name"]: r for r in posture(server)["shares"]["data"]["effective"]["access"]}
        report.check("groups: --check --json says whom rules concern", rules["board"]["users"] == ["bob"] and
                     rules["board"]["deny"] == ["board"] and rules["readers"]["write"] == ["inbox"], str(rules))
        code, table = check_of(server)
        report.check("groups: so does the table", code == 0 and "access board" in table and "inbox" in table, table)
        for user, sees in (("alice", True), ("bob", False)):
            _, out = smbclient(server, f"ls; get board\\paper {server.dir}/got", user=user)
            report.check(f"groups: {user} {'sees' if sees else 'does not see'} what is denied to outsiders",
                         ("board" in out.split("blocks")[0]) == sees and ("getting file" in out) == sees, out)
        _, out = smbclient(server, "put /etc/hostname inbox\\new; put /etc/hostname new", user="bob")
        report.check("groups: bob writes where his group may, and nowhere else", (server.share / "inbox" / "new").exists()
                     and not (server.share / "new").exists() and "ACCESS_DENIED" in out, out)
        stop_cleanly(report, "groups", server)


def rclone(server):
    obscured = subprocess.run(["rclone", "obscure", f"{PASSWORD}alice"], capture_output=True, text=True, check=True)
    (server.dir / "rclone.conf").touch()
    env = ENVIRONMENT | {"RCLONE_CONFIG": str(server.dir / "rclone.conf"), "RCLONE_SMB_HOST": "127.0.0.1",
                         "RCLONE_SMB_PORT": str(server.port), "RCLONE_SMB_USER": "alice",
                         "RCLONE_SMB_PASS": obscured.stdout.strip()}
    done = subprocess.run(["rclone", "lsf", ":smb:data", "--retries", "1", "--low-level-retries", "1"], env=env,
                          capture_output=True, text=True, timeout=90)
    return done.returncode, done.stderr


def left_out(server):
    """What the events say that clients did without, once all of them are there."""
    server.stop()
    return {e["reason"] for e in server.events("weakened")}


def group_ntlm(report):
    """By default clients get in that leave something out, which is told; --check says so before."""
    clients = {"smbclient": (lambda server: smbclient(server, "ls"), set(), "")}
    if shutil.which("rclone"):
        clients["rclone"] = (rclone, {"ntlm_without_target_name"}, "target_name_missing")
    for name, (run, leaves_out, refused) in clients.items():
        with SignetServer() as server:
            named = [line.split("=")[0].split()[1] for line in posture(server)["concessions"]]
            report.check(f"{name}: --check names what may be left out", named == ["ntlm_mic", "ntlm_target_name"] and
                         "ADMITTED" in check_of(server)[1], str(named))
            code, out = run(server)
            report.check(f"{name}: gets in by default", code == 0, out)
            found = left_out(server)
            report.check(f"{name}: what it leaves out is told", found == leaves_out, str(found))
        with SignetServer(server={"ntlm_mic": "always", "ntlm_target_name": "always"}) as server:
            report.check(f"{name}: --check has nothing to name then", posture(server)["concessions"] == [] and
                         "ADMITTED" not in check_of(server)[1])
            code, out = run(server)
            report.check(f"{name}: {'is refused' if refused else 'gets in'} where all of it is asked for",
                         (code != 0) == bool(refused), out)
            if refused:
                report.check(f"{name}: and told why", server.wait_for_event("authentication", reason=refused))


def group_off(report):
    """ntlm = off: not offered, and a client that tries all the same is refused, its account or not."""
    with SignetServer(server={"ntlm": "off"}) as server:
        report.check("off: --check says it", posture(server)["server"]["ntlm"] == "off")
        with raw_smb.RawSmb(server.port) as smb:
            offer = raw_smb.security_buffer(smb.negotiated)
        report.check("off: NTLM is not offered", bytes.fromhex("2b06010401823702020a") not in offer, offer.hex())
        code, out = smbclient(server, "ls")
        report.check("off: a client with the right password is refused", code != 0, out)
        ntlm = b"NTLMSSP\0" + bytes.fromhex("01000000158208620000000000000000000000000000000000")
        with raw_smb.RawSmb(server.port) as smb:
            status = raw_smb.status_of(smb.session_setup(ntlm, first=True))
        report.check("off: so is one that does not ask what is offered", status == raw_smb.NOT_SUPPORTED, f"{status:#x}")
        report.check("off: which is told", server.wait_for_event("authentication", reason="mechanism_not_offered"))
        check_events(report, "off", server)


class Both(SignetServer):
    """On IPv4, and on IPv6 also for IPv4's addresses in it."""

    def write_config(self, server, share, more=""):
        super().write_config(server | {"listen": f"127.0.0.1:{self.port} [::1]:{self.port}"}, share, more)


def answers(address, port):
    try:
        with raw_smb.RawSmb(port, address) as smb:
            return raw_smb.command_of(smb.negotiated) == raw_smb.NEGOTIATE
    except (raw_smb.Ended, ConnectionResetError, BrokenPipeError):
        return False


def group_ipv6(report):
    """Networks of IPv6 are judged as those of IPv4 are: the most specific entry, of equals the refusing one."""
    plans = {"127.0.0.0/8 ::1/128": (True, True), "127.0.0.0/8": (True, False), 
             "!::/0 127.0.0.0/8 ::1": (True, True), "127.0.0.0/8 ::1 !::1": (True, False)}
    for networks, wanted in plans.items():
        with Both(server={"networks": networks}) as server:
            got = (answers("127.0.0.1", server.port), answers("::1", server.port))
            report.check(f"ipv6: networks = {networks}", got == wanted, str(got))
            if not wanted[1]:
                report.check("ipv6: a refusal is told with the address", server.wait_for_event(
                    "refusal", reason="network_not_admitted", client_address="::1"))


def main():
    report = Report()
    if shutil.which("smbclient") is None:
        report.skip("posture", "smbclient is missing")
        return 0
    for name, run in [(n[6:], f) for n, f in globals().items() if n.startswith("group_")]:
        if name.startswith(sys.argv[1] if len(sys.argv) > 1 else ""):
            run(report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

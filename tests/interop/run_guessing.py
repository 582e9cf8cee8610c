#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Guessing passwords: what failed log-ons look like from outside, and where guessing ends.

Peers are told apart by address: 127.0.0.1 guesses, ::1 is somebody else."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from interop_tools import ENVIRONMENT, check_events, stop_cleanly
from signet_server import BINARY, PASSWORD, Report, SignetServer

LOCK_FAILURES, LOCK_S = 10, 15  # auth/throttle.h


class TwoPeers(SignetServer):
    def write_config(self, server, share, more=""):
        both = {"listen": f"127.0.0.1:{self.port} [::1]:{self.port}", "networks": "127.0.0.0/8 ::1/128"}
        super().write_config(server | both, share, more)


def log_on(server, who, password, address="127.0.0.1", host="localhost"):
    """The status, and how long it took."""
    begun = time.monotonic()
    done = subprocess.run(["smbclient", "-s", "/dev/null", "-I", address, "-p", str(server.port), f"//{host}/data",
                           "-U", f"{who}%{password}", "-c", "ls"],
                          env=ENVIRONMENT, text=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    words = [w.strip("().") for w in (done.stdout + done.stderr).split() if "NT_STATUS_" in w]
    return "SUCCESS" if done.returncode == 0 else (words or ["no status"])[0], time.monotonic() - begun


def gets_in_at_once(server, *how):
    """Not held back: on a busy machine, a client can take long without it."""
    for _ in range(5):
        status, seconds = log_on(server, *how)
        if status != "SUCCESS" or seconds < 2:
            break
    return status == "SUCCESS" and seconds < 2, f"{status} {seconds}"


def part_looks_the_same(report, server):
    cases = {
        "a wrong password": ("alice", "wrong", "wrong_password"),
        "an unknown account": ("mallo", "wrong", "unknown_account"),
        "a disabled account, rightly": ("carol", f"{PASSWORD}carol", "account_disabled"),
        "an account without NTLM": ("david", f"{PASSWORD}david", "ntlm_not_allowed_for_account"),
    }
    times = dict.fromkeys(cases, 1000)
    for name, (who, password, reason) in cases.items():
        got = [log_on(server, who, password) for _ in range(2)]
        times[name] = min(seconds for _, seconds in got)
        report.check(f"{name}: LOGON_FAILURE", {s for s, _ in got} == {"NT_STATUS_LOGON_FAILURE"}, str(got))
        e = server.wait_for_event("authentication", account=who, result="failure") or {}
        report.check(f"{name}: the event has the true reason", e.get("reason") == reason, str(e))
    print("# " + ", ".join(f"{name} {seconds:.3f} s" for name, seconds in times.items()))
    report.check("the answers are held back for two seconds", min(times.values()) >= 2.0, str(times))
    for _ in range(5):  # what a busy machine adds is not in all of them
        if max(times.values()) - min(times.values()) < 0.25:
            break
        for name, (who, password, _) in cases.items():
            times[name] = min(times[name], log_on(server, who, password)[1])
    report.check("all for as long", max(times.values()) - min(times.values()) < 0.25, str(times))


def part_lock(report, server):
    with ThreadPoolExecutor(LOCK_FAILURES) as pool:
        got = list(pool.map(lambda i: log_on(server, "alice", f"guess {i}"), range(LOCK_FAILURES)))
    report.check("guesses are refused", {s for s, _ in got} == {"NT_STATUS_LOGON_FAILURE"}, str(got))
    begun = time.monotonic()
    status, seconds = log_on(server, "alice", f"{PASSWORD}alice")
    report.check("then the right password is, too", status == "NT_STATUS_LOGON_FAILURE" and seconds >= 2.0, status)
    report.check("by an event that says why",
                 server.wait_for_event("authentication", account="alice", reason="throttled"))
    report.check("alice gets in from elsewhere, at once", *gets_in_at_once(server, "alice", f"{PASSWORD}alice", "::1"))
    report.check("bob gets in from there, at once", *gets_in_at_once(server, "bob", f"{PASSWORD}bob"))
    time.sleep(max(0, begun + LOCK_S + 0.5 - time.monotonic()))
    status, _ = log_on(server, "alice", f"{PASSWORD}alice")
    report.check("alice gets in when the lock is over", status == "SUCCESS", status)


def part_addresses(report, server):
    """What clients say they mean (MsvAvTargetName) when they go by address."""
    for host, address in (("127.0.0.1", "127.0.0.1"), ("::1", "::1")):
        status, _ = log_on(server, "bob", f"{PASSWORD}bob", address, host)
        report.check(f"//{host} is this server", status == "SUCCESS", status)
    status, _ = log_on(server, "bob", f"{PASSWORD}bob", "127.0.0.1", "127.0.0.9")
    report.check("//127.0.0.9 is another", status == "NT_STATUS_ACCESS_DENIED", status)
    report.check("by an event that says so",
                 server.wait_for_event("authentication", account="bob", reason="target_name_mismatch"))


def add_others(server):
    for user, how in (("carol", ["--ntlm"]), ("david", [])):
        subprocess.run([BINARY, "user", "add", user, "--config", server.config, "--password-stdin", *how],
                       input=f"{PASSWORD}{user}\n", text=True, check=True, capture_output=True)
    # As another process would: `signet user` has no verb for it.
    accounts = server.state / "accounts"
    lines = [line.replace(":ntlm:", ":ntlm,disabled:") if line.startswith("carol:") else line
             for line in accounts.read_text().splitlines()]
    accounts.write_text("\n".join(lines) + "\n")


def main():
    report = Report()
    server = TwoPeers()
    add_others(server)
    with server:
        part_looks_the_same(report, server)
        part_addresses(report, server)
        part_lock(report, server)
        check_events(report, "guessing", server)
        stop_cleanly(report, "guessing", server)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What attackers try: unprotected, forged and replayed frames, weak log-ons, old dialects, a man in the middle,
and too much of everything. Each must fail, leave an event that says why, and harm nobody else.

usage: run_security.py [PREFIX]   (only the groups whose name begins with it)"""

import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import tamper_proxy as mitm
from interop_tools import sanitizer_words, smbclient
from run_fuzz_session import test_program
from signet_server import BINARY, PASSWORD, ROOT, Report, SignetServer

PROBE = test_program("security_probe")
SECRET = f"{PASSWORD}alice"

# What security_probe does: what comes of it, and the event's kind and reason. As the server is by default.
SEALED_CASES = {
    "plain_echo": ("ended", "policy_violation", "unsealed_request"),
    "plain_unknown_command": ("ended", "policy_violation", "unsealed_request"),
    "plain_related_first": ("ended", "policy_violation", "unsealed_request"),
    "plain_cancel": ("ended", "policy_violation", "unsealed_request"),
    "plain_logoff": ("ended", "policy_violation", "unsealed_request"),
    "plain_session_setup": ("ended", "policy_violation", "unsigned_request"),
    "signed_echo": ("ended", "policy_violation", "unsealed_request"),
    "wrong_seal_tag": ("ended", "policy_violation", "wrong_seal"),
    "wrong_seal_nonce": ("ended", "policy_violation", "wrong_seal"),
    "wrong_seal_unused_nonce": ("ended", "policy_violation", "wrong_seal"),
    "wrong_seal_body": ("ended", "policy_violation", "wrong_seal"),
    "wrong_seal_length": ("ended", "policy_violation", "malformed_transform"),
    "sealed_for_unknown_session": ("ended", "policy_violation", "sealed_without_session"),
    "sealed_for_foreign_session": ("ended", "policy_violation", "sealed_without_session"),
    "sealed_with_another_id_inside": ("ended", "policy_violation", "sealed_for_another_session"),
    "sealed_without_id_inside": ("ended", "policy_violation", "sealed_for_another_session"),
    "sealed_twice": ("ended", "policy_violation", "malformed_frame"),
    "sealed_smb1": ("ended", "policy_violation", "malformed_frame"),
    "sealed_unknown_command": ("answered STATUS_INVALID_PARAMETER", None, None),
    "sealed_related_first": ("answered STATUS_INVALID_PARAMETER", None, None),
    "sealed_bad_chain": ("ended", "policy_violation", "malformed_frame"),
    "sealed_cancel_of_nothing": ("silent", None, None),
    "sealed_negotiate": ("ended", "policy_violation", "second_negotiate"),
    "after_logoff": ("ended", "policy_violation", "sealed_without_session"),
    "replayed": ("ended", "policy_violation", "message_id_replayed"),
    "id_used_again": ("ended", "policy_violation", "message_id_replayed"),
    "nonce_repeated": ("ended", "policy_violation", "nonce_repeated"),
    "cancel_replayed": ("ended", "policy_violation", "nonce_repeated"),
    "reordered": ("answered STATUS_SUCCESS", None, None),
    "id_zero": ("ended", "policy_violation", "message_id_replayed"),
    "id_beyond": ("ended", "policy_violation", "message_id_not_granted"),
    "id_last": ("ended", "policy_violation", "message_id_not_granted"),
    "id_wraps": ("ended", "policy_violation", "message_id_not_granted"),
    "charge_zero": ("answered STATUS_SUCCESS", None, None),
    "charge_huge": ("ended", "policy_violation", "message_id_not_granted"),
    "second_negotiate": ("ended", "policy_violation", "second_negotiate"),
    "smb1": ("ended", "refusal", "smb1"),
    "frame_too_long": ("ended", "policy_violation", "frame_too_long"),
    "frame_of_netbios": ("ended", "policy_violation", "malformed_frame"),
    "frame_empty": ("ended", "policy_violation", "malformed_frame"),
    "compressed": ("ended", "policy_violation", "not_smb2"),
    "early_echo": ("answered STATUS_SUCCESS", None, None),
    "early_tree_connect": ("answered STATUS_USER_SESSION_DELETED", "refusal", "no_such_session"),
    "early_seal": ("ended", "policy_violation", "sealed_without_session"),
    "early_large_frame": ("ended", "policy_violation", "frame_too_long"),
    "early_cancel": ("answered STATUS_SUCCESS", None, None),
}

# With encryption off, signing still required.
SIGNED_CASES = {
    "plain_echo": ("ended", "policy_violation", "unsigned_request"),
    "plain_unknown_command": ("ended", "policy_violation", "unsigned_request"),
    "plain_related_first": ("ended", "policy_violation", "unsigned_request"),
    "plain_cancel": ("ended", "policy_violation", "unsigned_request"),
    "plain_logoff": ("ended", "policy_violation", "unsigned_request"),
    "plain_session_setup": ("ended", "policy_violation", "unsigned_request"),
    "signed_echo": ("answered STATUS_SUCCESS", None, None),
    "wrong_signature": ("ended", "policy_violation", "wrong_signature"),
    "signed_then_changed": ("ended", "policy_violation", "wrong_signature"),
}

UNENCRYPTED = {"server": {"encryption": "off"}, "share": {"encryption": "off"}}


def server_with(**sections):
    server = sections.get("server", {})
    return SignetServer(server=server, share=sections.get("share", {}), users=sections.get("users", ("alice", "bob")))


def wait_for_room(server):
    """That connections have ended is seen a little later; that it never is, check_rest tells."""
    for _ in range(100):
        if smbclient(server, "ls")[0] == 0:
            return
        time.sleep(0.1)


def check_rest(report, group, server):
    """What holds after any group: somebody else is served, secrets stay secret, events are as documented."""
    status, out = smbclient(server, "ls")
    report.check(f"{group}: others are served", status == 0, out[-300:])
    report.check(f"{group}: the server stops cleanly", server.stop() == 0)
    complaint = sanitizer_words(server.log)
    report.check(f"{group}: no sanitizer complains", not complaint, complaint)
    said = server.log.read_text(errors="replace") + server.events_file.read_text(errors="replace")
    leaked = [s for s in secrets(server) if s.lower() in said.lower()]
    report.check(f"{group}: no secret in events and log", not leaked, str(leaked))
    checked = subprocess.run([sys.executable, ROOT / "tests" / "check_events.py", BINARY, server.events_file],
                             text=True, capture_output=True)
    report.check(f"{group}: events are as documented", checked.returncode == 0, checked.stdout[:600])


def secrets(server):
    """The passwords, and what is stored of them: every long run of hex digits in the state directory."""
    found = {f"{PASSWORD}{user}" for user in server.users}
    for path in server.state.rglob("*"):
        if path.is_file():
            found |= set(re.findall(r"[0-9a-fA-F]{32,}", path.read_text(errors="replace")))
    return found


def settled(server, since=None):
    """Waits until the connections that were opened are closed and told of, at least one since so many events; how
    many events there are then. The server tells with a little delay."""
    for _ in range(100):
        events = server.events()
        if since is not None and all(e["kind"] != "connection_open" for e in events[since:]):
            time.sleep(0.05)
            continue
        count = {k: sum(e["kind"] == k for e in events) for k in ("connection_open", "connection_close")}
        if count["connection_open"] == count["connection_close"]:
            break
        time.sleep(0.05)
    return len(events)


def told_since(server, before, kind, reason, timeout=20):
    end = time.time() + timeout
    while time.time() < end:
        if any(e["kind"] == kind and e.get("reason") == reason for e in server.events()[before:]):
            return True
        time.sleep(0.05)
    return False


# --- frames -----------------------------------------------------------------------------------------------


def probe_cases(report, group, server, cases):
    for case, (outcome, kind, reason) in cases.items():
        before = settled(server)
        done = subprocess.run([PROBE, "127.0.0.1", str(server.port), "alice", SECRET, "data", case],
                              text=True, capture_output=True, timeout=60)
        said = done.stdout.strip()
        fine = done.returncode == 0 and said == outcome
        if fine and kind is not None:
            fine = told_since(server, before, kind, reason)
        report.check(f"{group}: {case}", fine, f"{said or done.stderr.strip()!r}, wanted {outcome} and {kind} {reason}")


def group_frames_sealed(report):
    with server_with() as server:
        probe_cases(report, "sealed", server, SEALED_CASES)
        check_rest(report, "sealed", server)


def group_frames_signed(report):
    with server_with(**UNENCRYPTED) as server:
        probe_cases(report, "signed", server, SIGNED_CASES)
        report.check("signed: each session is told as weakened",
                     server.wait_for_event("weakened", reason="session_not_encrypted"))
        server_rest = server  # smbclient may or may not seal: both is fine here
        check_rest(report, "signed", server_rest)


# --- log-ons ----------------------------------------------------------------------------------------------


def log_on(server, user, password, *options):
    (server.dir / "smb.conf").write_text("[global]\n")
    who = ["-N"] if user is None else ["-U", f"{user}%{password}"]
    done = subprocess.run(["smbclient", "-s", str(server.dir / "smb.conf"), "-p", str(server.port),
                           "//127.0.0.1/data", *who, *options, "-c", "ls"],
                          text=True, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    status = re.findall(r"NT_STATUS_\w+", done.stdout + done.stderr)
    return "SUCCESS" if done.returncode == 0 else (status or ["no status"])[0]


def group_logons(report):
    with server_with(users=("alice", "bob")) as server:
        subprocess.run([BINARY, "user", "add", "carol", "--config", server.config, "--password-stdin"],
                       input=f"{PASSWORD}carol\n", text=True, check=True, capture_output=True)
        server.config.write_text(server.config.read_text().replace("users = alice bob", "users = alice bob carol"))
        server.stop()
        server.start()
        report.check("the right password is let in", log_on(server, "alice", SECRET) == "SUCCESS")
        wrong = log_on(server, "alice", "wrong")
        report.check("a wrong password is refused", wrong == "NT_STATUS_LOGON_FAILURE", wrong)
        unknown = log_on(server, "nobody-here", "wrong")
        report.check("an unknown account is refused with the same words", unknown == wrong, unknown)
        no_ntlm = log_on(server, "carol", f"{PASSWORD}carol")
        report.check("an account without NTLM is refused with the same words", no_ntlm == wrong, no_ntlm)
        for name, args in {
            "anonymous": (None, None),
            "an empty name": ("", ""),
            "guest": ("guest", ""),
        }.items():
            got = log_on(server, *args)
            report.check(f"{name} is refused", got not in ("SUCCESS", "no status"), got)
        old = ("--option=client ntlmv2 auth=no", "--option=client lanman auth=yes", "--option=client use spnego=no")
        got = log_on(server, "alice", SECRET, *old)
        report.check("LM and NTLMv1 are refused", got == wrong, got)
        failures = [e for e in server.events("authentication") if e["result"] == "failure"]
        reasons = {e["reason"] for e in failures}
        report.check("each refusal has an event with its reason",
                     len(failures) >= 7 and {"wrong_password", "unknown_account"} <= reasons, str(reasons))
        opened = {e["account"] for e in server.events("session_open")}
        report.check("nobody else has a session", opened == {"alice"}, str(opened))
        modes = {p.name: oct(p.stat().st_mode & 0o777) for p in server.state.rglob("*") if p.is_file()}
        report.check("files of the state are the server's alone", set(modes.values()) <= {"0o600"}, str(modes))
        check_rest(report, "log-ons", server)


def group_account_removed(report):
    """A session lives no longer than its account."""
    with server_with() as server:
        (server.dir / "smb.conf").write_text("[global]\n")
        client = subprocess.Popen(
            ["smbclient", "-s", str(server.dir / "smb.conf"), "-p", str(server.port), "//127.0.0.1/data", "-U",
             f"bob%{PASSWORD}bob"], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        report.check("bob is in", server.wait_for_event("tree_connect", account="bob"))
        subprocess.run([BINARY, "user", "remove", "bob", "--config", server.config], check=True, capture_output=True)
        report.check("his session ends without a request",
                     server.wait_for_event("session_close", reason="account_no_longer_admitted"))
        out = client.communicate("ls\nquit\n", timeout=60)[0]
        report.check("he gets nothing more", "blocks available" not in out, out[-200:])
        check_rest(report, "account removed", server)


# --- dialects -----------------------------------------------------------------------------------------------


def group_dialects(report):
    with server_with() as server:
        for name in ("SMB3_02", "SMB3_00", "SMB2_10", "SMB2_02", "NT1"):
            least = "--option=client min protocol=" + ("NT1" if name == "NT1" else "SMB2_02")
            got = log_on(server, "alice", SECRET, f"--option=client max protocol={name}", least)
            report.check(f"{name} is refused", got != "SUCCESS", got)
        report.check("by events", server.wait_for_event("negotiate", reason="no_common_dialect")
                     and server.wait_for_event("refusal", reason="smb1"))
        check_rest(report, "dialects", server)
    with server_with(server={"dialects": "3.1.1 3.0.2"}) as server:
        got = log_on(server, "alice", SECRET, "--option=client max protocol=SMB3_02")
        report.check("3.0.2 is let in where it is allowed", got == "SUCCESS", got)
        e = server.wait_for_event("session_open", dialect="3.0.2")
        report.check("3.0.2 is sealed", e and e["encrypted"] and e["cipher"] == "AES-128-CCM", str(e))
        report.check("3.0.2 is told as weakened", server.wait_for_event("weakened", reason="legacy_dialect"))
        got = log_on(server, "alice", SECRET, "--option=client max protocol=SMB2_10")
        report.check("2.1 still is not", got != "SUCCESS", got)
        check_rest(report, "3.0.2", server)
    with server_with() as server:
        text = server.config.read_text().replace("[share", "dialects = 3.1.1 2.1\n\n[share", 1)
        server.config.write_text(text)
        done = subprocess.run([BINARY, "serve", "--check", "--config", server.config], capture_output=True)
        report.check("2.1, which cannot seal, is refused where sealing is required", done.returncode == 1)
    with server_with(server={"dialects": "3.1.1 2.1", "encryption": "off"}, share={"encryption": "off"}) as server:
        before = settled(server, 0)
        got = log_on(server, "alice", SECRET, "--option=client max protocol=SMB2_10")
        report.check("2.1 is let in where encryption is off", got == "SUCCESS", got)
        settled(server, before)
        reasons = {e["reason"] for e in server.events("weakened")}
        report.check("2.1 is told as weakened", {"session_not_encrypted", "legacy_dialect"} <= reasons, str(reasons))
        check_rest(report, "2.1", server)


# --- a man in the middle --------------------------------------------------------------------------------------


def through(server, change, *options, command="put smb.conf x; get x y"):
    """smbclient through a man in the middle; status, and what he changed."""
    with mitm.TamperProxy(server.port, change) as proxy:
        (server.dir / "smb.conf").write_text("[global]\n")
        done = subprocess.run(
            ["smbclient", "-s", str(server.dir / "smb.conf"), "-p", str(proxy.port), "//127.0.0.1/data",
             "-U", f"alice%{SECRET}", "-t", "8", *options, "-c", command],
            text=True, capture_output=True, timeout=120, cwd=server.dir, stdin=subprocess.DEVNULL)
        return done.returncode, proxy.changed


def flipper(direction, number, offset):
    def change(d, n, frame):
        if d != direction or n != number:
            return None
        at = offset % len(frame)
        return [frame[:at] + bytes([frame[at] ^ 0x01]) + frame[at + 1:]]
    return change


def failed_and_told(report, name, server, before, status, changed):
    events = server.events()[before:]
    in_share = [e for e in events if e["kind"] in ("file_create", "file_open") and e.get("result") != "failure"]
    told = [e for e in events if e["kind"] == "policy_violation" or e.get("result") == "failure"
            or e["kind"] == "connection_close"]
    report.check(name, status != 0 and changed and not in_share and told,
                 f"status {status}, {changed} changed, {[(e['kind'], e.get('reason')) for e in events]}")


def group_flipped(report):
    """One bit of one frame: of the negotiation, the log-on, and of the first sealed frames."""
    with server_with() as server:
        before = settled(server, 0)
        status, _ = through(server, lambda *_: None)
        report.check("through the man in the middle while he only looks", status == 0)
        settled(server, before)
        plan = [(mitm.TO_SERVER, 0, (8, 16, 70, 77, 84, 101, 130, -2)), (mitm.TO_CLIENT, 0, (14, 66, 72, 90, 130, -3)),
                (mitm.TO_SERVER, 1, (67, 90)), (mitm.TO_CLIENT, 1, (60, 110, -1)), (mitm.TO_CLIENT, 2, (10, 50, 66)),
                (mitm.TO_SERVER, 3, (4, 20, 40, 45, 60, 120)), (mitm.TO_CLIENT, 3, (5, 21, 44, 70, -1))]
        for direction, number, offsets in plan:
            for offset in offsets:
                before = settled(server)
                status, changed = through(server, flipper(direction, number, offset))
                settled(server, before)
                failed_and_told(report, f"flipped: frame {number} {direction}, byte {offset}", server, before, status,
                                changed)
        check_rest(report, "flipped", server)


def negotiation_changer(edit):
    def change(direction, number, frame):
        if direction != mitm.TO_SERVER or not mitm.is_negotiate(frame):
            return None
        dialects, contexts = mitm.request_parts(frame)
        return [mitm.request_of(frame, *edit(dialects, contexts))]
    return change


def only(kind, data):
    return lambda dialects, contexts: (dialects, [(t, data if t == kind else d) for t, d in contexts])


def without(kind):
    return lambda dialects, contexts: (dialects, [(t, d) for t, d in contexts if t != kind])


def group_downgraded(report):
    """Less is offered than the client did."""
    edits = {
        "dialect 3.1.1 taken out": lambda dialects, _: ([d for d in dialects if d != 0x311], []),
        "only 2.0.2 left": lambda *_: ([0x202], []),
        "all contexts taken out": lambda dialects, _: (dialects, []),
        "ciphers taken out": without(mitm.CIPHERS),
        "signing algorithms taken out": without(mitm.SIGNING),
        "the weakest cipher left": only(mitm.CIPHERS, struct.pack("<HH", 1, 1)),
        "the weakest signing left": only(mitm.SIGNING, struct.pack("<HH", 1, 0)),
    }
    lax = {"dialects": "3.1.1 3.0.2 3.0"}
    for posture, config in (("strict", {}), ("all dialects", lax)):
        with server_with(server=config) as server:
            for name, edit in edits.items():
                before = settled(server)
                status, changed = through(server, negotiation_changer(edit))
                settled(server, before)
                failed_and_told(report, f"downgraded, {posture}: {name}", server, before, status, changed)
            check_rest(report, f"downgraded, {posture}", server)
    # Where even encryption is off the validation of 3.0.2 alone stands against it.
    with server_with(server={"dialects": "3.1.1 3.0.2 3.0 2.1 2.0.2", "encryption": "off"}, share={"encryption": "off"}) as server:
        before = settled(server)
        status, changed = through(server, negotiation_changer(edits["dialect 3.1.1 taken out"]))
        settled(server, before)
        failed_and_told(report, "downgraded, all off: dialect 3.1.1 taken out", server, before, status, changed)
        report.check("downgraded, all off: found by validation",
                     server.wait_for_event("policy_violation", reason="negotiation_does_not_validate"))
        check_rest(report, "downgraded, all off", server)


def group_repeated(report):
    """Sealed frames sent again, dropped, or in another order."""
    def again(direction, number, frame):
        return [frame, frame] if direction == mitm.TO_SERVER and number == 4 else None

    with server_with() as server:
        through(server, again)
        report.check("a repeated frame ends the connection",
                     server.wait_for_event("policy_violation", reason="message_id_replayed"))
        check_rest(report, "repeated", server)


# --- limits -------------------------------------------------------------------------------------------------


def limit_event(server, limit, value=None):
    e = server.wait_for_event("limit", limit=limit)
    return e is not None and (value is None or e["value"] == value)


def dial(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def is_closed(sock, timeout):
    sock.settimeout(timeout)
    try:
        return sock.recv(1) == b""
    except ConnectionError:
        return True
    except socket.timeout:
        return False


def group_limit_connections(report):
    with server_with(server={"max_connections_per_peer": 5}) as server:
        kept = [dial(server) for _ in range(5)]
        report.check("a connection too many of one peer is closed", is_closed(dial(server), 5))
        report.check("and told", limit_event(server, "max_connections_per_peer", 5))
        for sock in kept:
            sock.close()
        # Who resets at once gives its place back, too.
        for _ in range(20):
            sock = dial(server)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()
        wait_for_room(server)
        check_rest(report, "connections of a peer", server)
    with server_with(server={"max_connections": 4}) as server:
        kept = [dial(server) for _ in range(4)]
        report.check("a connection too many is closed", is_closed(dial(server), 5))
        report.check("and told", limit_event(server, "max_connections", 4))
        for sock in kept:
            sock.close()
        wait_for_room(server)
        check_rest(report, "connections", server)


def group_limit_time(report):
    with server_with(server={"authentication_timeout": "1s"}) as server:
        silent, slow = dial(server), dial(server)
        slow.sendall(b"\0\0\0\x80" + b"\xfeSMB")
        report.check("who says nothing is not waited for", is_closed(silent, 8))
        report.check("who is slow neither", is_closed(slow, 8))
        report.check("and told", limit_event(server, "authentication_timeout"))
        check_rest(report, "time", server)


def group_limit_trees(report):
    with server_with(server={"max_trees_per_session": 2}) as server:
        got = log_on(server, "alice", SECRET)
        report.check("within the limit of trees", got == "SUCCESS", got)
        # `tcon` within one smbclient: each is one more tree of the same session.
        status, out = smbclient(server, "tcon data; tcon data; tcon data; tcon data")
        report.check("a tree too many is refused", "NT_STATUS_INSUFFICIENT_RESOURCES" in out
                     or "NT_STATUS_INSUFF_SERVER_RESOURCES" in out or status == 0, out[-300:])
        check_rest(report, "trees", server)


def group_limit_sessions(report):
    with server_with(server={"max_sessions": 2}) as server:
        (server.dir / "smb.conf").write_text("[global]\n")
        args = ["smbclient", "-s", str(server.dir / "smb.conf"), "-p", str(server.port), "//127.0.0.1/data", "-U",
                f"bob%{PASSWORD}bob"]
        kept = [subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                for _ in range(2)]
        for _ in range(100):
            if len(server.events("session_open")) == 2:
                break
            time.sleep(0.05)
        got = log_on(server, "alice", SECRET)
        report.check("a session too many is refused", got in ("NT_STATUS_INSUFFICIENT_RESOURCES",
                                                             "NT_STATUS_INSUFF_SERVER_RESOURCES"), got)
        report.check("and told", limit_event(server, "max_sessions", 2))
        for process in kept:
            process.communicate(b"quit\n", timeout=20)
        check_rest(report, "sessions", server)


def group_limit_authentications(report):
    """Guesses at the same time: no more than the limit are going on, those held back included."""
    with server_with(server={"max_authentications_per_peer": 3}) as server:
        got = []
        threads = [threading.Thread(target=lambda: got.append(log_on(server, "alice", "wrong"))) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        report.check("guesses beyond the limit are not even judged", limit_event(server, "max_authentications_per_peer", 3)
                     and "SUCCESS" not in got and any("INSUFF" in g for g in got), str(got))
        check_rest(report, "authentications", server)


def group_limit_memory(report):
    with server_with(server={"max_memory_per_peer": "16M"}) as server:
        (server.share / "large").write_bytes(bytes(8 << 20))
        probe_cases(report, "memory of a peer", server,
                    {"large_answers_not_taken": ("answered STATUS_INSUFFICIENT_RESOURCES", None, None)})
        report.check("memory of a peer: told", limit_event(server, "max_memory_per_peer", 16 << 20))
        told = len(server.events("limit"))
        report.check("memory of a peer: not told too often", told < 20, str(told))
        check_rest(report, "memory of a peer", server)


def group_limit_parked(report):
    with server_with(server={"max_requests_per_connection": 16}) as server:
        probe_cases(report, "requests that wait", server,
                    {"too_many_wait": ("answered STATUS_INSUFFICIENT_RESOURCES", None, None)})
        report.check("requests that wait: told", limit_event(server, "max_requests_per_connection", 16))
        check_rest(report, "requests that wait", server)


def group_limit_opens(report):
    refused = ("answered STATUS_INSUFFICIENT_RESOURCES", None, None)
    for limit, case in {"max_opens": "too_many_opens", "max_opens_per_session": "too_many_opens_of_session"}.items():
        with server_with(server={limit: 8}) as server:
            probe_cases(report, limit, server, {case: refused})
            report.check(f"{limit}: told", limit_event(server, limit, 8))
            check_rest(report, limit, server)


def group_limit_sessions_of_connection(report):
    with server_with(server={"max_sessions_per_connection": 3}) as server:
        probe_cases(report, "sessions of a connection", server,
                    {"too_many_sessions": ("answered STATUS_INSUFFICIENT_RESOURCES", None, None)})
        report.check("sessions of a connection: told", limit_event(server, "max_sessions_per_connection", 3))
        check_rest(report, "sessions of a connection", server)


# --- a policy that becomes stricter ---------------------------------------------------------------------------


def tighten(report, case, change, answer):
    """What is answered to a session that is not sealed once its share must be."""
    desired = {"encryption": "desired"}
    with server_with(server=desired, share=desired) as server:
        (server.share / "file").write_bytes(b"secret" * 3)
        probe = subprocess.Popen([PROBE, "127.0.0.1", str(server.port), "alice", SECRET, "data", case], text=True,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        report.check(f"{case}: is served at first", probe.stdout.readline() != "")
        server.write_config(desired, {"encryption": "required"})
        server.process.send_signal(signal.SIGHUP)
        report.check(f"{case}: the policy is reloaded", server.wait_for_event("config_reload", result="success"))
        change(server)
        out, err = probe.communicate("\n", timeout=30)
        report.check(f"{case}: gets nothing then, and a sealed session does",
                     probe.returncode == 0 and out.strip() == f"answered {answer}", out + err)
        check_rest(report, case, server)


def group_tightened(report):
    tighten(report, "tightened_read", lambda server: None, "STATUS_ACCESS_DENIED")
    tighten(report, "tightened_notify", make_file, "STATUS_PENDING")  # it goes on waiting


def make_file(server):
    (server.share / "appears").write_bytes(b"")
    time.sleep(0.5)


def main():
    prefix = sys.argv[1] if len(sys.argv) > 1 else ""
    report = Report()
    groups = {name[6:]: run for name, run in globals().items() if name.startswith("group_")}
    for name, run in groups.items():
        if not name.startswith(prefix):
            continue
        needs_probe = name.startswith("frames") or name in (
            "limit_memory", "limit_parked", "limit_opens", "limit_sessions_of_connection", "tightened")
        if needs_probe and PROBE is None:
            report.skip(name, "security_probe is not built")
            continue
        try:
            run(report)
        except Exception as error:  # one group that breaks does not hide the others
            report.failure(name, repr(error))
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Relays: real clients are led to rogue servers, which carry their log-ons to this one.

    run_relay.py [PREFIX]     (only the groups whose name begins with it)

None gets a session that can do anything, whatever it does to the tokens and tries with the session; each leaves an
event that says what gave it away; and somebody else who works meanwhile notices nothing. That the tries are not
merely malformed shows with the session's real key, which the test can work out and a relay cannot: then they work."""

import concurrent.futures
import os
import shutil
import socket
import struct
import subprocess
import sys
import time

import kerberos_realm
import raw_smb
import relay_tools
from interop_tools import Talk
from raw_smb import (BINDING, CANCEL, CREATE, ECHO, EMPTY_BODY, LOGOFF, SESSION_SETUP, TREE_CONNECT, Keys, RawSmb,
                     create_body, session_setup_body, tree_connect_body)
from relay_tools import Authenticate, Relay, RogueSmb, RogueWeb, ntlm_of, with_ntlm
from signet_server import BINARY, PASSWORD, Report, SignetServer, free_port

SECRET = f"{PASSWORD}alice"
SHARE = tree_connect_body(r"\\127.0.0.1\data")
UNSEALED = {"server": {"encryption": "off"}, "share": {"encryption": "off"}}
WORK = ("tree_connect", "file_open", "file_create", "file_rename", "file_delete", "file_attributes", "file_acl")


# --- victims ------------------------------------------------------------------------------------------------


def smbclient_to(server, rogue, user="alice"):
    (server.dir / "smb.conf").write_text("[global]\n")
    subprocess.run(["smbclient", "-s", str(server.dir / "smb.conf"), "-p", str(rogue.port),
                    f"//{rogue.address}/data", "-U", f"{user}%{PASSWORD}{user}", "-c", "ls"],
                   capture_output=True, timeout=30, stdin=subprocess.DEVNULL)


def relayed_smb(server, address="127.0.0.1", user="alice", **edits):
    """What a relay has when smbclient was led to it: the session or refusal, or None."""
    relay = Relay(server.port, **edits)
    with RogueSmb(relay, address) as rogue:
        smbclient_to(server, rogue, user)
    return relay.sessions[-1] if relay.sessions else None


def relayed_http(server, **edits):
    relay = Relay(server.port, **edits)
    with RogueWeb(relay) as web:
        subprocess.run(["curl", "-s", "--ntlm", "-u", f"alice:{SECRET}", f"http://127.0.0.1:{web.port}/"],
                       capture_output=True, timeout=30)
    return relay.sessions[-1] if relay.sessions else None


# --- what is told -----------------------------------------------------------------------------------------


def port_of(smb):
    return smb.sock.getsockname()[1]


def events_of(server, port):
    return [e for e in server.events() if e.get("client_port") == port]


def told(server, port, kind, reasons, timeout=10):
    end = time.time() + timeout
    while time.time() < end:
        if any(e["kind"] == kind and e.get("reason") in reasons for e in events_of(server, port)):
            return True
        time.sleep(0.05)
    return False


def did_something(server, port):
    return [e["kind"] for e in events_of(server, port) if e["kind"] in WORK and e.get("result") != "failure"]


def is_ended(smb, most=10):
    """Whether the server closes the connection, after answers if there are any."""
    try:
        for _ in range(most):
            smb.receive()
    except raw_smb.Ended:
        return True
    except TimeoutError:
        pass
    return False


def judge(report, server, name, relayed, ended, kind, reason):
    """After a try with a relayed session: useless, ended by the server if it should be, and told."""
    port = port_of(relayed.smb)
    ended = is_ended(relayed.smb) if ended else True
    known = told(server, port, kind, (reason,))
    relayed.smb.close()
    done = did_something(server, port)
    report.check(name, ended and known and not done,
                 f"ended {ended}, did {done}, {[(e['kind'], e.get('reason')) for e in events_of(server, port)]}")


def check_refused(report, server, name, relayed, *reasons):
    """The log-on itself was refused, for one of the reasons."""
    if relayed is None:
        return report.failure(name, "the victim's client did not finish")
    port = port_of(relayed.smb)
    relayed.smb.close()
    known = told(server, port, "authentication", reasons)
    said = [(e["kind"], e.get("reason")) for e in events_of(server, port)]
    return report.check(name, relayed.status != 0 and known and not did_something(server, port),
                        f"{relayed.status:#x} {said}")


# --- tries with a session that was relayed ------------------------------------------------------------------


def plain(command, body=EMPTY_BODY, **more):
    return lambda relayed, keys: relayed.smb.send(relayed.smb.message(command, body, **more))


def signed(command, body=EMPTY_BODY):
    return lambda relayed, keys: relayed.smb.send(keys.sign(relayed.smb.message(command, body)))


def sealed(command, body=EMPTY_BODY):
    def run(relayed, keys):
        smb = relayed.smb
        smb.send(keys.seal(smb.message(command, body), smb.session_id))
    return run


PLAIN = {
    "tree connect": plain(TREE_CONNECT, SHARE),
    "create": plain(CREATE, create_body("x"), tree=1),
    "echo": plain(ECHO),
    "logoff": plain(LOGOFF),
    "cancel": plain(CANCEL),
    "tree connect, as if related": plain(TREE_CONNECT, SHARE, flags=raw_smb.RELATED),
}


def guesses(relayed):
    """Keys that somebody without the password might try, from all that he has seen."""
    message = Authenticate(ntlm_of(relayed.token))
    return {
        "zeros": bytes(16),
        "an empty key": b"",
        "the encrypted key as it is sent": message.key,
        "the proof": message.nt[:16],
        "the challenge": relay_tools.challenge_bytes(relayed.challenge),
        "a random key": os.urandom(16),
    }


def reauthentication(protect):
    """Its own log-on sent once more, for the session it has: to make it valid for longer, or another's."""
    def run(relayed, keys):
        smb = relayed.smb
        message = smb.message(SESSION_SETUP, session_setup_body(relayed.token))
        smb.send(protect(keys, message, smb))
    return run


def with_real_key(report, server, group):
    """The same tries by who has the key: all are served. Else the refusals below would prove nothing."""
    relayed = relayed_smb(server)
    ok = relayed is not None and relayed.status == 0
    report.check(f"{group}: through a relay that is taken for the server, the log-on itself succeeds", ok)
    if not ok:
        return
    smb, keys = relayed.smb, Keys(relayed.real_key(SECRET), relayed.smb.preauth)
    report.check(f"{group}: the server proves itself with the key", keys.sign(relayed.answer) == relayed.answer)
    sealing = group == "sealed"
    for name, command, body in (("tree connect", TREE_CONNECT, SHARE), ("echo", ECHO, EMPTY_BODY)):
        message = smb.message(command, body)
        answer = smb.call(keys.seal(message, smb.session_id) if sealing else keys.sign(message))
        answer = keys.open(answer) if sealing else answer
        report.check(f"{group}: with the real key {name} is served", raw_smb.status_of(answer) == 0)
    smb.close()


def try_sessions(report, server, group):
    with_real_key(report, server, group)
    unprotected = "unsealed_request" if group == "sealed" else "unsigned_request"
    tries = {f"{name} in the clear": (run, unprotected, None) for name, run in PLAIN.items()}
    for guess in guesses_known():
        how = sealed if group == "sealed" else signed
        reason = "wrong_seal" if group == "sealed" else "wrong_signature"
        tries[f"tree connect {'sealed' if group == 'sealed' else 'signed'} with {guess}"] = (
            how(TREE_CONNECT, SHARE), reason, guess)
    if group == "sealed":
        tries["signed where sealing is due"] = (signed(TREE_CONNECT, SHARE), "unsealed_request", "zeros")
    tries["another log-on for it, in the clear"] = (
        reauthentication(lambda keys, message, smb: message), "unsigned_request", None)
    tries["another log-on for it, signed with a guess"] = (
        reauthentication(lambda keys, message, smb: keys.sign(message)), "wrong_signature", "zeros")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        for name, (run, reason, guess) in tries.items():
            pool.submit(try_one, report, server, f"{group}: {name}", run, reason, guess)


def try_one(report, server, name, run, reason, guess):
    relayed = relayed_smb(server)
    if relayed is None or relayed.status != 0:
        report.failure(name, "there was no session to try it with")
        return
    key = guesses(relayed)[guess] if guess else b""
    run(relayed, Keys(key, relayed.smb.preauth))
    judge(report, server, name, relayed, True, "policy_violation", reason)


def guesses_known():
    return ("zeros", "an empty key", "the encrypted key as it is sent", "the proof", "the challenge", "a random key")


def try_nothing(report, server):
    relayed = relayed_smb(server)
    relayed.smb.sock.shutdown(socket.SHUT_WR)
    judge(report, server, "a session that nobody uses", relayed, False, "refusal", "session_key_not_shown")
    relayed = relayed_smb(server)
    judge(report, server, "a session that nobody uses ends by itself", relayed, False, "session_close",
          "session_key_not_shown")


def try_other_connections(report, server):
    """The session's id on another connection."""
    relayed = relayed_smb(server)
    binding = session_setup_body(relayed.token, flags=BINDING)
    ways = {
        "joined to another connection": (SESSION_SETUP, binding, "refusal", "session_binding", False),
        "sealed on another connection": (TREE_CONNECT, SHARE, "policy_violation", "sealed_without_session", True),
    }
    for name, (command, body, kind, reason, is_sealed) in ways.items():
        with RawSmb(server.port) as other:
            message = other.message(command, body, session_id=relayed.smb.session_id)
            if is_sealed:
                message = Keys(bytes(16), bytes(64)).seal(message, relayed.smb.session_id)
            else:
                message = Keys(bytes(16), bytes(64)).sign(message)
            other.send(message)
            port = port_of(other)
            report.check(f"a relayed session {name}", told(server, port, kind, (reason,))
                         and not did_something(server, port))
    with RawSmb(server.port) as other:
        answer = other.call(other.message(TREE_CONNECT, SHARE, session_id=relayed.smb.session_id))
        report.check("a relayed session's id in the clear on another connection",
                     raw_smb.status_of(answer) == raw_smb.USER_SESSION_DELETED, f"{raw_smb.status_of(answer):#x}")
    relayed.smb.close()


def try_beside_own_session(report, server):
    """The relay has an account of its own, bob, with a key: on one connection with alice's relayed session."""
    def both():
        own = relayed_smb(server, user="bob")
        keys, own_id = Keys(own.real_key(f"{PASSWORD}bob"), own.smb.preauth), own.smb.session_id
        relayed = relayed_smb(server, connect=lambda: own.smb)
        return relayed, keys, own_id

    relayed, keys, own_id = both()
    smb = relayed.smb
    answer = keys.open(smb.call(keys.seal(smb.message(TREE_CONNECT, SHARE, session_id=own_id), own_id)))
    report.check("the relay's own session works beside the relayed one",
                 raw_smb.status_of(answer) == 0 and relayed.status == 0)
    smb.send(keys.seal(smb.message(TREE_CONNECT, SHARE), own_id))
    judge_beside(report, server, "the victim's id within the relay's own seal", relayed)
    relayed, keys, own_id = both()
    smb = relayed.smb
    first = smb.message(ECHO, EMPTY_BODY, session_id=own_id, following=72) + bytes(4)
    smb.send(keys.seal(first + smb.message(TREE_CONNECT, SHARE), own_id))
    judge_beside(report, server, "the victim's id second within the relay's own seal", relayed)
    relayed, keys, own_id = both()
    smb = relayed.smb
    first = raw_smb.header(ECHO, smb.message_id, session_id=own_id, following=72, flags=raw_smb.SIGNED)
    smb.message_id += 1
    smb.send(keys.sign(first + EMPTY_BODY + bytes(4)) + smb.message(TREE_CONNECT, SHARE))
    judge_beside(report, server, "a signed request of its own and then one of the victim's", relayed,
                 "unsealed_request")


def judge_beside(report, server, name, relayed, reason="sealed_for_another_session"):
    port = port_of(relayed.smb)
    ended = is_ended(relayed.smb)
    known = told(server, port, "policy_violation", (reason,))
    done = [e for e in events_of(server, port) if e["kind"] in WORK and e.get("account") == "alice"]
    said = [(e["kind"], e.get("reason"), e.get("account")) for e in events_of(server, port)]
    report.check(name, ended and known and not done, f"{ended} {known} {done} {said}")


def group_session(report):
    with SignetServer(server={"authentication_timeout": "3s"}) as server:
        with Talk(server, user="bob") as witness:
            try_sessions(report, server, "sealed")
            try_nothing(report, server)
            try_other_connections(report, server)
            try_beside_own_session(report, server)
            check_witness(report, "sealed", witness)


def group_signed(report):
    with SignetServer(**UNSEALED) as server:
        with Talk(server, user="bob") as witness:
            try_sessions(report, server, "signed")
            check_witness(report, "signed", witness)


def check_witness(report, group, witness):
    said = witness.do("ls")
    report.check(f"{group}: somebody else goes on working", "blocks available" in said, said[-200:])


# --- what a relay can do to the tokens ------------------------------------------------------------------------


def edit_last(edit):
    """Changes the AUTHENTICATE message in its token."""
    def run(token):
        message = Authenticate(ntlm_of(token))
        edit(message)
        return with_ntlm(token, message.bytes())
    return run


def without(*names, flags=0, **values):
    def edit(message):
        for name in names:
            setattr(message, name, b"")
        for name, value in values.items():
            setattr(message, name, value)
        message.flags &= ~flags
    return edit_last(edit)


def pairs_edited(edit):
    return edit_last(lambda message: message.set_pairs(edit(message.pairs())))


def pair_set(kind, value):
    def edit(pairs):
        return [(k, value if k == kind else v) for k, v in pairs]
    return edit


def pair_removed(kind):
    return lambda pairs: [(k, v) for k, v in pairs if k != kind]


def edit_challenge(edit):
    return lambda token: with_ntlm(token, edit(ntlm_of(token)), is_servers=True)


def challenge_fixed(message):
    return message[:24] + bytes.fromhex("1122334455667788") + message[32:]


def challenge_flags(message):
    flags = raw_smb.field(message, 20, "I") & ~(relay_tools.FLAG_SIGN | relay_tools.FLAG_KEY_EXCH)
    return message[:20] + struct.pack("<I", flags) + message[24:]


def first_flags(token):
    """The client's NEGOTIATE without the wish to sign."""
    message = ntlm_of(token)
    flags = raw_smb.field(message, 12, "I") & ~(relay_tools.FLAG_SIGN | relay_tools.FLAG_ALWAYS_SIGN)
    return relay_tools.replace_ntlm(token, message[:12] + struct.pack("<I", flags) + message[16:])


OTHER_SERVER = "other.example.org".encode("utf-16-le")
ALL_FLAGS = relay_tools.FLAG_SIGN | relay_tools.FLAG_ALWAYS_SIGN | relay_tools.FLAG_KEY_EXCH | relay_tools.FLAG_VERSION

CHANGED = {
    "the MIC dropped": ({"edit_last": without("mic")}, "mic_missing"),
    "the MIC dropped with the version (CVE-2019-1040)": (
        {"edit_last": without("mic", "version", flags=relay_tools.FLAG_VERSION)}, "mic_missing"),
    "the MIC, the version and the signing flags dropped (CVE-2019-1040)": (
        {"edit_last": without("mic", "version", flags=ALL_FLAGS)}, "weak_flags"),
    "the MIC zeroed": ({"edit_last": without(mic=bytes(16))}, "mic_wrong"),
    "the flag for signing removed": ({"edit_last": without(flags=relay_tools.FLAG_SIGN)}, "weak_flags"),
    "a flag that nobody needs removed": ({"edit_last": without(flags=relay_tools.FLAG_ALWAYS_SIGN)}, "mic_wrong"),
    "the exchanged key removed": ({"edit_last": without("key", flags=relay_tools.FLAG_KEY_EXCH)}, "weak_flags"),
    "the exchanged key replaced": ({"edit_last": without(key=bytes(16))}, "mic_wrong"),
    "the workstation changed": ({"edit_last": without("workstation")}, "mic_wrong"),
    "the user changed": ({"edit_last": without(user="alice".encode("utf-16-le"))}, "wrong_password"),
    "the flag of the MIC removed from the response": (
        {"edit_last": pairs_edited(pair_set(relay_tools.AV_FLAGS, bytes(4)))}, "wrong_password"),
    "the target name changed in the response": (
        {"edit_last": pairs_edited(pair_set(relay_tools.AV_TARGET_NAME, "cifs/localhost".encode("utf-16-le")))},
        "wrong_password"),
    "the target name removed from the response": (
        {"edit_last": pairs_edited(pair_removed(relay_tools.AV_TARGET_NAME))}, "wrong_password"),
    "the response replaced by LM alone": ({"edit_last": without(nt=bytes(24))}, "not_ntlmv2"),
    "the client's first flags changed": ({"edit_first": first_flags}, "flags_changed"),
    "another server's target information": (
        {"edit_challenge": edit_challenge(lambda m: relay_tools.challenge_with_pairs(
            m, pair_set(relay_tools.AV_DNS_COMPUTER, OTHER_SERVER)))}, "mic_wrong"),
    "a challenge of the relay's own": ({"edit_challenge": edit_challenge(challenge_fixed)}, "wrong_password"),
    "flags removed from the challenge": ({"edit_challenge": edit_challenge(challenge_flags)}, "weak_flags"),
}


def group_tokens(report):
    """Each with an account of its own: wrong guesses lock one, and answers to failures are delayed."""
    users = [f"user{i}" for i in range(len(CHANGED))]
    with SignetServer(users=("alice", "bob", *users)) as server:
        with Talk(server, user="bob") as witness:
            untouched = relayed_smb(server, edit_last=edit_last(lambda message: None))
            report.check("taken apart and put together unchanged, a token is accepted",
                         untouched is not None and untouched.status == 0)
            replayed(report, server, untouched)
            check_refused(report, server, "a client that meant another server", relayed_smb(server, "127.0.0.2"),
                          "target_name_mismatch")
            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                tries = [(name, reasons, pool.submit(relayed_smb, server, user=user, **edits))
                         for user, (name, (edits, *reasons)) in zip(users, CHANGED.items())]
                for name, reasons, relayed in tries:
                    check_refused(report, server, name, relayed.result(), *reasons)
            check_witness(report, "tokens", witness)


def replayed(report, server, relayed):
    """The tokens of a log-on that succeeded: for its own session, and for a new one."""
    smb = relayed.smb
    smb.send(smb.message(SESSION_SETUP, session_setup_body(relayed.token)))
    judge(report, server, "a log-on replayed for its own session", relayed, True, "policy_violation",
          "unsigned_request")
    with RawSmb(server.port) as smb:
        smb.session_setup(relayed.first, first=True)
        again = relay_tools.Relayed(smb, smb.session_setup(relayed.token), relayed.first, relayed.token, b"")
        check_refused(report, server, "a log-on replayed on another connection", again, "challenge_reused")
    with RawSmb(server.port) as smb:
        answer = smb.session_setup(relayed.token, first=True)
        report.check("a log-on replayed without its beginning", raw_smb.status_of(answer) not in (
            raw_smb.SUCCESS, raw_smb.MORE_PROCESSING), f"{raw_smb.status_of(answer):#x}")


# --- tokens of another protocol -------------------------------------------------------------------------------


def forged_last(message):
    """curl sends neither a MIC nor an exchanged key: a relay can add what the server asks for."""
    message.flags |= relay_tools.FLAG_SIGN | relay_tools.FLAG_KEY_EXCH
    message.key = bytes(16)


def forged_first(token):
    """And it can claim from the start to want what an SMB client wants."""
    return token[:12] + struct.pack("<I", 0x62088215) + token[16:]


FORGED = {"edit_first": forged_first, "edit_last": edit_last(forged_last)}


def group_http(report):
    with SignetServer() as server:
        with Talk(server, user="bob") as witness:
            check_refused(report, server, "from HTTP: as curl sends it", relayed_http(server), "weak_flags")
            check_refused(report, server, "from HTTP: with flags for signing, without an exchanged key", relayed_http(
                server, edit_last=edit_last(lambda m: setattr(m, "flags", m.flags | ALL_FLAGS))), "weak_flags")
            check_refused(report, server, "from HTTP: with forged flags and key", relayed_http(
                server, edit_last=FORGED["edit_last"]), "flags_changed")
            # What is left looks like the Linux kernel's client, which sends no MIC either: a session without a key.
            forged = relayed_http(server, **FORGED)
            for reason in ("ntlm_without_mic", "ntlm_without_target_name"):
                report.check(f"from HTTP: everything forged, is told of: {reason}",
                             told(server, port_of(forged.smb), "weakened", (reason,)))
            forged.smb.send(forged.smb.message(TREE_CONNECT, SHARE))
            judge(report, server, "from HTTP: everything forged, in the clear", forged, True, "policy_violation",
                  "unsealed_request")
            forged = relayed_http(server, **FORGED)
            forged.smb.send(Keys(bytes(16), forged.smb.preauth).seal(
                forged.smb.message(TREE_CONNECT, SHARE), forged.smb.session_id))
            judge(report, server, "from HTTP: everything forged, sealed with the key that was forged", forged, True,
                  "policy_violation", "wrong_seal")
            check_witness(report, "http", witness)
    with SignetServer(**UNSEALED) as server:
        for name, protect, reason in (
                ("in the clear", lambda message, smb: message, "unsigned_request"),
                ("signed with the key that was forged", lambda message, smb: Keys(bytes(16), smb.preauth).sign(message),
                 "wrong_signature")):
            forged = relayed_http(server, **FORGED)
            forged.smb.send(protect(forged.smb.message(TREE_CONNECT, SHARE), forged.smb))
            judge(report, server, f"from HTTP: everything forged, where only signing is required, {name}", forged, True,
                  "policy_violation", reason)
        honest = relayed_smb(server)
        port = port_of(honest.smb)
        honest.smb.close()
        report.check("who sends a MIC and a name is not told of so", honest.status == 0
                     and server.wait_for_event("connection_close", client_port=port)
                     and not any(e["reason"].startswith("ntlm_") for e in server.events("weakened")
                                 if e["client_port"] == port))
    for key, reason in {"ntlm_mic": "mic_missing", "ntlm_target_name": "target_name_missing"}.items():
        with SignetServer(server={key: "always"}) as server:
            check_refused(report, server, f"from HTTP: everything forged, {key} = always",
                          relayed_http(server, **FORGED), reason)


# --- tickets ------------------------------------------------------------------------------------------------


OURS, OTHER, WEB = "cifs/files.test.lab", "cifs/other.test.lab", "HTTP/localhost"


def ticket_of_smbclient(server, realm, env, host="files.test.lab"):
    relay = Relay(server.port)
    (server.dir / "smb.conf").write_text("[global]\n")
    with RogueSmb(relay) as rogue:
        subprocess.run(["smbclient", "-s", server.dir / "smb.conf", "-p", str(rogue.port), f"//{host}/data", "-I",
                        rogue.address, "--use-kerberos=required", "-N", "-c", "ls"], env=realm.env | env,
                       capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    return relay.sessions[-1] if relay.sessions else None


def ticket_of_curl(server, realm, env):
    relay = Relay(server.port)
    with RogueWeb(relay, "Negotiate") as web:
        subprocess.run(["curl", "-s", "--negotiate", "-u", ":", f"http://localhost:{web.port}/"],
                       env=realm.env | env, capture_output=True, timeout=60)
    return relay.sessions[-1] if relay.sessions else None


def kerberos_server(realm, keytab):
    server = SignetServer(users=(), server={"keytab": keytab, "realm": realm.realm, "name": "files.test.lab files"},
                          share={"users": "alice", "write": "alice"})
    subprocess.run([BINARY, "user", "add", "alice", "--config", server.config], check=True, capture_output=True)
    return server


def group_kerberos(report):
    if shutil.which("krb5kdc", path=kerberos_realm.PATH) is None:
        return report.skip("kerberos", "there is no krb5kdc")
    with kerberos_realm.Realm() as realm:
        for service in (OURS, OTHER, WEB):
            realm.add_service(service)
        env = realm.kinit("alice")
        only = realm.export(realm.dir / "only.keytab", OURS)
        # As on a machine where one account has all services: their keys are here, too.
        all_keys = realm.export(realm.dir / "all.keytab", OURS, OTHER, WEB)
        for keys, keytab in {"its own keys": only, "all services' keys": all_keys}.items():
            env = realm.kinit("alice")
            with kerberos_server(realm, keytab if keytab == all_keys else realm.export(only, OURS)) as server:
                check_refused(report, server, f"{keys}: a ticket for another file server", ticket_of_smbclient(
                    server, realm, env, "other.test.lab"), "wrong_service")
                check_refused(report, server, f"{keys}: a ticket for a web server", ticket_of_curl(
                    server, realm, env), "wrong_service")
        with kerberos_server(realm, realm.export(only, OURS)) as server:
            on_the_path(report, realm, server, realm.kinit("alice"))


def on_the_path(report, realm, server, env):
    """The right ticket, by way of a relay: no key comes with it."""
    relayed = ticket_of_smbclient(server, realm, env)
    if relayed is None or relayed.status != 0:
        return report.failure("a relayed ticket for this server", "was refused")
    with RawSmb(server.port) as smb:
        again = relay_tools.Relayed(smb, smb.session_setup(relayed.token, first=True), b"", relayed.token, b"")
        check_refused(report, server, "a ticket replayed on another connection", again, "replayed")
    relayed.smb.send(relayed.smb.message(TREE_CONNECT, SHARE))
    judge(report, server, "a relayed ticket's session, in the clear", relayed, True, "policy_violation",
          "unsealed_request")
    relayed = ticket_of_smbclient(server, realm, env)
    relayed.smb.send(Keys(bytes(16), relayed.smb.preauth).seal(
        relayed.smb.message(TREE_CONNECT, SHARE), relayed.smb.session_id))
    judge(report, server, "a relayed ticket's session, sealed with a guess", relayed, True, "policy_violation",
          "wrong_seal")
    relayed = ticket_of_smbclient(server, realm, env)
    relayed.smb.sock.shutdown(socket.SHUT_WR)
    return judge(report, server, "a relayed ticket's session that nobody uses", relayed, False, "refusal",
                 "session_key_not_shown")


# --- a well-known relay -------------------------------------------------------------------------------------


NTLMRELAYX = """
import importlib.abc, importlib.machinery, sys, time, unittest.mock

class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):  # attacks on LDAP want what Debian lacks
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name.split(".")[0] == "dsinternals" else None
    def create_module(self, spec):
        return unittest.mock.MagicMock(__path__=[], __spec__=spec)
    def exec_module(self, module):
        pass

sys.meta_path.append(Absent())
from impacket.examples import logger
from impacket.examples.ntlmrelayx.attacks import PROTOCOL_ATTACKS
from impacket.examples.ntlmrelayx.clients import PROTOCOL_CLIENTS
from impacket.examples.ntlmrelayx.servers import SMBRelayServer
from impacket.examples.ntlmrelayx.utils.config import NTLMRelayxConfig
from impacket.examples.ntlmrelayx.utils.targetsutils import TargetsProcessor
logger.init()
c = NTLMRelayxConfig()
c.setProtocolClients(PROTOCOL_CLIENTS)
c.setAttacks(PROTOCOL_ATTACKS)
c.setTargets(TargetsProcessor(singleTarget="smb://127.0.0.1:" + sys.argv[2], protocolClients=PROTOCOL_CLIENTS))
c.setMode("RELAY")
c.setSMB2Support(True)
c.setInterfaceIp("127.0.0.1")
c.setListeningPort(int(sys.argv[1]))
c.setCommand("id")
c.setDisableMulti(True)
c.setEncoding("utf-8")
c.setLootdir(sys.argv[3])
SMBRelayServer(c).start()
time.sleep(60)
"""


class Ntlmrelayx:
    """impacket's ntlmrelayx with its SMB server and client; a context manager."""

    def __init__(self, server):
        self.address, self.port, self.log = "127.0.0.1", free_port(), server.dir / "ntlmrelayx.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(["/usr/bin/python3", "-c", NTLMRELAYX, str(self.port), str(server.port),
                                             server.dir], stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(200):
            try:
                socket.create_connection((self.address, self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("ntlmrelayx does not listen: " + self.log.read_text())

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()


def group_ntlmrelayx(report):
    """It speaks nothing newer than 3.0: by default it does not even get to a log-on."""
    old = {"server": {"dialects": "3.1.1 3.0.2 3.0"}}
    oldest = {"server": {"dialects": "3.1.1 2.1 2.0.2", "encryption": "off"}, "share": {"encryption": "off"}}
    plans = {
        "ntlmrelayx": ({}, "negotiate", "no_common_dialect"),
        "ntlmrelayx, 3.0 allowed": (old, "policy_violation", "unsealed_request"),
        "ntlmrelayx, 2.1 allowed, unsealed": (oldest, "policy_violation", "unsigned_request"),
    }
    for name, (config, kind, reason) in plans.items():
        with SignetServer(**config) as server:
            with Ntlmrelayx(server) as rogue:
                smbclient_to(server, rogue)
                told_it = server.wait_for_event(kind, reason=reason)
            said = [(e["kind"], e.get("reason"), e.get("result")) for e in server.events()]
            useful = [e["kind"] for e in server.events() if e["kind"] in WORK and e.get("result") != "failure"]
            report.check(name, told_it and not useful, f"{said} {rogue.log.read_text()[-600:]}")


def main():
    prefix = sys.argv[1] if len(sys.argv) > 1 else ""
    report = Report()
    for name, run in [(n[6:], f) for n, f in globals().items() if n.startswith("group_")]:
        if not name.startswith(prefix):
            continue
        try:
            run(report)
        except Exception as error:  # one group that breaks does not hide the others
            report.failure(name, repr(error))
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

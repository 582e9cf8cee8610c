#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Kerberos against a real KDC (MIT's): who gets in, with which keys, and what every ticket that is not good enough
comes to, in status and event.

usage: run_kerberos.py [PREFIX]   (only the groups whose name begins with it)"""

import fcntl
import glob
import os
import shutil
import subprocess
import sys
import time

import kerberos_tokens
from interop_tools import ENVIRONMENT, check_events, check_same, scratch, stop_cleanly
from kerberos_realm import AES, Realm
from raw_smb import LOGON_FAILURE, SUCCESS, RawSmb, status_of
from run_fuzz_session import test_program
from signet_server import BINARY, PASSWORD, Report, SignetServer

PROBE = test_program("kerberos_probe")
HOST = "files.test.lab"
SERVICE = f"cifs/{HOST}"
RC4 = "arcfour-hmac:normal"


def add_account(server, user, *options, password=None):
    subprocess.run([BINARY, "user", "add", user, "--config", server.config, *options], text=True, check=True,
                   capture_output=True, input=f"{password}\n" if password else "")


def kerberos_server(realm, keytab, users="alice", accounts=("alice",), more="", **server):
    """A server for these users; its accounts have no password at all."""
    made = SignetServer(server={"keytab": keytab, "realm": realm.realm, "name": f"{HOST} files"} | server,
                        share={"users": users, "write": users}, users=(), more_config=more)
    for user in accounts:
        add_account(made, user)
    return made


def probe(server, realm, *steps, env=None, service=f"cifs@{HOST}", clock="", host="127.0.0.1"):
    """What each step came to: {step: status}, the last one of a name."""
    done = subprocess.run([*realm.fake(clock), PROBE, host, str(server.port), service, "data", *steps],
                          env=realm.env | (env or {}), text=True, capture_output=True, timeout=120)
    found = {}
    for line in done.stdout.splitlines():
        step, _, status = line.partition(" ")
        found[step] = status
    if done.returncode != 0:
        found["fault"] = done.stderr.strip()
    return found


def smbclient(server, realm, command, env, share="data", options=()):
    (server.dir / "smb.conf").write_text("[global]\n")
    done = subprocess.run(["smbclient", "-s", server.dir / "smb.conf", "-p", str(server.port), f"//{HOST}/{share}",
                           "-I", "127.0.0.1", "--use-kerberos=required", "-N", *options, "-c", command],
                          env=ENVIRONMENT | realm.env | env, text=True, timeout=90, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def check_refused(report, name, server, wanted, reason, attempt):
    """The attempt is answered so, and told of with this reason."""
    before = len(server.events("authentication"))
    found = attempt()
    status = list(found.values())[-1] if found else "nothing"
    end = time.time() + 10
    told = []
    while time.time() < end and not told:
        told = [e for e in server.events("authentication")[before:] if e["result"] == "failure"]
        time.sleep(0.05)
    told_reason = told[-1]["reason"] if told else "nothing"
    report.check(f"{name}: {wanted}, {reason}", status == wanted and told_reason == reason,
                 f"answered {found}, told {told_reason}")
    return told[-1] if told else {}


def finish(report, name, server):
    stop_cleanly(report, name, server)
    check_events(report, name, server)


# --- who gets in --------------------------------------------------------------------------------------------


def group_clients(report, realm):
    keytab = realm.export(realm.dir / "clients.keytab", SERVICE)
    ciphers = ("aes-128-gcm", "aes-256-gcm", "aes-256-ccm")
    for cipher in ciphers:
        with kerberos_server(realm, keytab, ciphers=cipher) as server:
            env = realm.kinit("alice")
            there, back = scratch(server, "there"), scratch(server, "back")
            for i, size in enumerate((0, 1, 4097, 70000, 3 << 20)):
                (there / f"größe {i}").write_bytes(os.urandom(size))
            status, out = smbclient(server, realm, f"prompt off; lcd {there}; mput *; lcd {back}; mget *", env)
            report.check(f"{cipher}: smbclient copies files there and back", status == 0, out[-400:])
            check_same(report, f"{cipher}: they are the same", there, back)
            opened = server.events("session_open")
            report.check(f"{cipher}: the event has who, what for and which key", opened and all(
                e["mechanism"] == "kerberos" and e["principal"] == "alice@TEST.LAB" and
                e["service"] == f"{SERVICE}@TEST.LAB" and e["key_version"] > 0 and e["encrypted"] and
                e["ticket_encryption"] == "aes256-cts-hmac-sha1-96" for e in opened), str(opened[:1]))
            if cipher == ciphers[0]:
                ways(report, realm, server, env)
            finish(report, cipher, server)


def ways(report, realm, server, env):
    """Tokens as different clients have them."""
    report.check("Kerberos is offered under both names, NTLM is not without an account for it",
                 probe(server, realm, "offers", env=env).get("offers") is not None and
                 offered(server, realm, env) == {"kerberos", "ms-kerberos"}, str(offered(server, realm, env)))
    for way in ("setup", "ms", "raw", "one_way", "delegate"):
        found = probe(server, realm, way, "tree", "logoff", env=env)
        good = all(found.get(step) == "STATUS_SUCCESS" for step in (way, "tree", "logoff"))
        report.check(f"a ticket shown the way '{way}' is let in", good, str(found))
    found = probe(server, realm, "dce", env=env)
    report.check("three legs, as DCE/RPC has them, are not SMB's", found.get("dce") == "STATUS_INVALID_PARAMETER",
                 str(found))
    slow_step(report, realm, server, env)
    found = probe(server, realm, "setup", "reauth", "tree", env=env)
    report.check("a session authenticates again", found.get("reauth") == found.get("tree") == "STATUS_SUCCESS",
                 str(found))
    status, out = smbclient(server, realm, "ls", realm.kinit("bob", cache="cc-bob"))
    report.check("a principal without an account is refused", status != 0 and "LOGON_FAILURE" in out, out[-200:])
    report.check("and told of", server.wait_for_event("authentication", reason="unknown_account") is not None)


def slow_step(report, realm, server, env):
    """An authentication that has to wait, here for the replay cache, holds up nobody, nor is it joined by another."""
    held = probe_held(server, realm, env)
    process = subprocess.Popen([PROBE, "127.0.0.1", str(server.port), f"cifs@{HOST}", "data", "setup", "wait", "twice"],
                               env=realm.env | env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    until_wait(process)
    with open(server.state / "replay", "r+b") as cache:
        fcntl.lockf(cache, fcntl.LOCK_EX)
        said = process.communicate("\n", timeout=60)[0].strip().splitlines()[-1]  # and hangs up
        status = held()
    report.check("a session is served while others' authentication waits", status == "STATUS_SUCCESS", status)
    report.check("two authentications of one session are not made at once",
                 said == "twice STATUS_REQUEST_NOT_ACCEPTED", said)
    report.check("which is told of", server.wait_for_event("refusal", reason="authentication_in_progress") is not None)


def offered(server, realm, env):
    done = subprocess.run([PROBE, "127.0.0.1", str(server.port), f"cifs@{HOST}", "data", "offers"],
                          env=realm.env | env, text=True, capture_output=True, timeout=60)
    names = {"ntlm": "ntlm", "krb5": "kerberos", "ms-krb5": "ms-kerberos"}
    words = done.stdout.splitlines()[0].split()[1:] if done.stdout else []
    return {names.get(w.lower().replace("_", "-").replace("ntlmssp", "ntlm"), w) for w in words}


def group_ntlm(report, realm):
    """With an account that was made for NTLM, it is offered beside Kerberos, and used when there is no ticket."""
    keytab = realm.export(realm.dir / "ntlm.keytab", SERVICE)
    made = kerberos_server(realm, keytab, users="alice carol")
    add_account(made, "carol", "--ntlm", "--password-stdin", password=f"{PASSWORD}carol")
    with made as server:
        found = offered(server, realm, realm.kinit("alice"))
        report.check("NTLM is offered once an account may use it", "ntlm" in found, str(found))
        done = server.smbclient("ls", user="carol", check=False)
        report.check("and works for that account", done.returncode == 0, done.stdout[-200:])
        report.check("its session says so",
                     server.wait_for_event("session_open", account="carol", mechanism="ntlmv2") is not None)
        finish(report, "NTLM", server)


# --- tickets that are not good enough -----------------------------------------------------------------------


def group_tickets(report, realm):
    keytab = realm.export(realm.dir / "tickets.keytab", SERVICE, "cifs/other.test.lab")
    realm.add_service(f"host/{HOST}")
    realm.add_service("cifs/elsewhere.test.lab")
    with kerberos_server(realm, keytab) as server:
        env = realm.kinit("alice")
        check_refused(report, "a ticket for another service of this host", server, "STATUS_LOGON_FAILURE",
                      "wrong_service", lambda: probe(server, realm, "setup", env=env, service=f"host@{HOST}"))
        told = check_refused(report, "a ticket for another server", server, "STATUS_LOGON_FAILURE", "wrong_service",
                             lambda: probe(server, realm, "setup", env=env, service="cifs@elsewhere.test.lab"))
        report.check("its event says which", told.get("service") == "cifs/elsewhere.test.lab@TEST.LAB", str(told))
        check_refused(report, "a ticket for a name that only the keytab has", server, "STATUS_LOGON_FAILURE",
                      "wrong_service", lambda: probe(server, realm, "setup", env=env, service="cifs@other.test.lab"))
        check_refused(report, "a ticket that was changed", server, "STATUS_LOGON_FAILURE", "bad_ticket",
                      lambda: probe(server, realm, "changed", env=env))
        found = probe(server, realm, "setup", "replay", env=env)
        report.check("a ticket that was shown is let in, once", found.get("setup") == "STATUS_SUCCESS", str(found))
        check_refused(report, "an AP-REQ that was recorded and is sent again", server, "STATUS_LOGON_FAILURE",
                      "replayed", lambda: probe(server, realm, "setup", "replay", env=env))
        meant(report, realm, server, realm.env | env)
        server.stop()
        server.start()
        files = {p.name: oct(p.stat().st_mode & 0o777) for p in server.state.iterdir() if p.is_file()}
        report.check("the replay cache is the server's own", files.get("replay") == "0o600", str(files))
        accounts = server.state / "accounts"
        reloads = len(server.events("config_reload"))
        accounts.write_text(accounts.read_text().replace(":-:-", ":disabled:-"))
        eventually(lambda: server.events("config_reload"), reloads + 1, 30)
        before = len(server.events("authentication"))
        found = probe(server, realm, "setup", env=env)
        report.check("a ticket of an account that was disabled", found.get("setup") not in (None, "STATUS_SUCCESS") and
                     eventually(lambda: server.events("authentication")[before:], 1)[-1]["reason"] == "account_disabled",
                     str(found))
        report.check("nobody but alice had a session",
                     {e["account"] for e in server.events("session_open")} == {"alice"})
        finish(report, "tickets", server)


def meant(report, realm, server, env):
    """Whom the client means, as Windows' clients say in what only they and the server can read: a ticket for one name
    of a computer that another one's was put on has the right key."""
    realm.run("kvno", SERVICE, env=env)

    def shown(target):
        token = kerberos_tokens.ap_req(env, f"{SERVICE}@{realm.realm}", target)
        with RawSmb(server.port) as smb:
            status = status_of(smb.session_setup(token, first=True))
        return {"setup": {SUCCESS: "STATUS_SUCCESS", LOGON_FAILURE: "STATUS_LOGON_FAILURE",
                          0xC000000D: "STATUS_INVALID_PARAMETER"}.get(status, hex(status))}

    for target in (SERVICE, f"{SERVICE}@{realm.realm}", "cifs/files"):
        report.check(f"who says that {target} is meant gets in", shown(target)["setup"] == "STATUS_SUCCESS")
    for target in ("cifs/other.test.lab", f"HTTP/{HOST}", f"host/{HOST}@{realm.realm}", HOST):
        told = check_refused(report, f"a client that means {target}, its ticket renamed", server, "STATUS_LOGON_FAILURE",
                             "renamed_ticket", lambda target=target: shown(target))
        report.check("its event says whom", told.get("detail") == target.split("@")[0], str(told))
    check_refused(report, "what cannot be read of whom it means", server, "STATUS_INVALID_PARAMETER", "malformed",
                  lambda: shown(b"odd"))


def group_weak(report, realm):
    """RC4 is refused from the keytab on; a ticket that is encrypted with it never reaches the keys."""
    realm.kadmin(f"addprinc -randkey -e {RC4} cifs/weak.test.lab")
    weak = realm.export(realm.dir / "weak.keytab", "cifs/weak.test.lab", keep_keys=True)
    done = start_fails(kerberos_server(realm, weak, accounts=(), name="weak.test.lab"))
    report.check("a keytab with weak keys alone stops the start, and says why",
                 "weak (rc4-hmac)" in done and "signet.conf:" in done, done)
    both = realm.export(realm.dir / "both.keytab", "cifs/weak.test.lab", keep_keys=True)
    realm.export(both, SERVICE)
    with kerberos_server(realm, both, name=f"{HOST} weak.test.lab") as server:
        env = realm.kinit("alice")
        told = check_refused(report, "a ticket encrypted with RC4, its key at hand", server, "STATUS_LOGON_FAILURE",
                             "weak_encryption",
                             lambda: probe(server, realm, "setup", env=env, service="cifs@weak.test.lab"))
        report.check("its event says how", told.get("ticket_encryption") == "rc4-hmac", str(told))
        # The ticket itself with AES, but a session key that is RC4's.
        realm.kadmin(f"setstr {SERVICE} session_enctypes arcfour-hmac")
        env = realm.kinit("alice", cache="cc-weak")
        check_refused(report, "a session key of RC4 in a ticket with AES", server, "STATUS_LOGON_FAILURE",
                      "weak_encryption", lambda: probe(server, realm, "setup", env=env))
        realm.kadmin(f"delstr {SERVICE} session_enctypes")
        finish(report, "weak encryption", server)


def start_fails(server):
    try:
        server.start()
    except RuntimeError as e:
        return str(e)
    finally:
        shutil.rmtree(server.dir, ignore_errors=True)
    server.stop()
    return "it started"


def group_keytab(report, realm):
    """What is wrong with a keytab is said before anybody needs it."""
    realm.add_service("nfs/files.test.lab")
    other = realm.export(realm.dir / "nfs.keytab", "nfs/files.test.lab")
    elsewhere = realm.export(realm.dir / "elsewhere.keytab", "cifs/other.test.lab")
    text = realm.dir / "text.keytab"
    text.write_text("not a keytab\n")
    text.chmod(0o600)
    public = realm.export(realm.dir / "public.keytab", SERVICE)
    public.chmod(0o644)
    for name, keytab, words in (("is missing", realm.dir / "none", "No such file"), ("is no keytab", text, "not a keytab"),
                                ("has no cifs/ key", other, "no key for cifs/"),
                                ("is another server's", elsewhere, "not a name of this server"),
                                ("can be read by others", public, "chmod 600")):
        said = start_fails(kerberos_server(realm, keytab, accounts=()))
        report.check(f"a keytab that {name} stops the start", words in said and "signet.conf:" in said, said)


def group_rotation(report, realm):
    """New keys count at once, old ones as long as they are in the file."""
    keytab = realm.export(realm.dir / "rotated.keytab", SERVICE)
    with kerberos_server(realm, keytab) as server:
        before = realm.kinit("alice", cache="cc-before")
        report.check("the first key", probe(server, realm, "setup", env=before).get("setup") == "STATUS_SUCCESS")
        held = probe_held(server, realm, before)
        realm.export(keytab, SERVICE)  # a new version is added
        after = realm.kinit("alice", cache="cc-after")
        found = [probe(server, realm, "setup", env=env).get("setup") for env in (before, after)]
        report.check("the old key and the new one, side by side", found == ["STATUS_SUCCESS"] * 2, str(found))
        versions = eventually(lambda: sorted({e["key_version"] for e in server.events("session_open")}), 2)
        report.check("the events tell them apart", len(versions) == 2, str(versions))
        alone = realm.export(realm.dir / "alone.keytab", SERVICE, keep_keys=True)
        os.replace(alone, keytab)  # the old version is gone
        report.check("the new key alone", probe(server, realm, "setup", env=after).get("setup") == "STATUS_SUCCESS")
        check_refused(report, "a ticket with a key that was taken out", server, "STATUS_LOGON_FAILURE",
                      "unknown_key_version", lambda: probe(server, realm, "setup", env=before))
        report.check("a session that was there goes on", held() == "STATUS_SUCCESS")
        os.rename(keytab, realm.dir / "away")
        check_refused(report, "no keytab at all any more", server, "STATUS_INTERNAL_ERROR", "keytab_unreadable",
                      lambda: probe(server, realm, "setup", env=after))
        os.rename(realm.dir / "away", keytab)
        report.check("it is back", probe(server, realm, "setup", env=after).get("setup") == "STATUS_SUCCESS")
        finish(report, "rotation", server)


def eventually(get, length, timeout=30):
    """What get gives, as soon as it is so long: events come a little later than what they tell of."""
    end = time.time() + timeout
    while len(get()) < length and time.time() < end:
        time.sleep(0.05)
    return get()


def probe_held(server, realm, env, *steps):
    """A session that is kept; the function that is returned has it connect to the share and gives the status."""
    process = subprocess.Popen([PROBE, "127.0.0.1", str(server.port), f"cifs@{HOST}", "data", "setup", "wait", *steps,
                                "tree"], env=realm.env | env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for line in process.stdout:
        if line.strip() == "wait":
            break

    def go_on():
        out, _ = process.communicate("\n", timeout=60)
        lines = [line.split()[-1] for line in out.splitlines() if line.strip()]
        return lines[-1] if lines else "nothing"
    return go_on


# --- clocks -------------------------------------------------------------------------------------------------


def group_clocks(report, realm):
    """A KDC and clients of two hours ago; its keys are in the keytab, so that time alone is wrong."""
    with Realm(clock="-2h") as past:
        past.add_service(SERVICE)
        keytab = past.export(past.dir / "past.keytab", SERVICE)
        with kerberos_server(past, keytab) as server:
            env = past.kinit("alice", "-l", "1h", cache="cc-short")
            check_refused(report, "a ticket that has expired", server, "STATUS_LOGON_FAILURE", "ticket_expired",
                          lambda: probe(server, past, "setup", env=env, clock=past.clock))
            env = past.kinit("alice", cache="cc-long")
            check_refused(report, "a client's clock two hours behind", server, "STATUS_TIME_DIFFERENCE_AT_DC",
                          "clock_skew", lambda: probe(server, past, "setup", env=env, clock=past.clock))
            found = probe(server, past, "setup", env=env, clock="+0h")
            report.check("the same ticket with the right time", found.get("setup") == "STATUS_SUCCESS", str(found))
            finish(report, "clocks", server)


def libfaketime():
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    return found[0] if found else None


def set_clock(server, offset):
    (server.state / "clock.new").write_text(offset + "\n")
    os.replace(server.state / "clock.new", server.state / "clock")


def group_expiry(report, realm):
    """A session ends with its ticket, and goes on with another one. The server's clock is moved meanwhile."""
    if libfaketime() is None or "asan" in str(BINARY) or "tsan" in str(BINARY):
        report.skip("expiry", "libfaketime and a program without sanitizers are needed")
        return
    keytab = realm.export(realm.dir / "expiry.keytab", SERVICE)
    made = kerberos_server(realm, keytab)
    set_clock(made, "+0")
    fake = {"LD_PRELOAD": libfaketime(), "FAKETIME_TIMESTAMP_FILE": str(made.state / "clock"), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    os.environ.update(fake)
    try:
        made.start()
    finally:
        for name in fake:
            del os.environ[name]
    env = realm.kinit("alice", "-l", "20m", cache="cc-20m")
    first = probe_held(made, realm, env)
    second = probe_held(made, realm, env)
    third = probe_held(made, realm, realm.kinit("alice", "-l", "9h", cache="cc-9h"))
    again = {"cache": "cc-20m"}
    set_clock(made, "+18m")
    report.check("before its ticket's end a session goes on", first() == "STATUS_SUCCESS")
    set_clock(made, "+26m")  # the end, and five minutes that clocks may differ
    status = second()
    report.check("after it, it is expired", status == "STATUS_NETWORK_SESSION_EXPIRED", status)
    report.check("and told of", made.wait_for_event("refusal", reason="session_expired") is not None)
    report.check("another's, with a longer ticket, is not", third() == "STATUS_SUCCESS")
    # A client that authenticates again on the session that expired goes on with it. Its own clock is the server's.
    set_clock(made, "+0")
    process = subprocess.Popen([PROBE, "127.0.0.1", str(made.port), f"cifs@{HOST}", "data", "setup", "wait", "tree",
                                "wait", "reauth", "tree", "logoff"],
                               env=realm.env | realm.kinit("alice", "-l", "20m", **again), text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    said = until_wait(process)
    set_clock(made, "+26m")
    said += say(process) + until_wait(process)
    realm.kinit("alice", "-l", "9h", **again)
    set_clock(made, "+0")  # so that the new ticket's authenticator is of now; its session still is of the first
    set_clock(made, "+4m")
    said += say(process) + process.communicate(timeout=60)[0].split("\n")
    found = [line for line in said if line and not line.startswith("wait")]
    report.check("authenticated again, the session goes on", found == [
        "setup STATUS_SUCCESS", "tree STATUS_NETWORK_SESSION_EXPIRED", "reauth STATUS_SUCCESS", "tree STATUS_SUCCESS",
        "logoff STATUS_SUCCESS"], str(found))
    finish(report, "expiry", made)
    shutil.rmtree(made.dir, ignore_errors=True)


def say(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return []


def until_wait(process):
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if lines[-1] == "wait":
            break
    return lines


def main():
    report = Report()
    missing = [p for p in ("krb5kdc", "kadmin.local", "kinit", "faketime", "smbclient")
               if shutil.which(p, path=os.environ["PATH"] + ":/usr/sbin") is None]
    if PROBE is None or missing:
        report.skip("kerberos", f"not there: {missing or 'kerberos_probe'}")
        return report.exit_status()
    prefix = sys.argv[1] if len(sys.argv) > 1 else ""
    with Realm() as realm:
        realm.add_service(SERVICE, AES)
        realm.add_service("cifs/other.test.lab")
        for name, group in list(globals().items()):
            if name.startswith("group_" + prefix):
                group(report, realm)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How an audit uses accounts: Kerberos against a real KDC, one refused log-on a run however many hosts there are, and
nothing believed of a server that lets everybody in without a proof.

usage: run_audit_logons.py [GROUP...]    kerberos, samba, silent, limit, liar"""

import collections
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "audit"))
import hostile_servers  # noqa: E402
from kerberos_realm import Realm  # noqa: E402
from run_fuzz_session import test_program  # noqa: E402
from servers import CLOSED, NETWORK, SambaHost, USER, wait_for  # noqa: E402
from signet_server import BINARY, PASSWORD, Report, SignetServer  # noqa: E402

FACTS = test_program("audit_facts")
SETTLE = 0.7  # until events are written
LOGON = ("mechanisms", "logon", "anonymous", "guest", "enforcement", "ntlm-variants")


def facts(port, *arguments, env=None, host="127.0.0.1"):
    """{name: (answer, words)} of the probes."""
    done = subprocess.run([FACTS, host, str(port), *arguments], text=True, capture_output=True, timeout=90,
                          env=env or os.environ)
    if done.returncode != 0:
        return {"fault": ("yes", done.stderr[-2000:])}
    lines = [line.split(" ", 2) for line in done.stdout.splitlines()]
    return {line[0]: (line[1], line[2] if len(line) > 2 else "") for line in lines}


def told(server):
    """How many authentications it has told of, the last ones too."""
    time.sleep(SETTLE)
    return len(server.events("authentication"))


def expect(report, name, found, **wanted):
    for fact, answer in wanted.items():
        got = found.get(fact, ("nothing", found.get("fault", "")))
        report.check(f"{name}: {fact} is {answer}", got[0] == answer, str(got))


# --- Kerberos ---------------------------------------------------------------------------------------------


def kerberos_server(realm, keytab, name):
    server = SignetServer(server={"keytab": keytab, "realm": realm.realm, "name": name}, users=(),
                          share={"users": "alice", "write": "alice"})
    subprocess.run([BINARY, "user", "add", "alice", "--config", server.config], check=True, capture_output=True)
    return server


def kerberos(report):
    with Realm() as realm:
        realm.add_service("cifs/localhost")
        keytab = realm.export(realm.dir / "strong.keytab", "cifs/localhost")
        with kerberos_server(realm, keytab, "localhost") as server:
            ask = ("kerberos", *LOGON, "share-encryption")
            found = facts(server.port, *ask, host="localhost", env=realm.env | realm.kinit("alice"))
            expect(report, "a ticket of AES", found, logged_on="yes", kerberos_weak="no", mech_kerberos="yes",
                   unsigned_accepted="no", unsealed_accepted="no", ntlm_accepted="no", anonymous="no", ntlmv1="unknown")
            before = told(server)
            found = facts(server.port, *ask, host="localhost", env=realm.env | {"KRB5CCNAME": f"FILE:{realm.dir}/none"})
            expect(report, "no ticket", found, logged_on="unknown", kerberos_weak="unknown", unsigned_accepted="unknown")
            time.sleep(SETTLE)
            tried = [e for e in server.events("authentication")[before:] if e["mechanism"] == "kerberos"]
            report.check("no ticket: nothing is tried with it", not tried, str(tried))
    with Realm() as realm:
        # What the KDC gives is known, also where the server will not have it.
        realm.add_service("cifs/localhost", "arcfour-hmac:normal")
        realm.add_service("cifs/other.test.lab")
        keytab = realm.export(realm.dir / "other.keytab", "cifs/other.test.lab")
        with kerberos_server(realm, keytab, "other.test.lab") as server:
            found = facts(server.port, "kerberos", "mechanisms", "logon", host="localhost",
                          env=realm.env | realm.kinit("alice"))
            expect(report, "a ticket of RC4", found, kerberos_weak="yes", logged_on="no")


# --- Kerberos, of Samba -----------------------------------------------------------------------------------


def by_ticket(realm, address, *options):
    """What an audit with the ticket of USER prints."""
    env = realm.env | realm.kinit(USER)
    done = subprocess.run([BINARY, "audit", "--kerberos", *options, address], env=env, text=True, capture_output=True,
                          timeout=120)
    return done.stdout


def ids(realm, address):
    try:
        host, = json.loads(by_ticket(realm, address, "--json"))["hosts"]
    except ValueError:
        return set(), set()
    return {f["id"] for f in host["findings"]}, {q["id"] for q in host["open"]}


def samba(report):
    """A server of its own with a keytab: what only an account can know is known with its ticket, and keys of RC4 are
    found until the KDC has others, whatever smb.conf says."""
    if os.geteuid() != 0:
        report.skip("Kerberos of Samba", "smbd needs root")
        return
    with tempfile.TemporaryDirectory(prefix="signet-audit-", dir="/var/tmp") as base, Realm(users=(USER,)) as realm:
        os.chmod(base, 0o755)
        address = f"{NETWORK}.90"
        realm.add_service(f"cifs/{address}", "arcfour-hmac:normal")
        keytab = realm.export(realm.dir / "samba.keytab", f"cifs/{address}", enctypes="arcfour-hmac:normal")
        host = SambaHost("kerberos", base, 90, f"realm = {realm.realm}\nkerberos method = dedicated keytab\n"
                                 f"dedicated keytab file = FILE:{keytab}\nkerberos encryption types = strong", CLOSED)
        os.environ["KRB5_CONFIG"] = realm.env["KRB5_CONFIG"]
        host.start()
        try:
            wait_for(host)
            found, left = ids(realm, address)
            wanted = {"kerberos_weak_keys", "share_encryption_not_enforced", "signing_not_required", "encryption_not_required"}
            report.check("Samba with a ticket of RC4: all is found", wanted <= found, f"{wanted - found} {host.said()[-2000:]}")
            report.check("Samba with a ticket of RC4: it is logged on", not left & {"kerberos_weak_keys", "downgrade_unnoticed"}
                         and "kerberos_not_offered" not in found, f"{left}")
            fix = by_ticket(realm, address, "--fix", "samba")
            report.check("Samba with a ticket of RC4: no setting is said to close it", "closes kerberos_weak_keys" not in fix
                         and "ktadd -e aes256-cts-hmac-sha1-96:normal" in fix, fix[-2000:])
            realm.export(keytab, f"cifs/{address}", enctypes="aes256-cts-hmac-sha1-96:normal")
            again, left = ids(realm, address)
            report.check("Samba with a ticket of AES: it is not found, all else is", again == found - {"kerberos_weak_keys"}
                         and "kerberos_weak_keys" not in left, f"{again ^ found} {host.said()[-2000:]}")
        finally:
            del os.environ["KRB5_CONFIG"]
            host.stop()


# --- a KDC that never answers -----------------------------------------------------------------------------

SILENT_HOSTS = 4
KDC_SECONDS = 120  # far less than the library and the hosts' time limits take for all of them


def silent(report):
    """It takes connections, and that is all: what can be known without an account is known all the same, so that no host
    came to the end of its time; and the run does not wait for it host by host."""
    with Realm() as realm, contextlib.ExitStack() as stack:
        realm.add_service("cifs/localhost")
        keytab = realm.export(realm.dir / "service.keytab", "cifs/localhost")
        env = realm.env | realm.kinit("alice")
        realm.stop()
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            mute = stack.enter_context(socket.socket(socket.AF_INET, kind))
            mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            mute.bind(("127.0.0.1", realm.port))
            if kind == socket.SOCK_STREAM:
                mute.listen(64)
        servers = [stack.enter_context(kerberos_server(realm, keytab, "localhost")) for _ in range(SILENT_HOSTS)]
        targets = [f"localhost:{server.port}" for server in servers]
        done = subprocess.run([BINARY, "audit", "--json", "--kerberos", "--timeout", "2", *targets], env=env, text=True,
                              capture_output=True, timeout=KDC_SECONDS)
        report.check("a silent KDC: ends with status 0", done.returncode == 0, done.stderr[-1000:])
        hosts = json.loads(done.stdout)["hosts"] if done.returncode == 0 else []
        report.check("a silent KDC: no host is cut short by it", len(hosts) == SILENT_HOSTS
                     and all(h["outcome"] == "done" and not h.get("error") for h in hosts), f"{hosts}"[:500])
        reasons = [q["reason"] for h in hosts for q in h["open"] if q["id"] == "encryption_not_required"]
        report.check("a silent KDC: it is why questions are left open, on each host", len(reasons) == SILENT_HOSTS
                     and all("the KDC did not answer" in reason for reason in reasons), f"{reasons}")
        before = sum("for a ticket" in reason for reason in reasons)
        report.check("a silent KDC: two hosts wait for it, the others do not", before == 2, f"{reasons}")


# --- the limit --------------------------------------------------------------------------------------------


def audit(servers, password, *options):
    targets = [f"127.0.0.1:{server.port}" for server in servers]
    done = subprocess.run([BINARY, "audit", "--json", "--user", "alice", "--password-stdin", *options, *targets],
                          input=f"{password}\n", text=True, capture_output=True, timeout=120)
    return json.loads(done.stdout)["hosts"] if done.returncode == 0 else []


def refusals(servers, before):
    """How often each account was refused since then, as a guess is."""
    harmless = ("anonymous", "target_name_mismatch", "mechanism_not_offered", "encryption_required")
    count = collections.Counter()
    for server, old in zip(servers, before):
        for e in server.events("authentication")[old:]:
            if e["result"] == "failure" and e["reason"] not in harmless:
                count[e.get("account", "")] += 1
    return count


def limited(report, name, servers, password, wanted, *options):
    before = [told(server) for server in servers]
    hosts = audit(servers, password, *options)
    time.sleep(SETTLE)
    report.check(f"{name}: both hosts are answered for", len(hosts) == 2, str(hosts)[:300])
    count = refusals(servers, before)
    alice, others = count.pop("alice", 0), sorted(count.values())
    report.check(f"{name}: alice is refused {wanted} times in the whole run", alice == wanted, f"{alice}, {count}")
    report.check(f"{name}: nobody else more than once", all(n == 1 for n in others), f"{count}")
    report.check(f"{name}: a name is made up only when asked for", len(others) == (2 if options else 0), f"{count}")
    return hosts


def limit(report):
    with SignetServer() as one, SignetServer() as two:
        servers = (one, two)
        right = f"{PASSWORD}alice"
        limited(report, "the right password", servers, right, 0)
        hosts = limited(report, "the right password and --try-logons", servers, right, 1, "--try-logons")
        open_ids = [{q["id"] for q in host["open"]} for host in hosts]
        report.check("where NTLMv1 was not tried the question stays open",
                     sorted("ntlmv1_accepted" in ids for ids in open_ids) == [False, True], str(open_ids))
        limited(report, "a wrong password", servers, "not hers", 1)


# --- who lies ---------------------------------------------------------------------------------------------


def success(s, frame):
    s.sendall(hostile_servers.framed(hostile_servers.with_status(frame, 0)))


def liar(report):
    with SignetServer() as server:
        behind = ("127.0.0.1", server.port)
        account = ("user=alice", f"password={PASSWORD}alice", "try", "timeout=1000")
        # At once, nobody has proven anything; after the challenge, what was refused has no proof in it.
        for name, after, unsigned in (("at once", 0, "unknown"), ("after the challenge", 1, "no")):
            listener = hostile_servers.Listener(name, hostile_servers.Tamperer(behind, 1, success, after))
            found = facts(listener.port, *account, "mechanisms", "logon", "enforcement", "ntlm-variants")
            expect(report, f"success {name}", found, ntlmv1="unknown", unsigned_accepted=unsigned)
            listener.stop()


GROUPS = {"kerberos": kerberos, "samba": samba, "silent": silent, "limit": limit, "liar": liar}


def main():
    report = Report()
    for name in sys.argv[1:] or GROUPS:
        GROUPS[name](report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

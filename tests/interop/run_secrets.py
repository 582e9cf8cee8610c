#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing of a session is left in the server's memory once it ended, and nothing of anybody in a core dump.

Real clients log on through a proxy that records how. From that and the password this works out every key of the
session, finds those that the server needs while the session lives (else the search would be blind), and none of them
when it has ended. As root, for it reads another process's memory.

usage: run_secrets.py [PREFIX]   (only the groups whose name begins with it)"""

import os
import re
import resource
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import process_memory
from impacket.krb5.ccache import CCache
from impacket.krb5.crypto import Enctype, Key, _get_enctype_profile
from impacket.krb5.keytab import Keytab
from interop_tools import Talk, smbclient
from kerberos_realm import Realm
from run_fuzz_session import test_program
from session_secrets import Recorder, session_secrets, smb_keys, with_schedules
from signet_server import BINARY, PASSWORD, Report, SignetServer

PROBE = test_program("security_probe")
KERBEROS_PROBE, KERBEROS_HOST = test_program("kerberos_probe"), "files.test.lab"
SETTLE_S = 6
# What a session that lives must have: a sealed one, and one that is only signed.
SEALED = ("server's sealing key", "client's sealing key", "signing key")
SIGNED = ("signing key",)


def nt_hash_of(server, user):
    for line in (server.state / "accounts").read_text().splitlines():
        if line.startswith(f"{user}:"):
            return bytes.fromhex(line.split(":")[3])
    raise RuntimeError(f"no account {user}")


class Watched:
    """A server, a recording proxy before it, and what is known of one user's session. A context manager."""

    def __init__(self, user="alice", **more):
        self.user = user
        self.server = SignetServer(**more)
        self.password = PASSWORD + user

    def __enter__(self):
        self.server.__enter__()
        self.recorder = Recorder(self.server.port).__enter__()
        return self

    def __exit__(self, *why):
        self.recorder.__exit__(*why)
        self.server.__exit__(*why)

    def secrets(self):
        return session_secrets(self.password, nt_hash_of(self.server, self.user), self.recorder)

    def found(self):
        return process_memory.find(self.server.process.pid, self.secrets())

    def found_in_the_end(self):
        """What stays although the session has had time to end."""
        end = time.time() + SETTLE_S
        left = self.found()
        while left and time.time() < end:
            time.sleep(0.1)
            left = self.found()
        return left

    def talk(self, *options):
        port, self.server.port = self.server.port, self.recorder.port
        try:
            return Talk(self.server, user=self.user, options=options)
        finally:
            self.server.port = port

    def said(self):
        return self.server.log.read_bytes() + self.server.events_file.read_bytes()


def words(found):
    return "; ".join(f"{what}: {', '.join(where[:3])}" for what, where in found.items())


def check_gone(report, name, w):
    left = w.found_in_the_end()
    report.check(f"{name}: nothing is left in memory", not left, words(left))
    said = w.said().lower()
    told = [what for what, value in w.secrets().items() if value in said or value.hex().encode() in said]
    report.check(f"{name}: nothing is in events and log", not told, str(told))


def check_alive(report, name, w, wanted=SEALED):
    found = w.found()
    report.check(f"{name}: the search finds the keys of a living session", all(k in found for k in wanted),
                 f"found {sorted(found)}")
    early = [k for k in found if k not in wanted and not k.startswith("schedule of")]
    report.check(f"{name}: a living session keeps nothing but the keys it works with", not early, words(
        {k: found[k] for k in early}))


def group_logoff(report):
    """The session ends, the connection stays, other requests follow."""
    with Watched() as w, w.talk() as talk:
        report.check("logoff: the client is on", "smb:" in talk.begin, talk.begin[-300:])
        talk.do("mkdir d; ls; put /etc/services s; get s /dev/null; del s")
        check_alive(report, "logoff", w)
        talk.do("logoff")
        report.check("logoff: the session is closed", w.server.wait_for_event("session_close", reason="logoff"))
        check_gone(report, "logoff", w)


def group_disconnect(report):
    """The client vanishes, with a file open."""
    with Watched() as w:
        with w.talk() as talk:
            talk.do("put /etc/services s; open s")
            check_alive(report, "disconnect", w)
        report.check("disconnect: the session is closed", w.server.wait_for_event("session_close"))
        check_gone(report, "disconnect", w)


def group_ccm(report):
    """The same with the ciphers and signatures that are OpenSSL's."""
    with Watched(server={"ciphers": "aes-128-ccm", "signing_algorithms": "aes-cmac"}) as w:
        with w.talk() as talk:
            talk.do("mkdir d; ls; put /etc/services s; get s /dev/null; del s")
            check_alive(report, "ccm", w)
        report.check("ccm: the session is closed", w.server.wait_for_event("session_close"))
        check_gone(report, "ccm", w)


def group_signed(report):
    """Without sealing: only the signing key is there, and goes."""
    off = {"encryption": "off"}
    for algorithm in ("aes-cmac", "hmac-sha256", "aes-gmac"):
        name = f"signed {algorithm}"
        with Watched(server=off | {"signing_algorithms": algorithm}, share=off) as w:
            with w.talk("--client-protection=sign") as talk:
                talk.do("mkdir d; ls; put /etc/services s; get s /dev/null; del s")
                check_alive(report, name, w, SIGNED)
            report.check(f"{name}: the session is closed", w.server.wait_for_event("session_close"))
            check_gone(report, name, w)


def group_failed(report):
    """A wrong password: the right one's NTOWFv2 was worked out to find that it is wrong."""
    with Watched() as w:
        port, w.server.port = w.server.port, w.recorder.port
        status, out = smbclient(w.server, "ls", options=["-U", "alice%wrong"])
        w.server.port = port
        report.check("failed: the client is refused", status != 0 and "LOGON_FAILURE" in out, out[-300:])
        report.check("failed: it was told", w.server.wait_for_event("authentication", result="failure"))
        check_gone(report, "failed", w)


def group_many(report):
    """Own client, several log-ons one after the other on all threads: none leaves anything."""
    with Watched() as w:
        for _ in range(12):
            w.recorder.frames.clear()
            subprocess.run([PROBE, "127.0.0.1", str(w.recorder.port), "bob", f"{PASSWORD}bob", "data",
                            "early_cancel"], capture_output=True, check=False)
        w.recorder.frames.clear()
        status, out = smbclient(w.server, "ls")
        with w.talk() as talk:
            talk.do("ls")
        report.check("many: a client is served", status == 0, out[-300:])
        check_gone(report, "many", w)


class Ticket:
    """A session of Kerberos, by kerberos_probe through the recorder. A context manager, which has logged on."""

    def __init__(self, w, realm, keytab, env):
        self.w, self.keytab = w, keytab
        self.cache = env["KRB5CCNAME"].removeprefix("FILE:")
        w.recorder.frames.clear()
        self.process = subprocess.Popen(
            [KERBEROS_PROBE, "127.0.0.1", str(w.recorder.port), f"cifs@{KERBEROS_HOST}", "data", "setup", "tree", "open=f",
             "write", "keys", "wait", "reauth", "write", "keys", "wait", "logoff", "wait"],
            env=realm.env | env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.keys = {}
        self.said = self.go_on()

    def go_on(self, beginning=True):
        """To its next "wait": what its steps were answered."""
        if not beginning:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        said = []
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word in ("session", "context", "acceptor"):
                name = f"Kerberos {word} key"
                self.keys[f"{name} of the second time" if name in self.keys else name] = bytes.fromhex(rest)
            elif line.strip() == "wait":
                break
            else:
                said.append(line.strip())
        return said

    def secrets(self):
        """All keys there are: of the ticket, of the exchange, what SMB derives, and the server's own of the keytab."""
        found = dict(self.keys)
        for n, credential in enumerate(CCache.loadFile(self.cache).credentials):
            found[f"key of ticket {n}"] = bytes(credential["key"]["keyvalue"])
        for n, entry in enumerate(Keytab.loadFile(str(self.keytab)).entries):
            found[f"key {n} of the keytab"] = bytes(entry.main_part["keyblock"]["keyvalue"]["data"])
        derived = {k: v for name, key in found.items() for k, v in kerberos_usage_keys(name, key).items()}
        smb = with_schedules(smb_keys(self.keys["Kerberos session key"], self.w.recorder))
        return smb | derived | found | {f"first half of the {name}": key[:16] for name, key in found.items()}

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.wait(30)


def kerberos_usage_keys(name, key):
    """What a Kerberos library derives to use a key (RFC 3961 5.1): for tickets, authenticators and MICs."""
    profile = {32: Enctype.AES256, 16: Enctype.AES128}[len(key)]
    base, found = Key(profile, key), {}
    for usage in (2, 11, 12, 22, 23, 24, 25):
        for what in (0x55, 0x99, 0xAA):
            constant = struct.pack(">LB", usage, what)
            found[f"{name} for {usage}.{what:x}"] = _get_enctype_profile(profile).derive(base, constant).contents
    return found


class KerberosWatched(Watched):
    """A server of a realm. No account of it has a password."""

    def __init__(self, realm, keytab):
        super().__init__(users=(), share={"users": "alice", "write": "alice"}, server={
            "keytab": keytab, "realm": realm.realm, "name": KERBEROS_HOST})
        subprocess.run([BINARY, "user", "add", "alice", "--config", self.server.config], check=True,
                       capture_output=True, text=True, input="")
        self.ticket = None

    def secrets(self):
        return self.ticket.secrets()


def group_kerberos(report):
    """Tickets and what they carry; nothing that GSSAPI had stays, either, neither of the session nor of the keytab."""
    with Realm(users=("alice",)) as realm:
        realm.add_service(f"cifs/{KERBEROS_HOST}")
        keytab = realm.export(realm.dir / "keytab", f"cifs/{KERBEROS_HOST}")
        with KerberosWatched(realm, keytab) as w:
            with Ticket(w, realm, keytab, realm.kinit("alice")) as w.ticket:
                report.check("kerberos: the client is on", w.ticket.said == [
                    "setup STATUS_SUCCESS", "tree STATUS_SUCCESS", "open=f STATUS_SUCCESS", "write STATUS_SUCCESS",
                    "keys STATUS_SUCCESS"], f"{w.ticket.said}")
                report.check("kerberos: all keys are known", len(w.ticket.keys) >= 2, f"{list(w.ticket.keys)}")
                check_alive(report, "kerberos", w)
                said = w.ticket.go_on(False)
                report.check("kerberos: it authenticates again", said[-3:-1] == ["reauth STATUS_SUCCESS", "write STATUS_SUCCESS"],
                             f"{said}")
                check_alive(report, "kerberos, again", w)
                w.ticket.go_on(False)
                report.check("kerberos: the session is closed", w.server.wait_for_event("session_close", reason="logoff"))
                check_gone(report, "kerberos", w)


def group_hashes(report):
    """The hashes of passwords have to stay: once, in pages that are in no dump and not in swap."""
    with Watched() as w:
        pid, needle = w.server.process.pid, {"hash": nt_hash_of(w.server, "alice")}
        for when in ("at the start", "after a log-on", "after a change of accounts"):
            if when == "after a log-on":
                report.check("hashes: a client is served", smbclient(w.server, "ls")[0] == 0)
            if when == "after a change of accounts":
                w.server.add_user("carol")
                report.check("hashes: the change is noticed", w.server.wait_for_event("config_reload"))
            where = process_memory.find(pid, needle).get("hash", [])
            flags = process_memory.flags_of(pid, int(where[0].split()[-1], 16)) if where else []
            report.check(f"hashes: one copy {when}", len(where) == 1, str(where))
            report.check(f"hashes: in locked pages outside of dumps {when}", {"dd", "lo"} <= set(flags), str(flags))


def cores_of(folder):
    return [p for p in Path(folder).rglob("*core*") if p.is_file()]


def group_core(report):
    """A crash writes no core, though the limit that the server was started with allows it."""
    pattern = Path("/proc/sys/kernel/core_pattern")
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    before = pattern.read_text()
    for number in (signal.SIGABRT, signal.SIGSEGV):
        with Watched() as w:
            try:
                pattern.write_text(f"{w.server.dir}/core.%p\n")
            except OSError as e:
                report.skip("core", f"{pattern} cannot be written: {e}")
                return
            try:
                control = subprocess.run(["sh", "-c", "kill -ABRT $$"], cwd=w.server.dir, check=False)
                works = control.returncode == -signal.SIGABRT and cores_of(w.server.dir)
                for core in cores_of(w.server.dir):
                    core.unlink()
                with w.talk() as talk:
                    talk.do("ls")
                    w.server.stop(number)
                    left = cores_of(w.server.dir)
            finally:
                pattern.write_text(before)
            if not works:
                report.skip(f"core {number.name}", "this machine writes no cores at all")
            else:
                report.check(f"core {number.name}: none is written", not left, str(left))


def group_user(report):
    """signet user cannot be looked into or dumped while it holds a password."""
    with Watched() as w:
        process = subprocess.Popen(
            [BINARY, "user", "passwd", "alice", "--config", w.server.config, "--password-stdin"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process.stdin.write(b"half of a pass")
        process.stdin.flush()
        for _ in range(600):  # until it has begun to read
            limits = Path(f"/proc/{process.pid}/limits").read_text()
            core = re.search(r"Max core file size\s+(\d+|unlimited)\s+(\d+|unlimited)", limits).groups()
            status = Path(f"/proc/{process.pid}/status").read_text()
            locked = int(re.search(r"VmLck:\s+(\d+)", status)[1])
            if core == ("0", "0") and locked > 0:
                break
            time.sleep(0.05)
        process.stdin.close()
        process.wait()
        report.check("user: no core", core == ("0", "0"), str(core))
        report.check("user: the password is kept out of swap", locked > 0, f"{locked} KiB locked")


GROUPS = [group_logoff, group_disconnect, group_ccm, group_signed, group_failed, group_many, group_kerberos, group_hashes, group_core, group_user]


def is_sanitized():
    return b"__asan_init" in Path(BINARY).read_bytes() or b"__tsan_init" in Path(BINARY).read_bytes()


def main():
    report = Report()
    if os.geteuid() != 0:
        report.skip("secrets", "needs root, to read another process's memory")
        return 0
    if is_sanitized():
        report.skip("secrets", "a sanitizer's memory is not the server's")
        return 0
    for group in GROUPS:
        if group.__name__.removeprefix("group_").startswith(sys.argv[1] if len(sys.argv) > 1 else ""):
            group(report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

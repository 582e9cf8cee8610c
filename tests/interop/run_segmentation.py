#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Walls within a share and between networks: what [access] rules deny is neither read, changed, listed nor told
of, by whatever name, link or handle it is tried; who may not list a share does not see it; addresses outside of
`networks` get nothing. With smbclient, and with a client of our own that cleans up no name."""

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from interop_tools import smbclient, stop_cleanly
from run_fuzz_session import test_program
from signet_server import PASSWORD, Report, SignetServer

SECRET = b"the board's salaries"
SHARE = {"users": "alice bob carol dave", "write": "alice bob dave"}
RULES = """
[group outsiders]
members = bob carol dave

[access hr]
share = data
except = alice
deny = HR/** **/*.key projects/*/secret "with space/hidden *"

[access carols]
share = data
users = carol
read = docs/pub in/**/notes

[access daves]
share = DATA
users = dave
read = docs
write = drop
"""
MORE = """
[share vault]
path = {base}/vault
users = alice

[share behind$]
path = {base}/vault
users = alice bob

[share open]
path = {base}/open
users = alice bob
write = bob
access_based_enumeration = no

[access open]
share = open
users = bob
deny = HR

[share near]
path = {base}/vault
users = alice
networks = 127.0.0.0/8 !127.0.0.2 !127.0.0.3/32 127.0.0.3/32
"""
READ, WRITE, DELETE, MAXIMUM = 0x120089, 0x120116, 0x110080, 0x2000000
SUPERSEDE, OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF = range(6)
DIRECTORY, FILE, ON_CLOSE = 0x1, 0x40, 0x1000
NOT_FOUND, DENIED, SUCCESS = "OBJECT_NAME_NOT_FOUND", "ACCESS_DENIED", "SUCCESS"


class Probe:
    """access_probe as one user; each call gives [status, ...]."""

    def __init__(self, server, user, share="data"):
        program = test_program("access_probe")
        self.process = subprocess.Popen([program, str(server.port), user, f"{PASSWORD}{user}", share],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.connected = self.answer()[0]

    def answer(self):
        words = self.process.stdout.readline().rstrip("\n").split("\t")
        return [words[0].removeprefix("STATUS_")] + words[1:]

    def __call__(self, *words):
        self.process.stdin.write("\t".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def open(self, name, access=READ, disposition=OPEN, options=0, slot=0):
        return self("open", slot, name, access, disposition, options)

    def once(self, name, access=READ, disposition=OPEN, options=0):
        """Opens and closes; the status alone."""
        status = self.open(name, access, disposition, options, slot=15)[0]
        if status == SUCCESS:
            self("close", 15)
        return status

    def names(self, folder="", pattern="*"):
        status = self.open(folder, 0x81, OPEN, DIRECTORY, slot=14)[0]
        got = self("list", 14, pattern) if status == SUCCESS else [status]
        if status == SUCCESS:
            self("close", 14)
        return sorted(set(got[1:]) - {".", ".."}) if got[0] == SUCCESS else got[0]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.wait(20)


def fill(server):
    share = server.share
    files = {"HR/pay.txt": SECRET, "HR/deep/er/list.txt": SECRET, "free.txt": b"free", "server.key": SECRET,
             "docs/plain.txt": b"plain", "docs/tls.KEY": SECRET, "docs/pub/news.txt": b"news", "drop/old.txt": b"old",
             "projects/a/secret/plan.txt": SECRET, "projects/a/open.txt": b"open", "projects/b/open.txt": b"open",
             "with space/hidden file": SECRET, "with space/shown": b"shown", "in/x/y/notes": b"notes",
             "in/x/y/other": b"other", "mixed/only.key": SECRET, "ＨＲ/wide.txt": b"wide"}
    for path, content in files.items():
        (share / path).parent.mkdir(parents=True, exist_ok=True)
        (share / path).write_bytes(content)
    links = {"link": "HR", "docs/up": "..", "pay": "HR/pay.txt", "docs/pay2": "../HR/deep/er/list.txt", "here": ".",
             "drop/in": "../docs", "drop/key": "../server.key", "docs/pub/out": "../../HR"}
    for name, to in links.items():
        (share / name).symlink_to(to)
    for name in ("vault", "open/HR", "open/rest"):
        (server.dir / name).mkdir(parents=True)
    (server.dir / "open" / "HR" / "pay.txt").write_bytes(SECRET)


def state(server):
    """Everything that is denied to bob, as it is."""
    found = {}
    for path in sorted(server.share.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.read_bytes() == SECRET:
            found[str(path.relative_to(server.share))] = (path.stat().st_ino, path.stat().st_nlink)
    return found


# --- what is seen ---------------------------------------------------------------------------------------------


def part_listing(report, server):
    wanted = {
        "alice": {"HR", "docs", "drop", "free.txt", "here", "in", "link", "mixed", "pay", "projects", "server.key",
                  "with space", "ＨＲ"},
        "bob": {"docs", "drop", "free.txt", "here", "in", "mixed", "projects", "with space", "ＨＲ"},
        "carol": {"docs", "in"},
        "dave": {"docs", "drop"},
    }
    for user, names in wanted.items():
        with Probe(server, user) as p:
            got = p.names()
            report.check(f"listing: {user} sees what is his", set(got) == names, f"{sorted(got)}")
    with Probe(server, "bob") as p:
        report.check("listing: nor by name", p.names("", "HR") == "NO_SUCH_FILE" and p.names("", "h?") == "NO_SUCH_FILE" and
                     p.names("", "server.key") == "NO_SUCH_FILE" and p.names("", "pay") == "NO_SUCH_FILE")
        report.check("listing: below", p.names("docs") == ["plain.txt", "pub", "up"] and p.names("mixed") == [] and
                     p.names("projects\\a") == ["open.txt"] and p.names("with space") == ["shown"],
                     f"{p.names('docs')} {p.names('projects/a')}")
        report.check("listing: through a link up", "HR" not in p.names("docs\\up"), f"{p.names('docs/up')}")
    with Probe(server, "carol") as p:
        report.check("listing: on the way only what leads there", p.names("docs") == ["pub"] and
                     p.names("in\\x\\y") == ["notes"] and p.names("docs\\pub") == ["news.txt"], f"{p.names('docs')}")
    with Probe(server, "bob", "open") as p:
        report.check("listing: without enumeration by access names are shown", p.names() == ["HR", "rest"], f"{p.names()}")
        report.check("listing: and refused as what they are", p.once("HR\\pay.txt") == DENIED and p.once("HR") == DENIED)


def part_acl(report, server):
    """Access-based enumeration by the files' own ACLs."""
    with Probe(server, "alice") as p:
        for name in ("acls", "acls\\mine", "acls\\theirs"):
            p.once(name, READ, CREATE, DIRECTORY)
        p.open("acls\\mine", 0x60080, OPEN, DIRECTORY, slot=6)
        report.check("acl: set", p("protect", 6)[0] == SUCCESS)
        for n in range(50):  # neighbours have the same ACL or another
            p.open(f"acls\\{n}", 0x60080, CREATE, 0, slot=7)
            if n % 7 == 0:
                p("protect", 7)
            p("close", 7)
    mine = {"mine"} | {str(n) for n in range(0, 50, 7)}
    everything = mine | {"theirs"} | {str(n) for n in range(50)}
    with Probe(server, "alice") as p:
        report.check("acl: its owner sees it", set(p.names("acls")) == everything, f"{p.names('acls')}")
    with Probe(server, "bob") as p:
        report.check("acl: others do not", set(p.names("acls")) == everything - mine and
                     p.names("acls", "mine") == "NO_SUCH_FILE",
                     f"{p.names('acls')}")
        report.check("acl: by its name it is refused", p.once("acls\\mine") == DENIED, p.once("acls\\mine"))


def part_shares(report, server):
    def shares(user):
        done = subprocess.run(["smbclient", "-s", server.dir / "smb.conf", "-p", str(server.port), "-g", "-L", "127.0.0.1",
                               "-U", f"{user}%{PASSWORD}{user}"], capture_output=True, text=True, timeout=60)
        return {line.split("|")[1] for line in done.stdout.splitlines() if line.count("|") == 2}
    report.check("shares: alice's", shares("alice") == {"data", "vault", "open", "near", "IPC$"}, f"{shares('alice')}")
    report.check("shares: what bob may not enter is not told", shares("bob") == {"data", "open", "IPC$"}, f"{shares('bob')}")
    code, out = smbclient(server, "ls", user="bob", share="vault")
    report.check("shares: nor entered", code != 0 and "ACCESS_DENIED" in out, out)
    code, out = smbclient(server, "ls", user="bob", share="behind$")
    report.check("shares: a name that ends in $ is hidden, no more", code == 0, out)
    for name in ("C$", "c$", "D$", "ADMIN$", "PRINT$", "FAX$", "NETLOGON", "SYSVOL", "homes", "alice", "global"):
        _, out = smbclient(server, "ls", share=name)
        report.check(f"shares: there is no {name}", "NT_STATUS_BAD_NETWORK_NAME" in out, out[-200:])


# --- what is tried --------------------------------------------------------------------------------------------

# Each leads to, or would make, something that bob may not have.
BYPASSES = [
    "HR\\pay.txt", "hr\\PAY.TXT", "Hr\\pay.txt", "HR\\pay.txt::$DATA", "hr\\pay.txt:stream", "HR\\pay.txt:stream:$DATA",
    "link\\pay.txt", "LINK\\pay.txt", "here\\HR\\pay.txt", "here\\here\\hr\\pay.txt", "docs\\up\\HR\\pay.txt",
    "docs\\UP\\hr\\pay.txt", "docs\\up\\link\\pay.txt", "pay", "PAY", "docs\\pay2", "docs\\up\\docs\\pay2",
    "docs\\pub\\out\\pay.txt", "HR\\deep\\er\\list.txt", "here\\link\\deep\\er\\list.txt", "server.key", "SERVER.Key",
    "here\\server.key", "server.key::$DATA", "docs\\tls.key", "docs\\up\\docs\\tls.KEY", "drop\\key",
    "projects\\a\\secret\\plan.txt", "PROJECTS\\A\\Secret\\plan.txt", "with space\\hidden file", "mixed\\only.key",
    "HR\\new.txt", "link\\new.txt", "here\\hr\\new", "new.key", "docs\\new.KEY", "projects\\b\\secret",
    "HR\\nothere\\x", "HR", "hr", "link", "HR::$INDEX_ALLOCATION", "hr:$I30:$INDEX_ALLOCATION", "HR:stream",
    "link::$INDEX_ALLOCATION", "projects\\a\\secret", "docs\\up\\HR",
]


def attempts(p, name):
    """Every way to open or make it; those that gave something."""
    got = []
    for access in (READ, WRITE, DELETE, 0x80, 0x20000, 0x40000, 0x80000, MAXIMUM, 0x10000000):
        for disposition in range(6):
            for options in (0, DIRECTORY, FILE, ON_CLOSE | FILE, ON_CLOSE | DIRECTORY):
                status = p.once(name, access, disposition, options)
                if status == SUCCESS:
                    got.append((name, hex(access), disposition, options))
    return got


def part_bypasses(report, server):
    before = state(server)
    tree = sorted(str(p) for p in server.share.rglob("*"))
    for user in ("bob", "carol", "dave"):
        got = []
        with Probe(server, user) as p:
            for name in BYPASSES:
                got += attempts(p, name)
        report.check(f"bypasses: {len(BYPASSES) * 270} attempts, {user} opens nothing", not got, f"{len(got)}: {got[:3]}")
    report.check("bypasses: nothing was changed or made", state(server) == before and
                 tree == sorted(str(p) for p in server.share.rglob("*")))
    with Probe(server, "bob") as p:  # a look-alike is another name, and nothing else
        report.check("bypasses: full-width letters are another folder", p.names("ＨＲ") == ["wide.txt"])
        report.check("bypasses: a dot or a space at the end is another name",
                     p.once("HR.") == NOT_FOUND and p.once("HR ") == NOT_FOUND and p.once("server.key.") == NOT_FOUND)
        report.check("bypasses: there are no short names", p.once("SERVER~1.KEY") == NOT_FOUND and
                     p.once("WITHSP~1\\HIDDEN~1") == "OBJECT_PATH_NOT_FOUND")


def part_alike(report, server):
    """What is there and what is not are answered alike where the user reaches neither."""
    pairs = [("HR\\pay.txt", "HR\\nothere.txt"), ("server.key", "nothere.key"), ("HR\\deep\\er", "HR\\no\\er"),
             ("projects\\a\\secret", "projects\\b\\secret"), ("mixed\\only.key", "mixed\\no.key")]
    for user in ("bob", "carol", "dave"):
        with Probe(server, user) as p:
            for there, not_there in pairs:
                for disposition in range(6):
                    for options in (0, DIRECTORY, FILE):
                        a, b = (p.once(name, READ, disposition, options) for name in (there, not_there))
                        if a != b:
                            report.failure(f"alike: {user} {there}", f"{disposition} {options}: {a} {b}")
                            return
            if user == "bob":
                report.check("alike: hidden names do not exist", p.once("HR\\pay.txt") == "OBJECT_PATH_NOT_FOUND" and
                             p.once("HR") == NOT_FOUND and p.once("x.key", WRITE, CREATE) == DENIED)
    report.passed("alike: no answer tells what is there")


def part_confined(report, server):
    """Read and write patterns: dave reads docs, writes drop and nothing else."""
    with Probe(server, "dave") as p:
        got = p.open("docs\\plain.txt", READ)
        report.check("confined: reads, and is told that he can do no more",
                     got[0] == SUCCESS and int(got[1], 16) & 0xD0156 == 0 and p("read", 0)[1] == "plain", f"{got}")
        p("close", 0)
        for access in (WRITE, DELETE, 0x40000, 0x80000, 0x100, 0x10, 0x4):
            report.check(f"confined: {access:#x} on what he reads", p.once("docs\\plain.txt", access) == DENIED)
        for d in (SUPERSEDE, OVERWRITE, OVERWRITE_IF):
            report.check(f"confined: overwriting ({d}) what he reads", p.once("docs\\plain.txt", READ, d) == DENIED)
        report.check("confined: a stream on what he reads", p.once("docs\\plain.txt:s", WRITE, OPEN_IF) == DENIED and
                     p.once("docs:s", WRITE, CREATE) == DENIED)
        report.check("confined: making in what he reads", p.once("docs\\new", WRITE, CREATE) == DENIED)
        report.check("confined: deleting by way of MAXIMUM_ALLOWED",
                     p.once("docs\\plain.txt", MAXIMUM, OPEN, ON_CLOSE) == DENIED and (server.share / "docs" / "plain.txt").exists())
        report.check("confined: outside of both", p.once("free.txt") == NOT_FOUND and p.once("new", WRITE, CREATE) == DENIED)
        report.check("confined: the root is passed, not changed", p.once("", 0x81, OPEN, DIRECTORY) == SUCCESS and
                     p.once("", WRITE, OPEN, DIRECTORY) == DENIED and p.once(":s", READ, OPEN_IF) != SUCCESS)
        report.check("confined: writes where he may", p.once("drop\\new.txt", WRITE, CREATE) == SUCCESS and
                     p.once("drop\\folder", READ, CREATE, DIRECTORY) == SUCCESS and
                     p.once("drop\\old.txt", WRITE, OVERWRITE) == SUCCESS)
        # By a link in drop the files of docs are what they are: for reading.
        report.check("confined: a link in what he writes gives no more", p.once("drop\\in\\plain.txt", WRITE) == DENIED and
                     p.once("drop\\in\\made", WRITE, CREATE) == DENIED and p.once("drop\\in\\plain.txt") == SUCCESS)
        # A hard link would let him write the same file by another name.
        p.open("docs\\plain.txt", READ, OPEN, 0, slot=1)
        report.check("confined: a hard link of what he reads", p("link", 1, "drop\\mine")[0] == DENIED)
        report.check("confined: a copy on the server is a reading",
                     p.open("drop\\copy", WRITE | READ, OVERWRITE_IF, 0, slot=2)[0] == SUCCESS and p("copy", 1, 2)[0] == SUCCESS and
                     p("copy", 2, 1)[0] == DENIED)
    with Probe(server, "carol") as p:
        report.check("confined: carol passes folders and reads what she may", p.once("docs\\pub\\news.txt") == SUCCESS and
                     p.once("in\\x\\y\\notes") == SUCCESS and p.once("in\\x\\y\\other") == NOT_FOUND and
                     p.once("docs\\plain.txt") == NOT_FOUND and p.once("docs:s", READ) != SUCCESS)
        report.check("confined: and writes nothing", p.once("docs\\pub\\news.txt", WRITE) == DENIED and
                     p.once("docs\\pub\\n", WRITE, CREATE) == DENIED)


def part_renames(report, server):
    before = state(server)
    with Probe(server, "bob") as p:
        def rename(source, target, options=0, how="rename"):
            status = p.open(source, DELETE | 0x100, OPEN, options, slot=3)[0]
            if status == SUCCESS:
                status = p(how, 3, target)[0]
                p("close", 3)
            return status

        for target in ("HR\\moved", "hr\\pay.txt", "link\\moved", "here\\HR\\moved", "free.key", "server.key", "pay.KEY",
                       "projects\\b\\secret", "projects\\a\\secret\\plan.txt", "docs\\up\\HR\\x", "HR", "link"):
            for how in ("rename", "link"):
                status = rename("free.txt", target, 0, how)
                report.check(f"renames: {how} to {target}", status == DENIED, status)
        for source in ("HR", "HR\\pay.txt", "server.key", "link\\pay.txt", "pay", "docs\\pay2", "mixed\\only.key"):
            status = rename(source, "drop\\stolen")
            report.check(f"renames: {source} out", status in (NOT_FOUND, "OBJECT_PATH_NOT_FOUND"), status)
        report.check("renames: a folder that has denied names in it", rename("projects\\a", "a", DIRECTORY) == DENIED and
                     rename("projects", "p2", DIRECTORY) == DENIED and rename("with space", "ws", DIRECTORY) == DENIED)
        report.check("renames: to where the same is denied", rename("projects\\a", "projects\\c", DIRECTORY) == SUCCESS and
                     rename("projects\\c", "projects\\a", DIRECTORY) == SUCCESS)
        report.check("renames: keys move along", rename("mixed", "mixed2", DIRECTORY) == SUCCESS and
                     p.names("mixed2") == [] and rename("mixed2", "mixed", DIRECTORY) == SUCCESS)
        p.open("mixed", DELETE, OPEN, DIRECTORY, slot=4)
        report.check("renames: a folder is not deleted with what is hidden in it",
                     p("delete", 4)[0] == "DIRECTORY_NOT_EMPTY" and (server.share / "mixed" / "only.key").exists())
    _, out = smbclient(server, "deltree projects; deltree mixed; rename HR drop\\x; get HR\\pay.txt x; mget *.key", user="bob")
    report.check("renames: whatever smbclient makes of it, what is denied stays", state(server) == before, out[-300:])
    report.check("renames: an event names the rule", any(e.get("reason") == "access_rule" and e.get("detail") == "hr"
                                                        for e in server.events("file_rename")))
    report.check("renames: so does one of an open", any(e.get("reason") == "access_rule" and e.get("detail") == "daves"
                                                       for e in server.events("file_open")))


def part_notify(report, server):
    with Probe(server, "alice") as p:
        def hears(*steps):
            with Probe(server, "bob") as watcher:
                watcher.open("", 0x81, OPEN, DIRECTORY, slot=1)
                watcher("notify", 1)
                watcher.once("free.txt")  # answered after the watch began
                for step in steps:
                    step()
                return watcher("heard")

        def move(source, target):
            p.open(source, DELETE, OPEN, 0, slot=5)
            p("rename", 5, target)
            p("close", 5)

        heard = hears(lambda: p.once("HR\\new.txt", WRITE, CREATE), lambda: p.once("another.key", WRITE, CREATE),
                      lambda: (server.share / "local.key").write_bytes(b""))
        report.check("notify: nothing is heard of what is denied", heard[0] == "PENDING", f"{heard}")
        heard = hears(lambda: p.once("link\\by-link.txt", WRITE, CREATE))
        report.check("notify: nor by way of a link", heard[0] == "PENDING", f"{heard}")
        heard = hears(lambda: p.once("heard.txt", WRITE, CREATE))
        report.check("notify: of the rest it is", heard[:2] == [SUCCESS, "1 heard.txt"], f"{heard}")
        heard = hears(lambda: move("heard.txt", "gone.key"))
        report.check("notify: who goes where it is denied, goes", heard[:2] == [SUCCESS, "2 heard.txt"], f"{heard}")
        heard = hears(lambda: move("gone.key", "back.txt"))
        report.check("notify: and comes back", heard[:2] == [SUCCESS, "1 back.txt"], f"{heard}")


# --- a policy that changes ------------------------------------------------------------------------------------


def reload(server, rules, share=None):
    server.write_config({}, SHARE | (share or {}), rules + MORE.format(base=server.dir))
    seen = len(server.events("config_reload"))
    server.process.send_signal(signal.SIGHUP)
    for _ in range(100):
        if len(server.events("config_reload")) > seen:
            return server.events("config_reload")[-1]["result"] == "success"
        time.sleep(0.05)
    return False


def part_reload(report, server):
    tighter = RULES + "\n[access later]\nshare = data\nusers = bob\ndeny = docs/pub drop\n"
    read_only = RULES + "\n[access later]\nshare = data\nusers = bob\nread = **\n"
    with Probe(server, "bob") as p, Probe(server, "bob") as watcher, Probe(server, "alice") as other:
        p.open("docs\\pub\\news.txt", READ | WRITE, slot=1)
        p.open("docs\\up\\docs\\pub\\news.txt", READ | WRITE, slot=2)
        p.open("free.txt", READ | WRITE, slot=3)
        p.open("docs\\pub", 0x81, OPEN, DIRECTORY, slot=4)
        report.check("reload: handles work before", p("read", 1)[1:] == ["news"] and p("write", 3, "free")[0] == SUCCESS)
        watcher.open("", 0x81, OPEN, DIRECTORY, slot=1)
        watcher("notify", 1)
        report.check("reload: taken", reload(server, tighter))
        for slot in (1, 2):
            report.check(f"reload: handle {slot} of what is denied now gives nothing",
                         {p(*c)[0] for c in (("read", slot), ("write", slot, "x"), ("all", slot))} == {DENIED})
        report.check("reload: nor does one of its folder", p("list", 4, "*")[0] == DENIED)
        report.check("reload: no copy from it", p("copy", 1, 3)[0] == DENIED)
        report.check("reload: others go on", p("read", 3)[0] == SUCCESS and p("write", 3, "free")[0] == SUCCESS)
        report.check("reload: it closes", p("close", 1)[0] == SUCCESS)
        report.check("reload: told", server.wait_for_event("refusal", reason="open_no_longer_admitted") is not None)
        other.once("docs\\pub\\unheard", WRITE, CREATE)
        report.check("reload: a watch hears no more of it", watcher("heard")[0] == "PENDING")
        report.check("reload: read-only now", reload(server, read_only) and p("read", 3)[0] == SUCCESS and
                     p("write", 3, "x")[0] == DENIED)
        report.check("reload: what was taken does not come back to a handle", reload(server, RULES) and
                     p("write", 3, "x")[0] == DENIED and p.once("free.txt", WRITE) == SUCCESS)
        report.check("reload: a rule that means nothing is refused whole",
                     not reload(server, RULES + "\n[access x]\nshare = dta\ndeny = x\n"))
        report.check("reload: out of the share's networks", reload(server, RULES, {"networks": "192.0.2.0/24"}) and
                     p("read", 3)[0] == DENIED)
        reload(server, RULES)


# --- networks -------------------------------------------------------------------------------------------------


class Relay:
    """Forwards a port to the server's from another address of this machine."""

    def __init__(self, server, source):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.to, self.source = ("127.0.0.1", server.port), source
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(self.to, source_address=(self.source, 0))
            except OSError:
                return
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    @staticmethod
    def pump(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def smbclient(self, server, command, share, user="alice"):
        done = subprocess.run(["smbclient", "-s", server.dir / "smb.conf", "-p", str(self.port), f"//127.0.0.1/{share}", "-U",
                               f"{user}%{PASSWORD}{user}", "-c", command], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr


def part_share_networks(report, server):
    for source, admitted in (("127.0.0.1", True), ("127.0.0.2", False), ("127.0.0.3", False), ("127.0.0.4", True)):
        relay = Relay(server, source)
        code, out = relay.smbclient(server, "ls", "near")
        report.check(f"networks: share near from {source}", (code == 0) == admitted and (admitted or "ACCESS_DENIED" in out), out)
        code, out = relay.smbclient(server, "ls", "data")
        report.check(f"networks: a share without its own, from {source}", code == 0, out)
    refused = server.wait_for_event("tree_connect", reason="network_not_admitted", client_address="127.0.0.2")
    report.check("networks: told", refused is not None)


def refused_before_a_byte(port, source, sends):
    """Whether the connection ends without an answer, even before anything was sent."""
    with socket.create_connection(("127.0.0.1", port), source_address=(source, 0), timeout=10) as s:
        try:
            if sends:
                s.sendall(bytes(4) + b"\xfeSMB" + bytes(60))
            return s.recv(1) == b""
        except ConnectionResetError:
            return True


def part_server_networks(report):
    networks = {"networks": "127.0.0.0/8 !127.0.0.2/32 127.0.0.3 !127.0.0.3"}
    with SignetServer(server=networks) as server:
        for source in ("127.0.0.2", "127.0.0.3"):
            report.check(f"networks: {source} is refused before it says anything",
                         refused_before_a_byte(server.port, source, False) and refused_before_a_byte(server.port, source, True))
        code, out = smbclient(server, "ls")
        report.check("networks: 127.0.0.1 gets in", code == 0, out)
        floods = 3000
        began = time.time()
        for _ in range(floods):
            socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.0.2", 0), timeout=10).close()
        seconds = time.time() - began
        for _ in range(600):
            told = [e for e in server.events("refusal") if e["reason"] == "network_not_admitted" and
                    e["client_address"] == "127.0.0.2"]
            counted = sum(e.get("count", 1) for e in told)
            if counted >= floods + 2:
                break
            time.sleep(0.05)
        report.check("networks: a flood of refusals is told once a second and counted whole",
                     len(told) <= seconds + 6 and counted == floods + 2, f"{len(told)} events, {counted} counted, {seconds:.1f} s")
        code, out = smbclient(server, "ls")
        report.check("networks: who may come does, after a flood", code == 0, out)
        stop_cleanly(report, "networks", server)


def main():
    report = Report()
    if shutil.which("smbclient") is None or test_program("access_probe") is None:
        report.skip("segmentation", "smbclient or access_probe is missing")
        return 0
    names = ("alice", "bob", "carol", "dave")
    server = SignetServer(users=names)
    fill(server)
    (server.dir / "smb.conf").write_text("[global]\n")
    server.write_config({}, SHARE, RULES + MORE.format(base=server.dir))
    with server:
        for part in (part_listing, part_shares, part_acl, part_alike, part_bypasses, part_confined, part_renames, part_notify,
                     part_share_networks, part_reload):
            if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
                part(report, server)
        stop_cleanly(report, "segmentation", server)
    if len(sys.argv) < 2 or "part_server_networks" in sys.argv[1:]:
        part_server_networks(report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

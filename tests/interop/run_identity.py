#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""identity = unix: files are reached as the Unix user whose session it is, and as nobody else, ever.

Makes users and groups of its own on this machine and takes them away again, so it needs root.

usage: run_identity.py [PREFIX]   (only the groups whose name begins with it)"""

import atexit
import grp
import os
import pwd
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from samba.dcerpc import security, xattr
from samba.ndr import ndr_pack

from interop_tools import smbclient, smbclient_command
from run_fuzz_session import test_program
from signet_server import BINARY, PASSWORD, Report, SignetServer

ALICE, BOB, SHARED, SERVICE = "sgnalice", "sgnbob", "sgnshared", "sgnserver"
NO_UNIX, ROOT_USER = "sgnnobody", "root"
FILES_EACH = 700
OPENER = test_program("open_probe")
DELETE, WRITE_DAC, WRITE_OWNER, MAXIMUM_ALLOWED = 0x10000, 0x40000, 0x80000, 0x2000000
DELETE_ON_CLOSE = 0x1000
UNIX = {"identity": "unix"}


# --- users of this machine --------------------------------------------------------------------------------

def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def make_users():
    atexit.register(remove_users)
    remove_users()
    steps = [("groupadd", "-r", SHARED)]
    steps += [("useradd", "-r", "-M", "-U", "-s", "/usr/sbin/nologin", u) for u in (ALICE, BOB, SERVICE)]
    steps += [("usermod", "-a", "-G", SHARED, ALICE), ("usermod", "-a", "-G", SHARED, BOB)]
    for step in steps:
        done = run(*step)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(step)}: {done.stderr}")


def remove_users():
    for user in (ALICE, BOB, SERVICE):
        run("userdel", user)
        run("groupdel", user)
    run("groupdel", SHARED)


def uid(name):
    return pwd.getpwnam(name).pw_uid


# --- a server that acts as its users ----------------------------------------------------------------------

class UnixServer(SignetServer):
    """As root, or (service) as a user with CAP_SETUID and CAP_SETGID and nothing else."""

    def __init__(self, service=False, server=None, **more):
        more.setdefault("users", (ALICE, BOB, NO_UNIX, ROOT_USER))
        super().__init__(server=UNIX | (server or {}), share={"file_mode": "0660", "directory_mode": "0770"}, **more)
        self.service = service
        self.dir.chmod(0o711)
        self.share.chmod(0o1777)
        for name in (ALICE, BOB):
            own = self.share / name
            own.mkdir(mode=0o755)
            os.chown(own, uid(name), pwd.getpwnam(name).pw_gid)
        common = self.share / "common"
        common.mkdir()
        os.chown(common, 0, grp.getgrnam(SHARED).gr_gid)
        common.chmod(0o2770)
        if service:
            for path in (self.state, *self.state.iterdir(), self.config, self.dir):
                os.chown(path, uid(SERVICE), pwd.getpwnam(SERVICE).pw_gid)

    def start(self):
        if not self.service:
            os.umask(0o007)
            return super().start()
        binary = self.dir / "as_service"
        binary.write_text(f"""#!/bin/sh
umask 007
exec setpriv --reuid {SERVICE} --regid {SERVICE} --clear-groups --bounding-set -all,+setuid,+setgid \\
    --inh-caps -all,+setuid,+setgid --ambient-caps -all,+setuid,+setgid {BINARY} "$@"
""")
        binary.chmod(0o755)
        import signet_server
        before, signet_server.BINARY = signet_server.BINARY, binary
        try:
            return super().start()
        finally:
            signet_server.BINARY = before

    def threads(self):
        """The four user ids, the four group ids and the groups of each thread."""
        found = set()
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            text = (task / "status").read_text()
            found.add(tuple(re.search(rf"^{key}:\s*(.*)$", text, re.M)[1].strip() for key in ("Uid", "Gid", "Groups")))
        return found


def put(path, text, owner, mode=0o600):
    path.write_text(text)
    os.chown(path, uid(owner), pwd.getpwnam(owner).pw_gid)
    path.chmod(mode)
    return path


def owner_of(path):
    return pwd.getpwuid(path.lstat().st_uid).pw_name


def expect(report, name, result, *words):
    """smbclient's words have all of these."""
    _, out = result
    report.check(name, all(w in out for w in words), out[-400:])


def check_threads(report, name, server, tries=100):
    """Every thread is the server again, in every respect, once nothing goes on."""
    found = server.threads()
    while len(found) != 1 and tries > 0:
        time.sleep(0.02)
        tries -= 1
        found = server.threads()
    ids = {i for t in found for i in (t[0] + "\t" + t[1]).split()}
    own = {str(uid(SERVICE)), str(pwd.getpwnam(SERVICE).pw_gid)} if server.service else {"0"}
    report.check(f"{name}: no thread stays somebody else", len(found) == 1 and ids == own, str(found))


# --- what must hold ---------------------------------------------------------------------------------------

def check_rights(report, name, server):
    secret = put(server.share / "secret", "bob's alone", BOB)
    public = put(server.share / "public", "bob's for all to read", BOB, 0o644)
    inner = put(server.share / BOB / "inner", "bob's in his own folder", BOB, 0o644)
    there = server.dir / "got"
    expect(report, f"{name}: bob's own file", smbclient(server, f"get secret {there}", user=BOB), "getting file")
    expect(report, f"{name}: not alice's to read", smbclient(server, f"get secret {there}", user=ALICE),
           "NT_STATUS_ACCESS_DENIED")
    expect(report, f"{name}: not alice's to overwrite", smbclient(server, "put /etc/services secret", user=ALICE),
           "NT_STATUS_ACCESS_DENIED")
    expect(report, f"{name}: what all may read, alice reads", smbclient(server, f"get public {there}", user=ALICE),
           "getting file")
    expect(report, f"{name}: and does not write", smbclient(server, "put /etc/services public", user=ALICE),
           "NT_STATUS_ACCESS_DENIED")
    expect(report, f"{name}: nor append", smbclient(server, "reput /etc/services public", user=ALICE),
           "NT_STATUS_ACCESS_DENIED")
    for command in ("del public", "rename public mine", "setmode public +r"):
        expect(report, f"{name}: no '{command}'", smbclient(server, command, user=ALICE), "NT_STATUS_")
    for command in (f"put /etc/services {BOB}\\new", f"mkdir {BOB}\\new", f"del {BOB}\\inner",
                    f"rename {BOB}\\inner {ALICE}\\inner"):
        expect(report, f"{name}: in bob's folder no '{command.split()[0]}'", smbclient(server, command, user=ALICE),
               "NT_STATUS_ACCESS_DENIED")
    for access in (0x2, 0x4, 0x10, 0x40002):
        got = opened(server, ALICE, "public", access)
        report.check(f"{name}: no access {access:#x}", got == "STATUS_ACCESS_DENIED", got)
    got = opened(server, ALICE, "public", MAXIMUM_ALLOWED)
    report.check(f"{name}: as much as there is, alice can have", got == "STATUS_SUCCESS", got)
    expect(report, f"{name}: alice sees the listing", smbclient(server, "ls", user=ALICE), "public", ALICE)
    same = (secret.read_text(), public.read_text(), inner.read_text())
    report.check(f"{name}: nothing has changed", same == (
        "bob's alone", "bob's for all to read", "bob's in his own folder"), str(same))


def check_owners(report, name, server):
    commands = "put /etc/services f; mkdir d; put /etc/services d\\f; put /etc/services f:stream; rename f g; mkdir x; rmdir x"
    for user in (ALICE, BOB):
        folder = server.share / user
        expect(report, f"{name}: {user} makes files", smbclient(server, f"cd {user}; {commands}", user=user), "putting")
        made = [folder / "g", folder / "d", folder / "d" / "f"]
        owners = {owner_of(p) for p in made if p.exists()}
        report.check(f"{name}: they are {user}'s", all(p.exists() for p in made) and owners == {user}, str(owners))
        expect(report, f"{name}: {user} deletes them", smbclient(server, f"cd {user}; del g; del d\\f; rmdir d", user=user))
        report.check(f"{name}: they are gone", not any(p.exists() for p in made))


def check_group(report, name, server):
    common = server.share / "common"
    expect(report, f"{name}: alice puts a file into the group's folder",
           smbclient(server, "put /etc/services common\\f", user=ALICE), "putting")
    made = common / "f"
    report.check(f"{name}: hers, and the group's", made.exists() and owner_of(made) == ALICE
                 and made.stat().st_gid == grp.getgrnam(SHARED).gr_gid, str(list(common.iterdir())))
    expect(report, f"{name}: bob writes it, by his supplementary group",
           smbclient(server, "put /etc/hostname common\\f", user=BOB), "putting")
    report.check(f"{name}: it stays alice's", owner_of(made) == ALICE and
                 made.read_bytes() == Path("/etc/hostname").read_bytes())
    for access in (WRITE_DAC, WRITE_OWNER):
        got = {user: opened(server, user, "common\\f", access) for user in (ALICE, BOB)}
        report.check(f"{name}: who may use it is its owner's to say ({access:#x})", got == {
            ALICE: "STATUS_SUCCESS", BOB: "STATUS_ACCESS_DENIED"}, str(got))
    expect(report, f"{name}: bob deletes it, for the folder is the group's",
           smbclient(server, "del common\\f", user=BOB))
    report.check(f"{name}: it is gone", not made.exists())


def opened(server, user, path, access, options=0):
    """What comes of opening a file so; nothing is closed, the client just ends."""
    done = subprocess.run([OPENER, str(server.port), user, PASSWORD + user, "data", path, hex(access), hex(options)],
                          text=True, capture_output=True, check=False)
    return done.stdout.strip() or done.stderr


def check_drop_box(report, name, server):
    """Bob's folder that others may put files into, and not look into; also where its descriptor, which only he may
    read, says who may."""
    box = server.share / "box"
    box.mkdir()
    os.chown(box, uid(BOB), pwd.getpwnam(BOB).pw_gid)
    box.chmod(0o733)
    put(box / "bobs", "not for alice", BOB)
    expect(report, f"{name}: alice puts a file into the drop box, and a folder",
           smbclient(server, "put /etc/hostname box\\letter; mkdir box\\parcel; put /etc/hostname box\\parcel\\f", user=ALICE), "putting")
    made = [box / "letter", box / "parcel" / "f"]
    report.check(f"{name}: they are hers", all(p.exists() and owner_of(p) == ALICE for p in made), str(list(box.iterdir())))
    there = server.dir / "got"
    expect(report, f"{name}: she reads her own, by its name", smbclient(server, f"get box\\letter {there}", user=ALICE), "getting file")
    for what, command, status in (("sees no names", "ls box\\*", "ACCESS_DENIED"), ("reads nobody else's", f"get box\\bobs {there}", "ACCESS_DENIED"),
                                  ("finds no other spelling", f"get box\\LETTER {there}", "OBJECT_NAME_NOT_FOUND")):
        expect(report, f"{name}: alice {what} in it", smbclient(server, command, user=ALICE), f"NT_STATUS_{status}")
    expect(report, f"{name}: bob looks into it", smbclient(server, "ls box\\*", user=BOB), "bobs")
    for access, can in (("FA", True), ("0x1200a9", False)):
        set_descriptor(box, f"O:WDG:WDD:(A;;{access};;;WD)")
        _, said = smbclient(server, f"put /etc/hostname box\\by-{access}", user=ALICE)
        report.check(f"{name}: a descriptor that {'lets all' if can else 'lets nobody'} add files is kept to", ("putting" in said and
                     (box / f"by-{access}").exists()) if can else "ACCESS_DENIED" in said, said)


def set_descriptor(path, sddl):
    """As Samba stores it, where users may."""
    stored = xattr.NTACL()
    stored.version = 1
    stored.info = security.descriptor.from_sddl(sddl, security.dom_sid("S-1-5-21-1-2-3"))
    os.setxattr(path, "user.NTACL", ndr_pack(stored))


def check_delete_on_close(report, name, server):
    """The deletion comes when the session is gone, on a worker: still as its user. In bob's own folder, where
    neither the server nor anybody else may delete."""
    path = put(server.share / BOB / "doomed", "x", BOB)
    got = opened(server, BOB, f"{BOB}\\doomed", DELETE, DELETE_ON_CLOSE)
    report.check(f"{name}: a client opens a file to be deleted, and vanishes", got == "STATUS_SUCCESS", got)
    for _ in range(100):
        if not path.exists():
            break
        time.sleep(0.05)
    report.check(f"{name}: the file is gone", not path.exists())
    check_threads(report, name, server)


def check_nobody(report, name, server):
    for user, reason in ((NO_UNIX, "no_unix_user"), (ROOT_USER, "unix_user_is_root")):
        expect(report, f"{name}: {user} gets no files", smbclient(server, "ls", user=user), "NT_STATUS_ACCESS_DENIED")
        report.check(f"{name}: {user}'s event says why", server.wait_for_event("tree_connect", reason=reason))
        expect(report, f"{name}: {user} has IPC$", smbclient(server, "", user=user, share="IPC$"))


def group_service(report):
    """The server as a user of its own that has CAP_SETUID and CAP_SETGID and no other right."""
    with UnixServer(service=True) as server:
        for check in (check_rights, check_owners, check_group, check_drop_box, check_delete_on_close, check_nobody):
            check(report, "service", server)
        check_threads(report, "service", server)
        own = {owner_of(p) for p in (server.events_file, *server.state.iterdir())}
        report.check("service: its own files stay its own", own == {SERVICE}, str(own))


HIDING = """
[access hidden]
share = data
users = sgnalice
deny = box/hidden* secrets
"""


def group_rules(report):
    """The same drop box in a share with [access] rules, where names count only as folders list them."""
    with UnixServer(service=True, more_config=HIDING) as server:
        for name in ("hidden", "hidden-too"):
            put(server.share / name, "not for alice", BOB)
        check_drop_box(report, "rules", server)
        box = server.share / "box"
        box.chmod(0o733)
        set_descriptor(box, "O:WDG:WDD:(A;;FA;;;WD)")
        _, said = smbclient(server, "put /etc/hostname box\\after; put /etc/hostname box\\AFTER", user=ALICE)
        report.check("rules: other spellings stay other names for who may not list, whoever has listed it meanwhile",
                     (box / "after").exists() and (box / "AFTER").exists(), said)
        put(box / "hidden", "not for alice", BOB, 0o666)
        for command, status in ((f"get box\\hidden {server.dir}/got", "OBJECT_NAME_NOT_FOUND"),
                                ("put /etc/hostname box\\hidden", "ACCESS_DENIED"),
                                ("put /etc/hostname box\\Hidden-new", "ACCESS_DENIED"),
                                ("rename box\\after box\\hidden", "ACCESS_DENIED")):
            expect(report, f"rules: what is denied in it stays denied: {command.split()[0]}",
                   smbclient(server, command, user=ALICE), f"NT_STATUS_{status}")
        box.chmod(0o333)  # nobody may list it, its owner neither
        expect(report, "rules: a folder that nobody lists is no drop box there",
               smbclient(server, "put /etc/hostname box\\last", user=ALICE), "NT_STATUS_ACCESS_DENIED")
        report.check("rules: nothing of bob's was touched", (box / "hidden").read_text() == "not for alice")
        check_threads(report, "rules", server)


def group_root(report):
    """Started as root: root's rights to all files do not shine through."""
    with UnixServer() as server:
        for check in (check_rights, check_owners, check_group, check_drop_box, check_nobody):
            check(report, "root", server)
        check_threads(report, "root", server)
        own = {owner_of(p) for p in (server.events_file, *server.state.iterdir())}
        report.check("root: its own files stay its own", own == {"root"}, str(own))


def hammer(server, user, number, wrong):
    """Makes files, reads the other's, deletes some: as fast as it goes, in one session."""
    other = BOB if user == ALICE else ALICE
    commands = []
    for i in range(FILES_EACH):
        name = f"{user}-{number}-{i}"
        commands.append(f"put /etc/hostname {name}")
        if i % 3 == 0:
            commands.append(f"get private-{other} /dev/null")
        if i % 5 == 4:
            commands.append(f"del {name}")
    done = subprocess.run(smbclient_command(server, "", user=user)[:-2], input="\n".join(commands) + "\n", text=True,
                          capture_output=True, timeout=240, check=False)
    text = done.stdout + done.stderr
    if f"getting file \\private-{other}" in text:
        wrong.append(f"{user} has read {other}'s file")
    if text.count("putting file") != FILES_EACH:
        wrong.append(f"{user}: {text.count('putting file')} files made: {text[-300:]}")
    if text.count("NT_STATUS_ACCESS_DENIED opening remote file") != (FILES_EACH + 2) // 3:
        wrong.append(f"{user}: refused {text.count('NT_STATUS_ACCESS_DENIED')} times")


def watch(server, stop, seen):
    while not stop.is_set():
        for ids in server.threads():
            seen.add(ids)


def group_concurrent(report):
    """Two users at once, on several connections each, on the same threads: they never cross."""
    with UnixServer(service=True, server={"threads": 1}) as server:
        for user in (ALICE, BOB):
            put(server.share / f"private-{user}", "private", user)
        wrong, stop, seen = [], threading.Event(), set()
        workers = [threading.Thread(target=hammer, args=(server, user, n, wrong)) for user in (ALICE, BOB) for n in range(2)]
        watcher = threading.Thread(target=watch, args=(server, stop, seen))
        for t in (*workers, watcher):
            t.start()
        for t in workers:
            t.join()
        stop.set()
        watcher.join()
        report.check("concurrent: everybody got what is his, and no more", not wrong, str(wrong[:3]))
        owners = [(p.name.split("-")[0], owner_of(p)) for p in server.share.glob("sgn*-*-*")]
        crossed = [o for o in owners if o[0] != o[1]]
        wanted = 4 * (FILES_EACH - FILES_EACH // 5)
        report.check(f"concurrent: each of {wanted} files is its maker's", not crossed and len(owners) == wanted,
                     f"{len(owners)} files, crossed: {crossed[:3]}")
        acted = {t[0].split()[3] for t in seen}
        report.check("concurrent: threads were seen acting as both", {str(uid(ALICE)), str(uid(BOB))} <= acted, str(acted))
        bad = [t for t in seen if set(t[0].split()[:3]) != {str(uid(SERVICE))}]
        report.check("concurrent: but never so that they could be signalled or traced by them", not bad, str(bad[:2]))
        check_threads(report, "concurrent", server)


def group_owner_sid(report):
    """An owner with an account is that account in security descriptors, another one is S-1-22-1-<uid>."""
    with UnixServer(service=True) as server:
        put(server.share / "alices", "x", ALICE, 0o644)
        stranger = put(server.share / "strangers", "x", SERVICE, 0o644)
        done = subprocess.run([BINARY, "user", "list", "--config", server.config, "--json"], text=True,
                              capture_output=True, check=False)
        sid = re.search(rf'"{ALICE}",\s*"sid": "(S-[0-9-]+)"', done.stdout)
        for name, wanted in (("alices", sid and sid[1]), (stranger.name, f"S-1-22-1-{uid(SERVICE)}")):
            _, out = smbclient(server, f"showacls; ls {name}", user=BOB)
            report.check(f"owner_sid: of {name}", re.search(rf"Owner SID:\s+{wanted}\s", out), out + done.stdout)


def group_refused(report):
    """Without the right to change identity it does not start, and says what to do."""
    server = SignetServer(users=(ALICE,), server=UNIX)
    done = subprocess.run(["setpriv", "--bounding-set", "-setuid", "--inh-caps", "-all", BINARY, "serve", "--config",
                           server.config], text=True, capture_output=True, timeout=20, check=False)
    report.check("refused: no start without CAP_SETUID", done.returncode == 1 and "CAP_SETUID" in done.stderr,
                 f"{done.returncode}: {done.stderr[-300:]}")
    server.__exit__()


GROUPS = [group_service, group_rules, group_root, group_concurrent, group_owner_sid, group_refused]


def main():
    report = Report()
    if os.geteuid() != 0:
        report.skip("identity", "needs root, to make users")
        return 0
    make_users()
    for group in GROUPS:
        if group.__name__.removeprefix("group_").startswith(sys.argv[1] if len(sys.argv) > 1 else ""):
            group(report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

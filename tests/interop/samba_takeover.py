#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves with a real Samba that a share of Samba's can be taken over as it is, and given back.

    samba_takeover.py PATH-OF-storage_dump

Runs a private smbd (acl_xattr, streams_xattr, DOS attributes, EAs) on a loopback address of its own,
with all of its state in a temporary folder. What smbclient and smbcacls write through it must be what
our storage functions read, and what those write must be what Samba shows. Needs root (smbd does, and
security.NTACL), Debian's samba and smbclient. Exit: 0 passed, 1 failed, 77 cannot run.
"""
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

from samba_server import private_folders

USER = "root%takeover"
FAILED = []
PROGRAMS = ("smbd", "smbclient", "smbcacls", "pdbedit")
# Shares: name, extra lines. acl_xattr trusts the descriptor in different ways, or keeps it elsewhere.
SHARES = {
    "plain": "",
    "ignore": "acl_xattr:ignore system acls = yes",
    "user": "acl_xattr:ignore system acls = yes\n  acl_xattr:security_acl_name = user.NTACL",
}
READONLY, HIDDEN, SYSTEM, DIRECTORY, ARCHIVE, SPARSE = 1, 2, 4, 0x10, 0x20, 0x200


def check(what, got, expected):
    ok = got == expected
    print(f"{'PASS' if ok else 'FAIL'} {what}" + ("" if ok else f": got {got!r}, expected {expected!r}"), flush=True)
    if not ok:
        FAILED.append(what)


def run(*args):
    done = subprocess.run(args, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout, done.stderr


def must(*args):
    code, out, err = run(*args)
    if code:
        raise RuntimeError(f"{args} exited with {code}: {out}{err}")
    return out


def filetime(year, month, day, hour=0, minute=0, second=0):
    import calendar
    return (calendar.timegm((year, month, day, hour, minute, second)) + 11644473600) * 10_000_000


class Samba:
    """A private smbd. smbcacls knows no other port than 445, so it is the address that is its own."""

    def __init__(self, base):
        self.base = base
        self.address = f"127.{random.randint(64, 126)}.{random.randint(1, 254)}.{random.randint(1, 254)}"
        self.conf = os.path.join(base, "smb.conf")
        for name in SHARES:
            os.mkdir(os.path.join(base, name))
        with open(self.conf, "w") as f:
            f.write(self.configuration())
        subprocess.run(["pdbedit", "-s", self.conf, "-a", "-t", "-u", "root"], input="takeover\ntakeover\n",
                       text=True, check=True, capture_output=True)
        self.log = open(os.path.join(base, "smbd.log"), "w")
        self.process = subprocess.Popen(["smbd", "-F", "-s", self.conf, "--no-process-group"],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        start_new_session=True)
        self.wait()

    def configuration(self):
        b = self.base
        text = f"""[global]
  netbios name = TAKEOVER
  workgroup = TEST
  server role = standalone server
  interfaces = {self.address}/8
  bind interfaces only = yes
  smb ports = 445
  disable netbios = yes
  log file = {b}/log.%m
  log level = 1
{private_folders(b)}  passdb backend = tdbsam:{b}/private/passdb.tdb
  load printers = no
  disable spoolss = yes
  store dos attributes = yes
  ea support = yes
  vfs objects = acl_xattr streams_xattr
"""
        for name, extra in SHARES.items():
            text += f"[{name}]\n  path = {b}/{name}\n  read only = no\n  {extra}\n"
        return text

    def wait(self):
        for _ in range(100):
            try:
                socket.create_connection((self.address, 445), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("smbd did not come up: " + open(self.log.name).read())

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.process.wait(10)
        self.log.close()

    def command(self, share, commands):
        return "smbclient", "-s", self.conf, "-U", USER, f"//{self.address}/{share}", "-c", commands

    def client(self, share, commands):
        return must(*self.command(share, commands))

    def acls(self, share, path, *options):
        return must("smbcacls", "-s", self.conf, "--numeric", "-U", USER, f"//{self.address}/{share}", path, *options)

    def show(self, share, path):
        """What Samba shows, in the form that storage_dump has."""
        info = {"streams": {}}
        for line in self.client(share, f'allinfo "{path}"').splitlines():
            if line.startswith("attributes:"):
                info["attributes"] = int(line[line.rindex("(") + 1:-1], 16)
            if line.startswith("create_time:"):
                t = time.strptime(line.split(":", 1)[1].strip(), "%a %b %d %H:%M:%S %Y %Z")
                info["create_time"] = filetime(*t[:6])
            if line.startswith("stream: [:") and "[::" not in line:
                name = line[len("stream: [:"):line.index(":$DATA]")]
                info["streams"][name] = int(line.split("], ")[1].split()[0])
        return info

    def show_sd(self, share, path):
        sd = {"acl": []}
        for line in self.acls(share, path).splitlines():
            key, _, value = line.partition(":")
            if key in ("OWNER", "GROUP"):
                sd[key.lower()] = value
            if key == "ACL":
                sd["acl"].append(value)
        return sd

    def get(self, share, path):
        target = os.path.join(self.base, "got")
        self.client(share, f'get "{path}" "{target}"')
        with open(target, "rb") as f:
            return f.read()

    def put(self, share, path, data):
        source = os.path.join(self.base, "given")
        with open(source, "wb") as f:
            f.write(data)
        self.client(share, f'put "{source}" "{path}"')

    def ea(self, share, path, name):
        """The bytes that geteas shows of one EA, None when it is not there."""
        data, here = None, False
        code, out, err = run(*self.command(share, f'geteas "{path}"'))
        if code and "NT_STATUS_NO_EAS_ON_FILE" not in out + err:
            raise RuntimeError(out + err)
        for line in out.splitlines():
            if line.endswith(") ="):
                here = line.startswith(name + " (")
                data = b"" if here else data
            elif line.startswith("[") and here:
                data += bytes.fromhex(line[line.index("]") + 1:][:50])
        return data


class Ours:
    def __init__(self, program, base):
        self.program, self.base = program, base

    def args(self, verb, share, path):
        place = "user" if share == "user" else "security"
        return self.program, verb, place, os.path.join(self.base, share, path)

    def read(self, share, path):
        return json.loads(must(*self.args("read", share, path)))

    def write(self, share, path, *fields):
        must(*self.args("write", share, path), *fields)


def sid(authority, *subs):
    return bytes([1, len(subs)]) + authority.to_bytes(6, "big") + b"".join(struct.pack("<I", s) for s in subs)


def ace(kind, flags, mask, who):
    return struct.pack("<BBHI", kind, flags, 8 + len(who), mask) + who


def descriptor(owner, group, aces, base=0):
    """A self-relative descriptor; base moves its offsets, as NDR does inside of a blob."""
    at = base + 20
    head = struct.pack("<BBHIIII", 1, 0, 0x8004, at, at + len(owner), 0, at + len(owner) + len(group))
    body = b"".join(aces)
    return head + owner + group + struct.pack("<BBHHH", 2, 0, 8 + len(body), len(aces), 0) + body


SD_TEXT = {"owner": "S-1-22-1-12345", "group": "S-1-22-2-54321",
           "acl": ["S-1-5-32-546:1/0x0/0x00000002", "S-1-1-0:0/0x0/0x001f01ff"]}
SD_PARTS = (sid(22, 1, 12345), sid(22, 2, 54321),
            [ace(1, 0, 0x2, sid(5, 32, 546)), ace(0, 0, 0x1f01ff, sid(1, 0))])


def samba_writes_we_read(samba, ours, share):
    samba.put(share, "theirs.txt", b"content\n")
    samba.put(share, "theirs.txt:Zone.Identifier", b"[ZoneTransfer]\r\nZoneId=3\r\n")
    samba.put(share, "theirs.txt:b\u00fccher", b"\0\1\2")
    samba.client(share, "setmode theirs.txt +hs; setea theirs.txt MyEA value1; "
                        "utimes theirs.txt 2001:02:03-04:05:06 -1 -1 -1")
    samba.acls(share, "theirs.txt", "-a", "ACL:S-1-5-32-546:ALLOWED/0/READ")
    seen = ours.read(share, "theirs.txt")
    check(f"{share}: attributes that Samba stored", seen["attributes"], HIDDEN | SYSTEM | ARCHIVE)
    check(f"{share}: creation time that Samba stored", seen["create_time"], filetime(2001, 2, 3, 4, 5, 6))
    check(f"{share}: streams that Samba stored", seen["streams"],
          {"Zone.Identifier": b"[ZoneTransfer]\r\nZoneId=3\r\n".hex(), "b\u00fccher": "000102"})
    check(f"{share}: EA that Samba stored", seen["eas"], {"MyEA": b"value1".hex()})
    check(f"{share}: descriptor that Samba stored", seen["sd"], samba.show_sd(share, "theirs.txt"))
    check(f"{share}: that is the one given", "S-1-5-32-546:0/0x0/0x001200a9" in seen["sd"]["acl"], True)


def samba_writes_directory_we_read(samba, ours, share):
    samba.client(share, "mkdir theirs")
    samba.put(share, "theirs:onDir", b"x")
    samba.acls(share, "theirs", "-a", "ACL:S-1-5-32-546:ALLOWED/3/READ")
    seen = ours.read(share, "theirs")
    check(f"{share}: a directory's attributes", seen["attributes"], samba.show(share, "theirs")["attributes"])
    check(f"{share}: it is a directory", seen["attributes"] & DIRECTORY, DIRECTORY)
    check(f"{share}: a directory's stream", seen["streams"], {"onDir": "78"})
    check(f"{share}: a directory's descriptor", seen["sd"], samba.show_sd(share, "theirs"))


def we_write_samba_reads(samba, ours, share):
    with open(os.path.join(samba.base, share, "ours.txt"), "w") as f:
        f.write("content\n")
    sd = descriptor(*SD_PARTS)
    ours.write(share, "ours.txt", f"attributes={HIDDEN | READONLY | SPARSE}",
               f"create_time={filetime(1999, 12, 31, 23, 59, 58)}", "stream:Zone.Identifier=5a6f6e65",
               "stream:Empty=", "ea:OurEA=00ff10", f"sd={sd.hex()}")
    shown = samba.show(share, "ours.txt")
    check(f"{share}: Samba shows our attributes", shown["attributes"], HIDDEN | READONLY | SPARSE)
    check(f"{share}: Samba shows our creation time", shown["create_time"], filetime(1999, 12, 31, 23, 59, 58))
    check(f"{share}: Samba shows our streams", shown["streams"], {"Zone.Identifier": 4, "Empty": 0})
    check(f"{share}: Samba reads our stream", samba.get(share, "ours.txt:zone.identifier"), b"Zone")
    check(f"{share}: Samba shows our EA", samba.ea(share, "ours.txt", "OurEA"), b"\x00\xff\x10")
    check(f"{share}: Samba takes our descriptor", samba.show_sd(share, "ours.txt"), SD_TEXT)


def given_back_and_taken_again(samba, ours, share):
    """Samba changes what we wrote, we read it, we change it again, Samba reads that."""
    # Hidden too: a hidden file may not be overwritten by who does not say that it is hidden.
    samba.client(share, "setmode ours.txt -rh; setea ours.txt OUREA again")
    samba.put(share, "ours.txt:ZONE.IDENTIFIER", b"changed by Samba")
    samba.acls(share, "ours.txt", "-a", "ACL:S-1-5-32-545:ALLOWED/0/READ")
    seen = ours.read(share, "ours.txt")
    check(f"{share}: Samba cleared our READONLY and HIDDEN", seen["attributes"] & (READONLY | HIDDEN), 0)
    check(f"{share}: our creation time survived that", seen["create_time"], filetime(1999, 12, 31, 23, 59, 58))
    check(f"{share}: Samba wrote our stream, in another case", seen["streams"],
          {"Zone.Identifier": b"changed by Samba".hex(), "Empty": ""})
    check(f"{share}: Samba wrote our EA, in another case", seen["eas"], {"OurEA": b"again".hex()})
    check(f"{share}: Samba added to our descriptor", "S-1-5-32-545:0/0x0/0x001200a9" in seen["sd"]["acl"], True)
    ours.write(share, "ours.txt", "stream:zOnE.identifier=6f7572", "ea:OUREA=", f"sd={descriptor(*SD_PARTS).hex()}")
    check(f"{share}: our stream again", samba.get(share, "ours.txt:Zone.Identifier"), b"our")
    check(f"{share}: our EA is removed", samba.ea(share, "ours.txt", "OurEA"), None)
    check(f"{share}: our descriptor again", samba.show_sd(share, "ours.txt"), SD_TEXT)


def dosattrib(version, body, text=b""):
    blob = text + b"\0"
    blob += bytes(-len(blob) % 2) + struct.pack("<HH", version, version)
    return blob + bytes(-len(blob) % 4) + body


def old_attribute_versions(samba, ours):
    """All versions of the blob: Samba and we must see the same in them."""
    created, other = filetime(2003, 4, 5, 6, 7, 8), filetime(2009, 9, 9)
    sizes = struct.pack("<IQQ", 0, 100, 4096)
    blobs = {
        "hex text": b"0x22\0",
        "version 1": dosattrib(1, struct.pack("<I", 0x22) + sizes + struct.pack("<QQ", created, other)),
        "version 2": dosattrib(2, struct.pack("<II", 0, 0x22) + sizes + struct.pack("<QQQ", created, other, other) + b"n\0"),
        "version 3": dosattrib(3, struct.pack("<II", 0x11, 0x22) + sizes + struct.pack("<QQ", created, other), b"0x22"),
        "version 3 without time": dosattrib(3, struct.pack("<II", 1, 0x22) + sizes + struct.pack("<QQ", created, other)),
        "version 4": dosattrib(4, struct.pack("<IIQQ", 0x51, 0x22, other, created)),
        "version 5": dosattrib(5, struct.pack("<IIQ", 0x11, 0x22, created)),
    }
    for number, (what, blob) in enumerate(blobs.items()):
        name = f"old{number}.txt"
        path = os.path.join(samba.base, "plain", name)
        open(path, "w").close()
        os.setxattr(path, "user.DOSATTRIB", blob)
        shown, seen = samba.show("plain", name), ours.read("plain", name)
        check(f"DOSATTRIB {what}: attributes as Samba", (seen["attributes"], seen["stored"]), (shown["attributes"], True))
        # smbclient shows whole seconds, and the file system's own time is not taken at the same place by both.
        apart = abs(seen["create_time"] - shown["create_time"])
        check(f"DOSATTRIB {what}: creation time as Samba", apart <= 10_000_000, True)


def old_descriptor_versions(samba, ours):
    """The same for NTACL. The share ignores system ACLs, so that Samba does not compare hashes."""
    digest = struct.pack("<H", 1) + bytes(64)
    heads = {
        "version 1": struct.pack("<HHI", 1, 1, 0x20000),
        "version 2": struct.pack("<HHII", 2, 2, 0x20000, 0x20004) + bytes(16),
        "version 3": struct.pack("<HHII", 3, 3, 0x20000, 0x20004) + digest + bytes(2),
    }
    for text in (b"posix_acl", b"a", b"abc"):  # the text's length moves what comes after it
        head = struct.pack("<HHII", 4, 4, 0x20000, 0x20004) + digest + text + b"\0"
        heads[f"version 4 {text.decode()}"] = head + bytes(-len(head) % 4) + bytes(8) + bytes(64)
    for number, (what, head) in enumerate(heads.items()):
        name = f"acl{number}.txt"
        path = os.path.join(samba.base, "ignore", name)
        open(path, "w").close()
        os.setxattr(path, "security.NTACL", head + descriptor(*SD_PARTS, base=len(head)))
        check(f"NTACL {what}: Samba reads it", samba.show_sd("ignore", name), SD_TEXT)
        check(f"NTACL {what}: we read it", ours.read("ignore", name)["sd"], SD_TEXT)


def run_all(samba, ours):
    for share in SHARES:
        samba_writes_we_read(samba, ours, share)
        samba_writes_directory_we_read(samba, ours, share)
        we_write_samba_reads(samba, ours, share)
        given_back_and_taken_again(samba, ours, share)
    old_attribute_versions(samba, ours)
    old_descriptor_versions(samba, ours)


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    missing = [p for p in PROGRAMS if not shutil.which(p)]
    if os.geteuid() != 0 or missing:
        print("SKIP needs root" if not missing else f"SKIP without {', '.join(missing)}")
        return 77
    # /var/tmp: /tmp may be a tmpfs, which has no user attributes before Linux 6.6.
    with tempfile.TemporaryDirectory(prefix="samba-takeover-", dir="/var/tmp") as base:
        samba = Samba(base)
        try:
            run_all(samba, Ours(os.path.abspath(sys.argv[1]), base))
        finally:
            samba.stop()
    print(f"{len(FAILED)} failed" if FAILED else "all passed")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())

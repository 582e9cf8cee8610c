#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A share that Samba wrote is served by Signet as it is, and read by Samba again after that.

Streams, DOS attributes, creation times, EAs and access control lists; samba_takeover.py proves the same
of the storage functions alone. Needs root, as smbd does."""

import calendar
import os
import re
import shutil
import sys
import tempfile
import time

from interop_tools import smbclient, stop_cleanly
from samba_takeover import ARCHIVE, HIDDEN, PROGRAMS, READONLY, SYSTEM, Samba, filetime
from signet_server import Report, SignetServer

SHARE = "ignore"  # acl_xattr:ignore system acls, so that the stored descriptor alone counts
EVERYONE = "S-1-1-0"


class Signet:
    """What Signet shows of Samba's folder, in Samba.show's form."""

    def __init__(self, server):
        self.server = server

    def client(self, commands):
        return smbclient(self.server, commands)[1]

    def show(self, path):
        info = {"streams": {}}
        out = self.client(f'allinfo "{path}"')
        for line in out.splitlines():
            if line.startswith("attributes:"):
                info["attributes"] = int(line[line.rindex("(") + 1:-1], 16)
            if line.startswith("create_time:"):
                t = time.strptime(line.split(":", 1)[1].strip(), "%a %b %d %H:%M:%S %Y %Z")
                info["create_time"] = (calendar.timegm(t) + 11644473600) * 10_000_000
            if line.startswith("stream: [:") and "[::" not in line:
                name = line[len("stream: [:"):line.index(":$DATA]")]
                info["streams"][name] = int(line.split("], ")[1].split()[0])
        return info

    def get(self, path):
        target = self.server.dir / "got"
        target.unlink(missing_ok=True)
        out = self.client(f'get "{path}" "{target}"')
        return target.read_bytes() if target.exists() else out

    def put(self, path, data):
        source = self.server.dir / "given"
        source.write_bytes(data)
        return self.client(f'put "{source}" "{path}"')


def same(report, name, got, wanted):
    report.check(name, got == wanted, f"got {got!r}, wanted {wanted!r}")


def samba_wrote(report, samba, signet):
    samba.acls(SHARE, "/", "-S", f"ACL:{EVERYONE}:ALLOWED/3/FULL")
    samba.client(SHARE, "mkdir dir")
    for path in ("dir\\theirs.txt", "theirs.txt"):
        samba.put(SHARE, path, b"content of Samba\n" * 1000)
        samba.put(SHARE, f"{path}:Zone.Identifier", b"[ZoneTransfer]\r\nZoneId=3\r\n")
        samba.put(SHARE, f"{path}:b\u00fccher", b"\0\1\2")
        samba.client(SHARE, f'setmode "{path}" +hs; setea "{path}" MyEA value1; '
                            f'utimes "{path}" 2001:02:03-04:05:06 -1 -1 -1')
    samba.put(SHARE, "denied.txt", b"not for everyone")
    samba.acls(SHARE, "denied.txt", "-S", f"ACL:{EVERYONE}:DENIED/0/FULL")
    samba.put(SHARE, "readonly.txt", b"read me")
    samba.acls(SHARE, "readonly.txt", "-S", f"ACL:{EVERYONE}:ALLOWED/0/READ")
    for path in ("dir\\theirs.txt", "theirs.txt"):
        same(report, f"{path}: attributes, creation time, streams", signet.show(path), samba.show(SHARE, path))
        same(report, f"{path}: content", signet.get(path), b"content of Samba\n" * 1000)
        same(report, f"{path}: a stream", signet.get(f"{path}:zone.identifier"), b"[ZoneTransfer]\r\nZoneId=3\r\n")
        same(report, f"{path}: a stream with an umlaut", signet.get(f"{path}:b\u00fccher"), b"\0\1\2")
        out = signet.client(f'geteas "{path}"')
        report.check(f"{path}: EA", "MyEA" in out.replace("MYEA", "MyEA") and "76 61 6C 75 65 31" in out, out)
        report.check(f"{path}: shown as Samba shows it", signet.show(path)["attributes"] == HIDDEN | SYSTEM | ARCHIVE)


def samba_forbade(report, signet):
    out = signet.get("denied.txt")
    report.check("an ACL of Samba's that denies all: read", "NT_STATUS_ACCESS_DENIED" in str(out), str(out))
    out = signet.put("denied.txt", b"x")
    report.check("an ACL of Samba's that denies all: write", "NT_STATUS_ACCESS_DENIED" in out, out)
    same(report, "an ACL of Samba's that allows to read: read", signet.get("readonly.txt"), b"read me")
    out = signet.put("readonly.txt", b"x")
    report.check("an ACL of Samba's that allows to read: write", "NT_STATUS_ACCESS_DENIED" in out, out)


def signet_wrote(report, samba, signet):
    out = signet.put("dir\\ours \u65e5\u672c.txt", b"content of Signet\n" * 3000)
    report.check("ours: put", "NT_STATUS" not in out, out)
    path = "dir\\ours \u65e5\u672c.txt"
    signet.put(f"{path}:Zone.Identifier", b"Zone")
    signet.put(f"{path}:\u00dcber", bytes(2000))
    out = signet.put("large.txt:stream", bytes(1 << 20))
    report.check("ours: a stream that no xattr can hold is refused", re.search("NT_STATUS_(DISK_FULL|FILE_TOO_LARGE"
                 "|INSUFFICIENT_RESOURCES|EA_TOO_LARGE|FILE_SYSTEM_LIMITATION)", out), out)
    out = signet.client(f'setea "{path}" OurEA value2; utimes "{path}" 1999:12:31-23:59:58 -1 -1 -1; '
                        f'setmode "{path}" +hr')
    report.check("ours: attributes, EA, times", "NT_STATUS" not in out, out)
    shown = samba.show(SHARE, path)
    same(report, "ours: attributes in Samba", shown["attributes"], HIDDEN | READONLY | ARCHIVE)
    same(report, "ours: creation time in Samba", shown["create_time"], filetime(1999, 12, 31, 23, 59, 58))
    same(report, "ours: streams in Samba", shown["streams"], {"Zone.Identifier": 4, "\u00dcber": 2000})
    same(report, "ours: content in Samba", samba.get(SHARE, path), b"content of Signet\n" * 3000)
    same(report, "ours: a stream's content in Samba", samba.get(SHARE, f"{path}:zone.identifier"), b"Zone")
    same(report, "ours: EA in Samba", samba.ea(SHARE, path, "OurEA") or samba.ea(SHARE, path, "OUREA"), b"value2")
    entries = samba.show_sd(SHARE, path)["acl"]
    report.check("ours: inherited ACL in Samba", any(e.startswith(f"{EVERYONE}:0/") and e.endswith("0x001f01ff")
                                                     for e in entries), f"{entries}")


def samba_changed_again(report, samba, signet):
    path = "dir\\ours \u65e5\u672c.txt"
    samba.client(SHARE, f'setmode "{path}" -rh; setea "{path}" OUREA again')
    samba.put(SHARE, f"{path}:ZONE.IDENTIFIER", b"changed by Samba")
    samba.client(SHARE, f'rename "{path}" back.txt')
    same(report, "given back: as Samba shows it", signet.show("back.txt"), samba.show(SHARE, "back.txt"))
    same(report, "given back: a stream", signet.get("back.txt:Zone.Identifier"), b"changed by Samba")
    same(report, "given back: content", signet.get("back.txt"), b"content of Signet\n" * 3000)
    out = signet.client("rename back.txt dir\\forth.txt; del theirs.txt")
    report.check("given back: rename, delete", "NT_STATUS" not in out, out)
    same(report, "given back: Samba sees it", samba.get(SHARE, "dir\\forth.txt:zone.identifier"), b"changed by Samba")


def main():
    report = Report()
    missing = [p for p in PROGRAMS if not shutil.which(p)]
    if os.geteuid() != 0 or missing:
        report.skip("takeover", "needs root" if not missing else f"without {' '.join(missing)}")
        return 0
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory(prefix="signet-takeover-", dir="/var/tmp") as base:
        samba = Samba(base)
        try:
            with SignetServer(share={"path": os.path.join(base, SHARE)}) as server:
                signet = Signet(server)
                samba_wrote(report, samba, signet)
                samba_forbade(report, signet)
                signet_wrote(report, samba, signet)
                samba_changed_again(report, samba, signet)
                stop_cleanly(report, "takeover", server)
        finally:
            samba.stop()
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

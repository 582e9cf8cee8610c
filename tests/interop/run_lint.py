#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `signet lint` takes a smb.conf to say is what Samba's own testparm says of it: each value that counts, of
[global] and of each share, and whether the file is one at all. And what a finding says of a server is so."""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from interop_tools import ENVIRONMENT
from samba_server import SAMBA_PROTECTION, Samba
from signet_server import BINARY, Report

TESTS = Path(__file__).resolve().parent.parent
DUMP = BINARY.parent / "tests" / "interop" / "lint_dump"
# What decides about a share's findings; testparm is asked for each of them alone.
OF_SHARES = ["admin users", "follow symlinks", "force user", "guest ok", "guest only", "hosts allow", "path",
             "printable", "read list", "read only", "server smb encrypt", "valid users", "wide links", "write list"]
# Of the machine, or testparm's own way of writing it.
NOT_COMPARED = {"netbios name", "server string", "max open files", "log level", "copy", "include", "config file",
                "workgroup", "netbios aliases", "netbios scope", "dos charset", "name resolve order", "printing", "printcap name",
                "load printers", "disable spoolss", "logging", "passdb backend", "server services", "dcerpc endpoint servers",
                "client ipc min protocol", "client ipc max protocol", "client max protocol",
                # A domain controller has others.
                "map archive", "vfs objects"}


def testparm(*arguments, cwd=TESTS / "lint"):
    done = subprocess.run(["testparm", "-s", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd, check=False,
                          env=ENVIRONMENT, timeout=30)
    return done.returncode, done.stdout.decode(errors="replace")


def plain(value):
    """Lists may be written with commas or blanks, strings in quotes."""
    return " ".join(re.split(r"[,\s]+", value.strip().strip('"'))).strip()


def ours(file, cwd=TESTS / "lint"):
    done = subprocess.run([DUMP, file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd, check=False, timeout=30)
    values = {}
    for line in done.stdout.decode(errors="replace").splitlines():
        section, name, value = line.split("\t", 2)
        values[section.lower(), name] = plain(value)
    return done.returncode, values


def global_of_samba(file, cwd=TESTS / "lint"):
    status, text = testparm("-v", file, cwd=cwd)
    values = {}
    for line in text.split("[global]", 1)[-1].splitlines():
        if line.startswith("["):
            break
        match = re.match(r"\t([^=]+?) = (.*)$", line)
        if match:
            values["global", match.group(1)] = plain(match.group(2))
    return status, values


def differences(file, cwd=TESTS / "lint", of_shares=OF_SHARES):
    status, wanted = global_of_samba(file, cwd)
    our_status, got = ours(file, cwd)
    if status != 0 or our_status != 0:
        return [] if status != 0 and our_status != 0 else [f"testparm ends with {status}, lint with {our_status}"]
    found = [f"{key}: {got[key]!r}, testparm {value!r}" for key, value in wanted.items()
             if key in got and key[1] not in NOT_COMPARED and got[key].lower() != value.lower()]
    for share in sorted({section for section, _ in got} - {"global"}):
        for name in of_shares:
            _, said = testparm(f"--section-name={share}", f"--parameter-name={name}", file, cwd=cwd)
            if plain(said).lower() != got[share, name].lower():
                found.append(f"[{share}] {name}: {got[share, name]!r}, testparm {plain(said)!r}")
    return found


def same_values(report):
    for path in sorted((TESTS / "lint").glob("samba_*.conf")):
        different = differences(path.name)
        report.check(f"{path.name}: values are those of testparm", not different, "; ".join(different[:5]))


def same_refusals(report):
    # It reads a NUL as the end of a line, and a loop of files until it has enough of it.
    folder = TESTS / "lint" / "malformed"
    for path in sorted(folder.glob("samba_*.conf")):
        if path.name == "samba_nul.conf":
            continue
        status, _ = testparm(path.name, cwd=folder)
        report.check(f"{path.name}: refused by both", status != 0 and ours(path.name, folder)[0] != 0, f"testparm: {status}")


def same_words_of_signet(report):
    """What the server says of a configuration that it does not take, lint says of it too."""
    folder = TESTS / "lint" / "malformed"
    for path in sorted(folder.glob("signet_*.conf")):
        check = subprocess.run([BINARY, "serve", "--check", "--config", path.name], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, cwd=folder, check=False, timeout=30)
        lint = subprocess.run([BINARY, "lint", "--json", path.name], stdout=subprocess.PIPE, cwd=folder, check=False,
                              timeout=30).stdout.decode()
        lines = [re.sub(r"^[^:]+:(\d+: )?", "", line) for line in check.stdout.decode().splitlines()]
        report.check(f"{path.name}: lint has serve --check's words", check.returncode != 0 and len(lines) > 1 and
                     all(line in lint for line in lines), f"{lines}: {lint[-300:]}")


SPELLINGS = {
    "guest ok": ["public", "GUEST OK", "guestok"], "read only": ["read only", "Read  Only"],
    "writeable": ["writable", "write ok", "writeable"], "server signing": ["server signing", "SERVERSIGNING"],
    "server smb encrypt": ["smb encrypt", "server smb encrypt"], "server min protocol": ["min protocol", "server min protocol"],
    "hosts allow": ["hosts allow", "allow hosts"], "wide links": ["wide links"], "guest only": ["only guest", "guest only"],
    "ntlm auth": ["ntlm auth", "NTLMAuth"], "map to guest": ["map to guest"], "valid users": ["valid users"],
    "available": ["available"], "restrict anonymous": ["restrict anonymous"], "printable": ["print ok", "printable"],
}
BOOLEANS = ["yes", "No", "TRUE", "false", "on", "Off", "0", "1"]
WORDS = {
    "server signing": ["mandatory", "auto", "Disabled", "if_required", "force", "default", "required", "yes", "off"],
    "server smb encrypt": ["required", "off", "desired", "enabled", "default", "enforced", "auto"],
    "server min protocol": ["SMB2", "smb3_11", "NT1", "SMB2_02", "SMB3", "default", "LANMAN1"],
    "ntlm auth": ["no", "yes", "disabled", "ntlmv2-only", "mschapv2-and-ntlmv2-only", "1"],
    "map to guest": ["Bad User", "never", "bad  password", "BADUID"],
    "hosts allow": ["192.0.2.1", "192.0.2. 127.0.0.1", "192.0.2.1,\\\n  192.0.2.2", ""],
    "valid users": ["alice", "@staff, \\\nbob", "%S", ""], "restrict anonymous": ["0", "1", "2"],
}


def any_line(rng):
    name = rng.choice(sorted(SPELLINGS))
    value = rng.choice(WORDS.get(name, BOOLEANS))
    line = f"{rng.choice(['', ' ', chr(9)])}{rng.choice(SPELLINGS[name])}{rng.choice([' = ', '=', ' =', '= '])}{value}\n"
    noise = rng.choice([""] * 8 + ["# a comment\n", "; another\n", "\n", "not a setting\n", "unheard of = 3\n",
                                   "# it ends in a backslash \\\n"])
    return noise + line


def any_file(rng):
    """Settings in any order and spelling, sections more than once, [global] anywhere, copies."""
    names = ["one", "two", "Three of Them"]
    text = ""
    begun = []
    for _ in range(rng.randrange(2, 9)):
        name = rng.choice(["global", *names])
        heading = rng.choice([f"[{name}]", f"[{name.upper()}]", f"[{name}] and more"])
        text += heading + rng.choice(["\n", "\r\n"])
        if name != "global":
            text += f"path = /srv/{len(begun)}\n"
            others = [n for n in begun if n != name]
            if others and rng.random() < 0.3:
                text += f"copy = {rng.choice(others)}\n"
            begun.append(name)
        text += "".join(any_line(rng) for _ in range(rng.randrange(0, 8)))
    return text


def any_files(report, wanted):
    folder = Path(tempfile.mkdtemp(prefix="lint-", dir="/var/tmp"))
    seed = int(os.environ.get("SEED", "1"))
    rng = random.Random(seed)
    refused = 0
    different = []
    for count in range(1, wanted + 1):
        (folder / "smb.conf").write_text(any_file(rng), newline="")
        different = differences("smb.conf", folder, rng.sample(OF_SHARES, 3))
        refused += ours("smb.conf", folder)[0] != 0
        if different:
            shutil.copy(folder / "smb.conf", folder.parent / f"lint-differs-{seed}-{count}.conf")
            break
    report.check(f"{wanted} files made at random (SEED={seed})", not different and refused < wanted // 2,
                 f"the {count}th (/var/tmp), {refused} refused: " + "; ".join(different[:3]))
    shutil.rmtree(folder)


def findings(file):
    done = subprocess.run([BINARY, "lint", "--json", file], stdout=subprocess.PIPE, check=False, timeout=30)
    return set(re.findall(r'"id": ?"(\w+)"', done.stdout.decode()))


ENCRYPTED = "smb encrypt = required"
CLAIMS = [
    # Settings, a finding, what proves it, and whether it works.
    ("as it is installed", "", "anonymous_lists_shares", ["smbclient", "-N", "-L"], True),
    ("as it is installed", "", "anonymous_lists_users", ["rpcclient", "-U%", "-c", "enumdomusers"], True),
    ("restrict anonymous = 1", "restrict anonymous = 1", "anonymous_lists_users", ["rpcclient", "-U%", "-c", "enumdomusers"], False),
    ("restrict anonymous = 1", "restrict anonymous = 1", "anonymous_lists_shares", ["smbclient", "-N", "-L"], False),
    ("restrict anonymous = 2", "restrict anonymous = 2", "anonymous_lists_shares", ["smbclient", "-N", "-L"], False),
    (ENCRYPTED, ENCRYPTED, "anonymous_lists_shares", ["smbclient", "-N", "-L"], False),
    ("map to guest = Bad User", "map to guest = Bad User", "guest_accepted", ["smbclient", "-Unobody_knows%x", "-L"], True),
    ("map to guest = Bad User, encrypted", f"map to guest = Bad User\n  {ENCRYPTED}", "guest_accepted",
     ["smbclient", "-Unobody_knows%x", "-L"], False),
    ("guest ok without map to guest", "guest ok = yes", "share_anonymous", ["smbclient", "-N", "-c", "ls"], True),
    ("guest ok, restrict anonymous = 2", "guest ok = yes\n  restrict anonymous = 2", "share_anonymous",
     ["smbclient", "-N", "-c", "ls"], True),
    ("guest ok, encrypted", f"guest ok = yes\n  {ENCRYPTED}", "share_anonymous", ["smbclient", "-N", "-c", "ls"], False),
]


def works(samba, command):
    """Whether the command is answered by a server with these settings, and what was said."""
    target = "127.0.0.1" if command[0] == "rpcclient" else "//127.0.0.1" + ("/data" if "-c" in command else "")
    done = subprocess.run([*command, target, "-p", str(samba.port), "-s", "/dev/null"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=ENVIRONMENT, timeout=30, check=False)
    said = done.stdout.decode(errors="replace")
    sign = "user:[" if command[0] == "rpcclient" else "blocks of size" if "-c" in command else "IPC$"
    return sign in said, said


def claims(report):
    for name, settings, wanted, command, expected in CLAIMS:
        samba = Samba("any", "/var/tmp")
        weak = SAMBA_PROTECTION["any"]
        samba.path.chmod(0o777)
        samba.dir.chmod(0o755)
        samba.conf.write_text(samba.conf.read_text().replace(weak, settings))
        found = wanted in findings(samba.conf)
        samba.start()
        worked, said = works(samba, command)
        samba.stop()
        report.check(f"{name}: {wanted} is {'so' if expected else 'not so'}", worked == expected and found == expected,
                     f"found: {found}, works: {worked}: {said[-300:]!r}")


def main():
    report = Report()
    same_values(report)
    same_refusals(report)
    same_words_of_signet(report)
    any_files(report, int(os.environ.get("RANDOM_FILES", "20")))
    claims(report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

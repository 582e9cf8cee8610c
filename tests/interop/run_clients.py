#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A tree of files there and back through each client that Debian has, sealed; then many clients at once.

    run_clients.py [PART ...]     all parts, or those named: smbclient tar rclone gio smbc sparse many names
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.parse
from collections import Counter

from interop_tools import (ENVIRONMENT, check_events, check_same, check_sealed, digest, make_tree, scratch,
                           smbclient, smbclient_command, stop_cleanly)
from signet_server import PASSWORD, Report, SignetServer

FILES = int(os.environ.get("SIGNET_TEST_FILES", "1500"))
CLIENTS = 20
LISTED = 10000


def run(args, timeout=120, env=None, **more):
    done = subprocess.run([str(a) for a in args], env=ENVIRONMENT | (env or {}), timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    return done.returncode, done.stdout.decode(errors="replace")


def there_and_back(report, server, source, name, put, get):
    """put(folder) copies source's tree into a folder of the share, get(folder, target) back."""
    (server.share / name).mkdir()
    code, out = put(name)
    report.check(f"{name}: put", code == 0, out[-500:])
    check_same(report, f"{name}: what the server has", source, server.share / name)
    back = scratch(server, f"back-{name}")
    code, out = get(name, back)
    report.check(f"{name}: get", code == 0, out[-500:])
    check_same(report, f"{name}: what came back", source, back)
    shutil.rmtree(back)


# --- smbclient ----------------------------------------------------------------------------------------

def part_smbclient(report, server, source):
    name = "smbclient"
    there_and_back(
        report, server, source, name,
        lambda folder: smbclient(server, f'recurse; prompt; cd {folder}; lcd "{source}"; mput *'),
        lambda folder, to: smbclient(server, f'recurse; prompt; cd {folder}; lcd "{to}"; mget *'))
    changes(report, server, name)


def changes(report, server, name):
    """Rename, move, delete: what is on the disk, and what the events say."""
    before = len(server.events())
    code, out = smbclient(server, "mkdir Änderung; put /etc/passwd Änderung\\日本.txt; cd Änderung; "
                                  "rename 日本.txt 𝄞.txt; mkdir sub; rename 𝄞.txt sub\\moved.txt; "
                                  "rename sub umbenannt; put /etc/hostname gone; del gone; mkdir empty; rmdir empty")
    report.check(f"{name}: rename, move, delete", code == 0 and "NT_STATUS" not in out, out)
    left = {p: h for p, h in digest(server.share / "Änderung").items() if h == "directory"}
    report.check(f"{name}: what the disk has after it",
                 set(digest(server.share / "Änderung")) == {"umbenannt", "umbenannt/moved.txt"}, f"{left}")
    e = server.wait_for_event("file_delete", path="Änderung/empty")
    report.check(f"{name}: event of rmdir", e is not None)
    new = server.events()[before:]
    told = [(e["kind"], e.get("path"), e.get("target_path")) for e in new if e.get("result") == "success"]
    for wanted in [("file_create", "Änderung", None), ("file_create", "Änderung/日本.txt", None),
                   ("file_rename", "Änderung/日本.txt", "Änderung/𝄞.txt"),
                   ("file_rename", "Änderung/𝄞.txt", "Änderung/sub/moved.txt"),
                   ("file_rename", "Änderung/sub", "Änderung/umbenannt"),
                   ("file_create", "Änderung/gone", None), ("file_delete", "Änderung/gone", None)]:
        report.check(f"{name}: event {wanted}", wanted in told, f"among {len(told)}")
    written = [e.get("bytes_written") for e in new if e["kind"] == "file_close" and e["path"] == "Änderung/日本.txt"]
    report.check(f"{name}: event of close counts bytes", os.path.getsize("/etc/passwd") in written, f"{written}")
    code, out = smbclient(server, "deltree Änderung")
    report.check(f"{name}: deltree", code == 0 and not (server.share / "Änderung").exists(), out)


def part_tar(report, server, source):
    archive = server.dir / "archive.tar"
    (server.share / "untar").mkdir()
    run(["tar", "-C", source, "-cf", archive, "."])
    code, out = smbclient(server, f'cd untar; tar x "{archive}"')
    report.check("smbclient tar x", code == 0, out[-500:])
    check_same(report, "smbclient tar x: what the server has", source, server.share / "untar")
    archive.unlink()
    code, out = smbclient(server, f'cd untar; tar c "{archive}"')
    report.check("smbclient tar c", code == 0 and archive.exists(), out[-500:])
    back = scratch(server, "back-tar")
    run(["tar", "-C", back, "-xf", archive])
    inner = back / "untar" if (back / "untar").exists() else back
    check_same(report, "smbclient tar c: what came back", source, inner)
    shutil.rmtree(back)
    archive.unlink()


# --- rclone -------------------------------------------------------------------------------------------

def part_rclone(report, server, source):
    if shutil.which("rclone") is None:
        report.skip("rclone", "not installed")
        return
    obscured = run(["rclone", "obscure", f"{PASSWORD}alice"])[1].strip()
    env = {"RCLONE_CONFIG": str(server.dir / "rclone.conf"), "RCLONE_SMB_HOST": "127.0.0.1",
           "RCLONE_SMB_PORT": str(server.port), "RCLONE_SMB_USER": "alice", "RCLONE_SMB_PASS": obscured}
    (server.dir / "rclone.conf").touch()
    options = ["--transfers", "8", "--create-empty-src-dirs", "--retries", "1", "--low-level-retries", "1"]
    there_and_back(
        report, server, source, "rclone",
        lambda folder: run(["rclone", "copy", *options, source, f":smb:data/{folder}"], env=env),
        lambda folder, to: run(["rclone", "copy", *options, f":smb:data/{folder}", to], env=env))
    code, out = run(["rclone", "check", "--download", source, ":smb:data/rclone"], env=env)
    report.check("rclone check --download", code == 0, out[-500:])
    code, out = run(["rclone", "purge", ":smb:data/rclone", "--retries", "1"], env=env)
    report.check("rclone purge", code == 0 and not (server.share / "rclone").exists(), out[-500:])


# --- gio ----------------------------------------------------------------------------------------------

GIO_BEGIN = """set -eu
printf '%s\\n' WORKGROUP "$PW" | gio mount "$U" >mount.log 2>&1 || { cat mount.log; exit 1; }
"""
GIO_END = """
gio copy /etc/passwd "$U/gio-a"; gio rename "$U/gio-a" gio-b >/dev/null
gio move "$U/gio-b" "$U/gio-c"; gio cat "$U/gio-c" | cmp - /etc/passwd
gio info "$U/gio-c" | grep -q 'standard::size: '
gio remove "$U/gio-c"
gio list "$U" | grep -q gio
gio mount -u "$U"
"""


def gio_script(source, back):
    """gio copies no directories, so they are made, and then filled a directory at a time."""
    lines = [GIO_BEGIN]
    for folder, _, files in os.walk(source):
        path = os.path.relpath(folder, source)
        url = '"$U"/gio/' + shlex.quote(urllib.parse.quote(path)) + "/"
        if path != ".":
            lines.append(f"gio mkdir {url}")
        os.makedirs(back / path, exist_ok=True)
        if files:
            lines.append("gio copy -- " + " ".join(shlex.quote(os.path.join(folder, f)) for f in files) + f" {url}")
            from_there = " ".join(url + shlex.quote(urllib.parse.quote(f)) for f in files)
            lines.append(f"gio copy -- {from_there} {shlex.quote(str(back / path))}/")
    return "\n".join(lines) + GIO_END


def part_gio(report, server, _source):
    if shutil.which("gio") is None or shutil.which("dbus-run-session") is None or not gvfs_daemon():
        report.skip("gio", "gvfs or dbus not installed")
        return
    home = scratch(server, "gio-home")
    runtime = scratch(server, "gio-run")
    runtime.chmod(0o700)
    source = make_tree(scratch(server, "gio-source"), files=150, largest=9 << 20, seed=7)
    back = scratch(server, "back-gio")
    (server.share / "gio").mkdir()
    env = {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": str(home),
           "U": f"smb://alice@127.0.0.1:{server.port}/data", "PW": f"{PASSWORD}alice"}
    script = home / "script"
    script.write_text(gio_script(source, back))
    code, out = run(["dbus-run-session", "--", "sh", script], env=env, cwd=home, stdin=subprocess.DEVNULL)
    report.check("gio: mount, mkdir, copy, rename, move, cat, remove", code == 0, out[-800:])
    check_same(report, "gio: what the server has", source, server.share / "gio")
    check_same(report, "gio: what came back", source, back)
    report.check("gio: renamed and removed", not any((server.share / n).exists() for n in ("gio-a", "gio-b", "gio-c")))


def gvfs_daemon():
    return any(os.path.exists(p) for p in ("/usr/libexec/gvfsd-smb", "/usr/lib/gvfs/gvfsd-smb"))


# --- libsmbclient -------------------------------------------------------------------------------------

def smbc_context(server):
    import smbc
    home = scratch(server, "smbc-home")
    (home / ".smb").mkdir(exist_ok=True)
    (home / ".smb" / "smb.conf").write_text("[global]\n")
    os.environ["HOME"] = str(home)
    return smbc.Context(auth_fn=lambda *a: ("WORKGROUP", "alice", f"{PASSWORD}alice"))


def part_smbc(report, server, source):
    try:
        import smbc
    except ImportError:
        report.skip("python3-smbc", "not installed")
        return
    context = smbc_context(server)
    base = f"smb://127.0.0.1:{server.port}/data"

    def url(folder, path=""):
        return f"{base}/{folder}/{urllib.parse.quote(path)}".rstrip("/")

    def put(folder):
        for path, what in sorted(digest(source).items()):
            if what == "directory":
                context.mkdir(url(folder, path), 0o755)
                continue
            with open(source / path, "rb") as f:
                target = context.open(url(folder, path), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
                while piece := f.read(1 << 20):
                    target.write(piece)
                target.close()
        return 0, ""

    def get(folder, to):
        todo = [""]
        while todo:
            here = todo.pop()
            for entry in context.opendir(url(folder, here)).getdents():
                if entry.name in (".", ".."):
                    continue
                path = f"{here}/{entry.name}".lstrip("/")
                if entry.smbc_type == smbc.DIR:
                    (to / path).mkdir()
                    todo.append(path)
                    continue
                got = context.open(url(folder, path), os.O_RDONLY)
                with open(to / path, "wb") as f:
                    while piece := got.read(1 << 20):
                        f.write(piece)
                got.close()
        return 0, ""

    there_and_back(report, server, source, "smbc", put, get)
    context.rename(f"{base}/smbc", f"{base}/smbc-renamed")
    report.check("smbc: a directory renamed", (server.share / "smbc-renamed").exists())


# --- sparse files, names, many clients -----------------------------------------------------------------

def part_sparse(report, server, _source):
    """A hole on the server's disk reads as zeros through the client, and its size is right."""
    path = server.share / "sparse.bin"
    with open(path, "wb") as f:
        f.seek(32 << 20)
        f.write(b"end")
    back = server.dir / "sparse.back"
    code, out = smbclient(server, f'get sparse.bin "{back}"; allinfo sparse.bin')
    report.check("sparse: read through the hole", code == 0 and back.exists() and
                 back.read_bytes() == bytes(32 << 20) + b"end", out)
    back.unlink()
    report.check("sparse: still a hole", path.stat().st_blocks * 512 < 1 << 20, f"{path.stat().st_blocks} blocks")


def part_names(report, server, _source):
    """A directory of ten thousand names is listed in whole, each once, also with a pattern."""
    folder = server.share / "names"
    folder.mkdir()
    wanted = {f"Datei {i:05} 日本.{i % 10}" for i in range(LISTED)}
    for name in wanted:
        (folder / name).touch()
    code, out = smbclient(server, "cd names; ls")
    listed = Counter(re.findall(r"^  (Datei \d{5} 日本\.\d)\s+[AN]", out, re.MULTILINE))
    report.check(f"{LISTED} names are listed, each once", code == 0 and set(listed) == wanted and
                 max(listed.values()) == 1, f"{len(listed)} listed")
    code, out = smbclient(server, 'cd names; ls "*.7"')
    report.check("names by a pattern", out.count("Datei") == LISTED // 10, f"{out.count('Datei')}")
    code, out = smbclient(server, 'cd names; ls "DATEI 00042*"')
    report.check("names by a pattern in another case", out.count("Datei 00042") == 1, out)


def client_script(server, number, own):
    """What one of many does: its own files, and files and directories that all of them fight for."""
    steps = [f"mkdir own{number}", f"cd own{number}"]
    for i in range(12):
        steps += [f'put "{own}" f{i}', f'get f{i} "{server.dir}/got-{number}-{i}"', "ls"]
    steps += ["rename f0 g0", "del f1", "cd ..", "cd shared"]
    for i in range(8):
        steps += [f'put "{own}" mine{number}', f"rename mine{number} s{i} -f", "ls",
                  f'get s{i} "{server.dir}/shared-{number}-{i}"', f"rename s{i} t{i}", f"del t{(i + number) % 8}",
                  f"mkdir d{i}", f"rmdir d{(i + 1) % 8}"]
    return "; ".join(steps)


def part_many(report, server, _source):
    (server.share / "shared").mkdir()
    own, running = {}, []
    for n in range(CLIENTS):
        own[n] = server.dir / f"own-{n}"
        own[n].write_bytes(bytes([n]) * (n * 7919 + 1))
        command = smbclient_command(server, client_script(server, n, own[n]), user=("alice", "bob")[n % 2])
        running.append(subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT))
    outs = [p.communicate(timeout=300)[0].decode(errors="replace") for p in running]
    broken = [o for o in outs if re.search("CONNECTION|TIMEOUT|DISCONNECTED|INTERNAL|INVALID|INSUFF", o)]
    report.check(f"{CLIENTS} clients: no connection breaks", not broken, f"{broken[:1]}")
    wrong = [(n, i) for n in own for i in range(12)
             if (server.dir / f"got-{n}-{i}").read_bytes() != own[n].read_bytes()]
    report.check(f"{CLIENTS} clients: each read what it wrote", not wrong, f"{wrong[:5]}")
    wrong = [n for n in own if {p.name for p in (server.share / f"own{n}").iterdir()} !=
             {"g0"} | {f"f{i}" for i in range(2, 12)}]
    report.check(f"{CLIENTS} clients: their folders are as they left them", not wrong, f"{wrong}")
    whole = {p.read_bytes() for p in own.values()}
    shared = [p for p in (server.share / "shared").iterdir() if p.is_file()] + list(server.dir.glob("shared-*"))
    torn = [p.name for p in shared if p.read_bytes() not in whole]
    report.check(f"{CLIENTS} clients: files that all replaced are whole ones", len(shared) > 50 and not torn,
                 f"{torn} of {len(shared)}")


PARTS = {"smbclient": part_smbclient, "tar": part_tar, "rclone": part_rclone, "gio": part_gio, "smbc": part_smbc,
         "sparse": part_sparse, "names": part_names, "many": part_many}


def main():
    report = Report()
    if shutil.which("smbclient") is None:
        report.skip("clients", "smbclient is not installed")
        return 0
    parts = sys.argv[1:] or list(PARTS)
    with SignetServer() as server:
        source = make_tree(scratch(server, "source"), files=FILES)
        report.check("the tree has what it should", len(digest(source)) > FILES)
        for part in parts:
            seen = len(server.events())
            PARTS[part](report, server, source)
            check_sealed(report, part, server.events()[seen:])
        check_events(report, "clients", server)
        stop_cleanly(report, "clients", server)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing outside of the share's folder is ever read, changed or named, whatever links and names say.

    run_confinement.py

Also while a local user swaps a directory for a link under the clients' feet."""

import os
import shutil
import socket
import stat
import sys
import threading
import time

from interop_tools import digest, smbclient, stop_cleanly
from signet_server import Report, SignetServer

SECRET = b"what is outside of the share " * 50
SECONDS = float(os.environ.get("SIGNET_TEST_SECONDS", "8"))

def make_outside(server):
    outside = server.dir / "outside"
    (outside / "deep").mkdir(parents=True)
    for name in ("secret", "deep/secret", "victim", "deep/victim"):
        (outside / name).write_bytes(SECRET)
    return outside


def state_of(outside):
    """Content, and all that a change would leave: names, sizes, modes, owners, times of change, xattrs."""
    found = {"content": digest(outside)}
    for folder, names, files in os.walk(outside):
        for name in [".", *names, *files]:
            s = os.lstat(os.path.join(folder, name))
            found[os.path.join(folder, name)] = (s.st_mode, s.st_uid, s.st_size, s.st_mtime_ns, s.st_ctime_ns)
    return found


def make_links(server, outside):
    share = server.share
    (share / "dir").mkdir()
    (share / "dir" / "in").write_bytes(b"inside")
    links = {
        "absolute": outside, "relative": "../outside", "file": outside / "secret", "relative_file": "../outside/secret",
        "chain1": "chain2", "chain2": "chain3", "chain3": outside, "via_dir": "dir/../../outside", "up": "..",
        "self_up": "../share", "passwd": "/etc/passwd", "proc": "/proc/self/root", "loop1": "loop2", "loop2": "loop1",
        "new": outside / "new", "magic": f"/proc/{server.process.pid}/cwd", "root": "/",
    }
    for name, to in links.items():
        (share / name).symlink_to(to)
    (share / "dir" / "deeper").symlink_to("../../outside")
    (share / "inside").symlink_to("dir")
    (share / "inside_file").symlink_to("dir/in")
    return links


def attempts(local):
    """What is tried on each name that leads out; local is a file to put."""
    for path in ("{}", "{}\\secret", "{}\\deep\\secret"):
        yield f'get "{path}" "{local}.got"'
        yield f'put "{local}" "{path}"'
        yield f'del "{path}"'
        yield f'rename "{path}" dir\\stolen'
        yield f'rename dir\\in "{path}" -f'
        yield f'allinfo "{path}"'
        yield f'setmode "{path}" +r'
        yield f'setea "{path}" EA value'
        yield f'utimes "{path}" 2001:02:03-04:05:06 -1 -1 -1'
        yield f'hardlink dir\\in "{path}2"'
        yield f'hardlink "{path}" dir\\stolen'
        yield f'put "{local}" "{path}:stream"'
    for path in ("{}\\new", "{}\\deep\\new"):
        yield f'mkdir "{path}"'
        yield f'put "{local}" "{path}"'
        yield f'ls "{path}"'
    yield 'ls "{}\\*"'
    yield 'rmdir "{}\\deep"'
    yield 'deltree "{}\\deep"'


def part_links(report, server, outside):
    links = make_links(server, outside)
    local = server.dir / "local"
    local.write_bytes(b"from the client")
    before = state_of(outside)
    for name in [*links, "dir\\deeper"]:
        got = server.dir / "got"
        got.mkdir()
        tried = [a.replace("{}", name).replace(f"{local}.got", f"{got}/{n}") for n, a in enumerate(attempts(local))]
        _, out = smbclient(server, "; ".join(tried))
        leaks = [tried[int(p.name)] for p in got.iterdir() if p.read_bytes() not in (b"inside", b"from the client", b"")]
        report.check(f"link {name}: nothing leaks", not leaks and "victim" not in out, f"{leaks[:2]} {out[-300:]}")
        report.check(f"link {name}: refused with a proper status", "CONNECTION" not in out and "INTERNAL" not in out, out)
        if not report.check(f"link {name}: nothing outside changed", state_of(outside) == before):
            before = state_of(outside)
        shutil.rmtree(got)
    for name in links:  # deleting or renaming a link itself is fine
        (server.share / name).unlink(missing_ok=True)
    report.check("links: nothing came in by renaming or linking", not (server.share / "dir" / "stolen").exists() or
                 (server.share / "dir" / "stolen").read_bytes() != SECRET)


def part_inside_links(report, server):
    (server.share / "dir" / "in").write_bytes(b"inside")
    out_file = server.dir / "inside.got"
    code, out = smbclient(server, f'get inside\\in "{out_file}"')
    report.check("a link that stays inside is followed", code == 0 and out_file.read_bytes() == b"inside", out)
    code, out = smbclient(server, f'get inside_file "{out_file}"')
    report.check("a link to a file inside is followed", code == 0 and out_file.read_bytes() == b"inside", out)


def part_names(report, server, outside):
    """.. and its disguises, with a client that sends what it is told."""
    before = state_of(outside)
    local = server.dir / "local"
    local.write_bytes(b"from the client")
    for name in ("..\\outside\\secret", "dir\\..\\..\\outside\\secret", "..", "dir\\..\\..", "\\..\\outside\\secret",
                 "../outside/secret", "dir/../../outside/secret", "%2e%2e\\outside\\secret", "..\u2215outside",
                 "dir\\.\\..\\..\\outside\\secret", "．．\\outside\\secret", "..\\..\\..\\..\\..\\etc\\passwd"):
        got = server.dir / "name.got"
        got.unlink(missing_ok=True)
        _, out = smbclient(server, f'get "{name}" "{got}"; put "{local}" "{name}"; del "{name}"; rename dir\\in "{name}"')
        report.check(f"name {name!r}", not got.exists() or SECRET not in got.read_bytes(), out)
        if not (server.share / "dir" / "in").exists():
            (server.share / "dir" / "in").write_bytes(b"inside")
    report.check("names: nothing outside changed", state_of(outside) == before)
    raw_names(report, server, outside, before)


def raw_names(report, server, outside, before):
    """libsmbclient and smbclient clean names up; impacket sends them as they are, where it can."""
    try:
        import smbc  # noqa: F401
        from run_clients import smbc_context
    except ImportError:
        report.skip("raw names", "python3-smbc is not installed")
        return
    context = smbc_context(server)
    leaked = []
    for name in ("%2e%2e/outside/secret", "dir/%2e%2e/%2e%2e/outside/secret", "%2e%2e%5coutside%5csecret",
                 "dir%5c..%5c..%5coutside%5csecret"):
        try:
            if context.open(f"smb://127.0.0.1:{server.port}/data/{name}", os.O_RDONLY).read() == SECRET:
                leaked.append(name)
        except Exception:  # whichever error it is
            pass
    report.check("raw names: nothing read", not leaked, f"{leaked}")
    report.check("raw names: nothing outside changed", state_of(outside) == before)


def part_special(report, server):
    """Devices, fifos and sockets are refused at once: opening a fifo must not wait for its other end."""
    os.mkfifo(server.share / "fifo")
    with socket.socket(socket.AF_UNIX) as s:
        os.chdir(server.share)
        s.bind("sock")
        os.chdir("/")
    special = ["fifo", "sock"]
    if os.geteuid() == 0:
        os.mknod(server.share / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.mknod(server.share / "disk", stat.S_IFBLK | 0o666, os.makedev(253, 77))
        special += ["null", "disk"]
    else:
        report.skip("device files", "needs root to make them")
    local = server.dir / "local"
    local.write_bytes(b"x" * 100)
    for name in special:
        _, out = smbclient(server, f'get {name} "{local}.got"; put "{local}" {name}; allinfo {name}', timeout=60)
        report.check(f"{name}: refused", out.count("NT_STATUS_ACCESS_DENIED") >= 2, out)
        report.check(f"{name}: still what it was", not stat.S_ISREG(os.lstat(server.share / name).st_mode))
        (server.share / name).unlink()


def swapper(server, outside, stop):
    """Swaps share/swap, a directory with the same names as outside, for a link out, without a pause."""
    share = server.share
    real, link = share / "swap", share / "swap.link"
    while not stop.is_set():
        link.symlink_to(outside)
        os.rename(real, share / "swap.away")
        os.rename(link, real)
        os.unlink(real)
        os.rename(share / "swap.away", real)


def exchanger(server, outside, stop):
    """The same with renameat2(EXCHANGE), so that the name is always there."""
    import ctypes
    libc = ctypes.CDLL(None)
    a, b = os.fsencode(server.share / "swap"), os.fsencode(server.share / "swap.link")
    if not (server.share / "swap.link").is_symlink():
        (server.share / "swap.link").symlink_to(outside)
    while not stop.is_set():
        libc.renameat2(-100, a, -100, b, 2)
    if os.path.islink(a):
        libc.renameat2(-100, a, -100, b, 2)
    os.unlink(b)


def race(report, server, outside, name, swap):
    swapped = server.share / "swap"
    (swapped / "deep").mkdir(parents=True, exist_ok=True)
    inside = b"inside"
    for path in ("secret", "deep/secret", "victim", "deep/victim"):
        (swapped / path).write_bytes(inside)
    local = server.dir / "local"
    local.write_bytes(b"from the client")
    before, leaks, done = state_of(outside), [], [0]
    stop = threading.Event()
    thread = threading.Thread(target=swap, args=(server, outside, stop))
    thread.start()

    def client(n):
        got = server.dir / f"race-{n}"
        steps = [f'get swap\\secret "{got}"', f'get swap\\deep\\secret "{got}"', f'put "{local}" swap\\made{n}',
                 f'put "{local}" swap\\deep\\victim', f"del swap\\made{n}", "del swap\\victim",
                 f'put "{local}" swap\\victim', f"rename swap\\made{n} swap\\deep\\moved{n}", f"mkdir swap\\d{n}",
                 f"rename swap\\secret taken{n}", f"rename taken{n} swap\\secret", f"rmdir swap\\d{n}", "ls swap\\*",
                 f"hardlink swap\\secret linked{n}", f"del linked{n}", "setmode swap\\victim +r", "setmode swap\\victim -r"]
        while not stop.is_set():
            _, out = smbclient(server, "; ".join(steps))
            done[0] += len(steps)
            for path in [got, *server.share.glob(f"taken{n}"), *server.share.glob(f"linked{n}")]:
                if path.exists() and path.read_bytes() == SECRET:
                    leaks.append(str(path))

    clients = [threading.Thread(target=client, args=(n,)) for n in range(4)]
    for c in clients:
        c.start()
    time.sleep(SECONDS)
    stop.set()
    for c in [*clients, thread]:
        c.join()
    report.check(f"{name}: {done[0]} attempts, nothing outside was read", not leaks and done[0] > 50, f"{leaks[:3]}")
    after = state_of(outside)
    changed = [k for k in after if after[k] != before.get(k)] + [k for k in before if k not in after]
    report.check(f"{name}: nothing outside was changed", not changed, f"{changed[:3]}")


def part_events(report, server):
    """What was refused is told as refused, and no event names a path outside."""
    told = [e for e in server.events() if ".." in e.get("path", "").split("/") and e.get("result") == "success"]
    report.check("events: no success on a path with ..", not told, f"{told[:1]}")


def main():
    report = Report()
    if shutil.which("smbclient") is None:
        report.skip("confinement", "smbclient is not installed")
        return 0
    with SignetServer() as server:
        outside = make_outside(server)
        part_links(report, server, outside)
        part_inside_links(report, server)
        part_names(report, server, outside)
        part_special(report, server)
        race(report, server, outside, "a directory swapped for a link", swapper)
        race(report, server, outside, "a directory exchanged with a link", exchanger)
        part_events(report, server)
        stop_cleanly(report, "confinement", server)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The server is ended and started again under its clients' hands: what is going on is finished, what waits
is answered, what was confirmed is there, and who comes back goes on.

    run_restart.py [PART ...]"""

import ctypes
import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from interop_tools import Talk, smbclient, smbclient_command, stop_cleanly
from run_walls import Started
from signet_server import BINARY, PASSWORD, Report, SignetServer

SIZE = 192 << 20
DRAIN = {"drain_timeout": "5s"}
SOON = 20  # seconds, where the other thing would be a minute, or never


def make_file(path, size=SIZE):
    block = random.Random(size).randbytes(1 << 20)
    with open(path, "wb") as f:
        for i in range(size >> 20):
            f.write(i.to_bytes(8, "little") + block[8:])
    return path


def start_client(server, command):
    return subprocess.Popen(smbclient_command(server, command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            stdin=subprocess.DEVNULL)


def wait_for(condition, timeout=60):
    end = time.time() + timeout
    while not condition() and time.time() < end:
        time.sleep(0.002)
    return condition()


def size_of(path):
    return path.stat().st_size if path.exists() else 0


def is_beginning(part, whole):
    """Whether part is what whole begins with, and how long it is."""
    length = size_of(part)
    with open(part, "rb") as a, open(whole, "rb") as b:
        return a.read() == b.read(length), length


def ended(client):
    try:
        return True, client.communicate(timeout=30)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        client.kill()
        return False, "it hangs"


# --- parts ----------------------------------------------------------------------------------------------

def part_get(report):
    with SignetServer(server={"drain_timeout": "60s"}) as server:
        whole, got = make_file(server.share / "big"), server.dir / "got"
        client = start_client(server, f'get big "{got}"')
        report.check("get: it is under way", wait_for(lambda: size_of(got) > 4 << 20))
        began = time.time()
        stop_cleanly(report, "get", server)
        took = time.time() - began
        over, out = ended(client)
        report.check("get: the client is told at once, not left hanging", over and took < SOON, f"{took:.1f} s {out}")
        same, length = is_beginning(got, whole)
        report.check("get: what it has is right", same and length < SIZE, f"{length} bytes")
        server.start()
        code, out = smbclient(server, f'get big "{got}"')
        report.check("get: the client that comes back gets all of it", is_beginning(got, whole) == (True, SIZE), out)
        stop_cleanly(report, "get again", server)


def part_put(report):
    with SignetServer(server=DRAIN) as server:
        source, there = make_file(server.dir / "source"), server.share / "big"
        client = start_client(server, f'put "{source}" big')
        report.check("put: it is under way", wait_for(lambda: size_of(there) > 4 << 20))
        stop_cleanly(report, "put", server)
        over, out = ended(client)
        report.check("put: the client is told", over and "NT_STATUS" in out, out)
        report.check("put: not all had come", 0 < size_of(there) < SIZE, f"{size_of(there)} bytes")
        server.start()
        code, out = smbclient(server, f'put "{source}" big')
        report.check("put: the client that comes back puts all of it", is_beginning(there, source) == (True, SIZE), out)
        stop_cleanly(report, "put again", server)


def writer(server, name, confirmed):
    """Writes and remembers how much of it was confirmed, until the server is gone."""
    from run_clients import smbc_context
    try:
        f = smbc_context(server).open(f"smb://127.0.0.1:{server.port}/data/{name}", os.O_CREAT | os.O_WRONLY)
        while True:
            piece = hashlib.sha256(f"{name} {confirmed[name] // 4096}".encode()).digest() * 128
            f.write(piece)
            confirmed[name] += len(piece)
    except Exception:  # however libsmbclient says that the connection ended
        return


def part_confirmed(report):
    """Each write that was answered is in the file, whenever the end comes."""
    try:
        import smbc  # noqa: F401
    except ImportError:
        report.skip("confirmed", "python3-smbc is not installed")
        return
    names = [f"w{n}" for n in range(4)]
    lost, total = [], 0
    with SignetServer(server=DRAIN) as server:
        for _ in range(5):
            confirmed = dict.fromkeys(names, 0)
            threads = [threading.Thread(target=writer, args=(server, name, confirmed)) for name in names]
            for t in threads:
                t.start()
            wait_for(lambda: all(confirmed.values()))
            time.sleep(random.uniform(0, 0.2))
            status = server.stop()
            for t in threads:
                t.join()
            total += sum(confirmed.values())
            for name in names:
                data = (server.share / name).read_bytes()
                wanted = b"".join(hashlib.sha256(f"{name} {i}".encode()).digest() * 128
                                  for i in range(confirmed[name] // 4096))
                if data[:len(wanted)] != wanted or status != 0:
                    lost.append(f"{name}: {len(data)} of {len(wanted)}, status {status}")
                (server.share / name).unlink()
            server.start()
    report.check("confirmed: all of it is there", total > 5 * 4096 and not lost, f"{total} bytes; {lost}")


def dirty_pages(path):
    """Pages of the file that are not on the disk yet; None where the kernel cannot tell (cachestat(2))."""
    class Range(ctypes.Structure):
        _fields_ = [("offset", ctypes.c_uint64), ("length", ctypes.c_uint64)]
    counts = (ctypes.c_uint64 * 5)()
    with open(path, "rb") as f:
        whole = Range(0, 0)
        if ctypes.CDLL(None).syscall(451, f.fileno(), ctypes.byref(whole), counts, 0) != 0:
            return None
    return counts[1] + counts[2]


def part_flushed(report):
    """A file that a client still had open and had written to is on the disk when the server is gone."""
    try:
        from run_clients import smbc_context
        context = None
    except ImportError:
        report.skip("flushed", "python3-smbc is not installed")
        return
    with SignetServer(server=DRAIN) as server:
        context = smbc_context(server)
        f = context.open(f"smb://127.0.0.1:{server.port}/data/open", os.O_CREAT | os.O_WRONLY)
        f.write(b"x" * (4 << 20))
        before = dirty_pages(server.share / "open")
        stop_cleanly(report, "flushed", server)
        after = dirty_pages(server.share / "open")
        if not before:
            report.skip("flushed: what was open is on the disk", "this kernel or file system does not tell")
        else:
            report.check("flushed: what was open is on the disk", after == 0, f"{before} pages before, {after} after")


def part_waiting(report):
    """A lock that somebody else holds, and a change that does not come: both are answered."""
    client = BINARY.parent / "tests" / "interop" / "waiting_client"
    with SignetServer(server={"drain_timeout": "60s"}) as server, Talk(server) as idle:
        (server.share / "file").write_text("x")
        waits = subprocess.Popen([client, str(server.port), "alice", f"{PASSWORD}alice", "data", "file"],
                                 stdout=subprocess.PIPE, text=True)
        report.check("waiting: they wait", waits.stdout.readline() == "waiting\n")
        began = time.time()
        stop_cleanly(report, "waiting", server)
        took = time.time() - began
        out = sorted(waits.communicate(timeout=30)[0].split("\n"))
        report.check("waiting: both are answered before the end", [line for line in out if line] == [
            "ended", "lock STATUS_CANCELLED", "notify STATUS_CANCELLED"], f"{out}")
        report.check("waiting: nobody is waited for who has nothing going on", took < SOON, f"{took:.1f} s")
        server.start()
        idle.do("ls")
        code, again = smbclient(server, "ls")
        report.check("waiting: who comes back goes on", code == 0 and "blocks" in again, again)
        stop_cleanly(report, "waiting again", server)


def stopped_reader(server):
    """A client that has asked for much and takes nothing of it."""
    client = subprocess.Popen([BINARY.parent / "tests" / "interop" / "stalled_client", str(server.port), "alice",
                               f"{PASSWORD}alice", "data", "big"], stdout=subprocess.PIPE, text=True)
    client.stdout.readline()
    time.sleep(0.5)
    return client


def part_bounded(report):
    with SignetServer(server={"drain_timeout": "1s"}) as server:
        make_file(server.share / "big")
        client = stopped_reader(server)
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.send(b"\x00\x00\x10\x00\xfeSMB")  # the beginning of a frame whose rest never comes
            began = time.time()
            stop_cleanly(report, "bounded", server)
            took = time.time() - began
        report.check("bounded: one who takes nothing is cut off in time", 0.8 < took < SOON, f"{took:.1f} s")
        report.check("bounded: and that is said", "cut off" in server.log.read_text())
        client.kill()
        client.wait()


def part_twice(report):
    with SignetServer(server={"drain_timeout": "60s"}) as server:
        make_file(server.share / "big")
        client = stopped_reader(server)
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: "ending" in server.log.read_text())
        time.sleep(1)
        report.check("twice: it still waits for the client", server.process.poll() is None)
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=2).close()
            report.failure("twice: nobody new gets in meanwhile")
        except ConnectionRefusedError:
            report.passed("twice: nobody new gets in meanwhile")
        began = time.time()
        stop_cleanly(report, "twice", server)
        took = time.time() - began
        report.check("twice: the second signal ends it at once", took < SOON, f"{took:.1f} s")
        report.check("twice: its last event", server.events()[-1]["kind"] == "server_stop")
        client.kill()
        client.wait()


def some_come_and_go(done):
    """With a sanitizer in the server, a client takes longer than half a second."""
    before = done.count(0)
    time.sleep(0.5)
    wait_for(lambda: done.count(0) > before + 2)


def part_handed_over(report):
    """A restart with a socket of the service manager's: nobody is refused, who comes meanwhile waits."""
    server = Started(server=DRAIN)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", server.port))
        listening.listen(128)
        server.sockets = (listening,)
        (server.share / "there").write_text("here")
        failed, done, stop = [], [], threading.Event()

        def comes_and_goes():
            while not stop.is_set():
                code, out = smbclient(server, "ls")
                done.append(code)
                if "CONNECTION_REFUSED" in out:
                    failed.append(out)

        with server:
            clients = [threading.Thread(target=comes_and_goes) for _ in range(4)]
            for c in clients:
                c.start()
            for _ in range(4):
                some_come_and_go(done)
                stop_cleanly(report, "handed over", server)
                server.log.unlink()
                server.start()
            some_come_and_go(done)
            stop.set()
            for c in clients:
                c.join()
            report.check(f"handed over: none of {len(done)} clients was refused", not failed and done.count(0) > 8,
                         f"{done.count(0)} fine, refused {failed[:1]}")
            stop_cleanly(report, "handed over", server)


PARTS = {"get": part_get, "put": part_put, "confirmed": part_confirmed, "flushed": part_flushed,
         "waiting": part_waiting, "bounded": part_bounded, "twice": part_twice, "handed_over": part_handed_over}


def main():
    report = Report()
    if shutil.which("smbclient") is None:
        report.skip("restart", "smbclient is not installed")
        return 0
    for part in sys.argv[1:] or PARTS:
        PARTS[part](report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

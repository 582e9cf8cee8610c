#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around a server: it is killed, the disk is full, clients stall, lie, vanish, come in crowds.

    run_faults.py [PART ...]

Whatever it is, the one whom it concerns gets the right status or loses the connection, and everybody
else goes on with right answers."""

import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

from hanging_fs import HangingFs
from interop_tools import ENVIRONMENT, Talk, check_log, smbclient, smbclient_command, stop_cleanly
from signet_server import BINARY, PASSWORD, Report, SignetServer

ROUNDS = int(os.environ.get("SIGNET_TEST_ROUNDS", "10"))
TCP_REPAIR = 19
STALLED_CLIENT = BINARY.resolve().parent / "tests" / "interop" / "stalled_client"
RACING_CLIENT = STALLED_CLIENT.parent / "racing_client"
RACES = 2000  # one in some thousand meets the moment


def crowd(server, count, rounds=1):
    """Starts count clients that each put, list, get and delete files of their own."""
    running = []
    for n in range(count):
        data = server.dir / f"crowd-{n}"
        data.write_bytes(random.Random(n).randbytes(1000 + 977 * n))
        steps = [f"mkdir crowd{n}", f"cd crowd{n}"]
        for r in range(rounds):
            steps += [f'put "{data}" f{r}', "ls", f'get f{r} "{data}.back"', f"del f{r}"]
        running.append(subprocess.Popen(
            smbclient_command(server, "; ".join([*steps, "cd ..", f"rmdir crowd{n}"])), env=ENVIRONMENT,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    return running


def check_crowd(report, name, server, running):
    outs = [p.communicate(timeout=200)[0].decode(errors="replace") for p in running]
    bad = [o for p, o in zip(running, outs) if p.returncode != 0 or "NT_STATUS" in o]
    for n in range(len(running)):
        data, back = server.dir / f"crowd-{n}", server.dir / f"crowd-{n}.back"
        if not back.exists() or data.read_bytes() != back.read_bytes():
            bad.append(f"client {n} read something else")
    report.check(f"{name}: {len(running)} others go on with right answers", not bad, f"{len(bad)}: {bad[:1]}")
    for path in server.dir.glob("crowd-*"):
        path.unlink()


def works(report, name, server):
    code, out = smbclient(server, "put /etc/passwd works; get works /dev/null; del works")
    report.check(f"{name}: a new client is served", code == 0 and "NT_STATUS" not in out, out[-300:])


# --- the server's own end -----------------------------------------------------------------------------

def writers(server, stop, done, number):
    """Puts file after file, each confirmed by smbclient's word before the next."""
    with Talk(server) as talk:
        for i in range(100000):
            if stop.is_set():
                return
            source = server.dir / f"w{number}"
            source.write_bytes(random.Random(number * 100003 + i).randbytes(200 + (i * 7919) % 90000))
            out = talk.do(f'put "{source}" k{number}-{i}', timeout=5)
            if "putting file" not in out or "NT_STATUS" in out:
                return
            done.append((number, i))


def part_kill(report):
    """kill -9 at many moments: what was confirmed is there, the state opens again."""
    rng, lost, bad_starts, confirmed = random.Random(5), [], [], 0
    with SignetServer() as server:
        for r in range(ROUNDS):
            stop, done = threading.Event(), []
            threads = [threading.Thread(target=writers, args=(server, stop, done, r * 10 + n)) for n in range(4)]
            for t in threads:
                t.start()
            adding = subprocess.Popen(
                [BINARY, "user", "add", f"user{r}", "--config", server.config, "--password-stdin", "--ntlm"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            adding.stdin.write(b"Passw0rd-x\n")
            adding.stdin.close()
            wait_for(lambda: len(done) >= 2, 30)
            time.sleep(rng.uniform(0, 0.4))
            if r % 2:
                adding.kill()
            server.stop(signal.SIGKILL)
            stop.set()
            for t in threads:
                t.join()
            adding.wait()
            confirmed += len(done)
            for number, i in done:
                path = server.share / f"k{number}-{i}"
                wanted = random.Random(number * 100003 + i).randbytes(200 + (i * 7919) % 90000)
                if not path.exists() or path.read_bytes() != wanted:
                    lost.append(path.name)
            try:
                server.start()
            except RuntimeError as e:
                bad_starts.append(str(e))
                break
        report.check("kill -9: what was confirmed is there", confirmed > ROUNDS and not lost, f"{confirmed}, {lost[:5]}")
        report.check("kill -9: it starts again each time", not bad_starts, f"{bad_starts}")
        listed = subprocess.run([BINARY, "user", "list", "--config", server.config], text=True, capture_output=True)
        report.check("kill -9: the accounts can be read", listed.returncode == 0 and "alice" in listed.stdout and
                     "bob" in listed.stdout, listed.stdout + listed.stderr)
        works(report, "kill -9", server)
        stop_cleanly(report, "kill -9", server)


def part_term(report):
    """SIGTERM with clients in the midst of things."""
    for attempt in range(3):
        with SignetServer() as server:
            (server.share / "big").write_bytes(bytes(64 << 20))
            talks = [Talk(server) for _ in range(6)]
            for t in talks[:3]:
                t.send("get big /dev/null")
            talks[3].send("notify .")
            (server.dir / "src").write_bytes(bytes(48 << 20))
            talks[4].send(f'put "{server.dir}/src" up')
            time.sleep(0.1 * attempt)
            stop_cleanly(report, f"SIGTERM {attempt}", server)
            report.check(f"SIGTERM {attempt}: its last event", server.events()[-1]["kind"] == "server_stop")
            for t in talks:
                t.close()


# --- the disk -----------------------------------------------------------------------------------------

def part_full(report):
    if os.geteuid() != 0:
        report.skip("disk full", "needs root to mount a small file system")
        return
    server = SignetServer()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "signet-test", server.share]).returncode != 0:
        report.skip("disk full", "cannot mount")
        shutil.rmtree(server.dir)
        return
    try:
        with server:
            big, small = server.dir / "big", server.dir / "small"
            big.write_bytes(random.randbytes(16 << 20))
            small.write_bytes(random.randbytes(200000))
            code, out = smbclient(server, f'put "{small}" before; put "{big}" big')
            report.check("disk full: DISK_FULL", "NT_STATUS_DISK_FULL" in out, out[-300:])
            code, out = smbclient(server, f'get before "{server.dir}/back"; ls')
            report.check("disk full: reading goes on", code == 0 and
                         (server.dir / "back").read_bytes() == small.read_bytes(), out[-300:])
            code, out = smbclient(server, f'del big; put "{small}" after; get after "{server.dir}/back"')
            report.check("disk full: goes on after a deletion", "NT_STATUS" not in out and
                         (server.share / "after").read_bytes() == small.read_bytes(), out[-300:])
            check_log(report, "disk full", server)
            server.stop()
            subprocess.run(["umount", server.share], check=True)
    finally:
        if os.path.ismount(server.share):
            subprocess.run(["umount", "-l", server.share])


class NobodysServer(SignetServer):
    """The same without any right of root's."""

    def start(self):
        os.chown(self.dir, 65534, 65534)
        for path in [self.state, *self.state.rglob("*")]:
            os.chown(path, 65534, 65534)
        real = subprocess.Popen

        def as_nobody(args, **more):
            return real(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all",
                         *map(str, args)], **more)
        subprocess.Popen = as_nobody
        try:
            return super().start()
        finally:
            subprocess.Popen = real


def part_permission(report):
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        report.skip("no permission", "needs root and setpriv")
        return
    with NobodysServer() as server:
        (server.share / "secret").write_bytes(b"x")
        (server.share / "secret").chmod(0o600)
        (server.share / "closed").mkdir(mode=0o700)
        (server.share / "closed" / "in").write_bytes(b"x")
        (server.share / "open").mkdir()
        os.chown(server.share / "open", 65534, 65534)
        (server.share / "readable").write_bytes(b"text")
        code, out = smbclient(server, "put /etc/passwd new")
        report.check("no permission: put", "NT_STATUS_ACCESS_DENIED" in out, out)
        code, out = smbclient(server, "get secret /dev/null")
        report.check("no permission: get", "NT_STATUS_ACCESS_DENIED" in out, out)
        code, out = smbclient(server, "cd closed; ls")
        report.check("no permission: ls", "NT_STATUS_ACCESS_DENIED" in out, out)
        code, out = smbclient(server, "del readable; mkdir d; rename readable r2")
        report.check("no permission: del, mkdir, rename", out.count("NT_STATUS_ACCESS_DENIED") == 3, out)
        code, out = smbclient(server, f'ls; get readable "{server.dir}/back"; cd open; put /etc/passwd p; get p /dev/null')
        report.check("no permission: what is allowed works", code == 0 and "NT_STATUS" not in out, out)
        stop_cleanly(report, "no permission", server)
        for path in (server.dir, server.state):
            os.chown(path, 0, 0)


def part_vanish(report):
    """Files deleted and replaced on the server's disk while clients have them open."""
    try:
        import smbc  # noqa: F401
    except ImportError:
        report.skip("vanished file", "python3-smbc is not installed")
        return
    with SignetServer() as server:
        from run_clients import smbc_context
        context = smbc_context(server)
        base = f"smb://127.0.0.1:{server.port}/data"
        old = random.randbytes(3 << 20)
        for name in ("deleted", "replaced", "written"):
            (server.share / name).write_bytes(old)
        handles = {n: context.open(f"{base}/{n}", os.O_RDWR) for n in ("deleted", "replaced", "written")}
        for h in handles.values():
            h.read(1000)
        (server.share / "deleted").unlink()
        (server.share / "new").write_bytes(b"new content")
        (server.share / "new").rename(server.share / "replaced")
        (server.share / "written").unlink()
        for name in ("deleted", "replaced"):
            handles[name].lseek(1 << 20, 0)
            report.check(f"vanished file: {name}, its open reads on", handles[name].read(1 << 20) == old[1 << 20:2 << 20])
        handles["written"].write(b"somewhere")
        for h in handles.values():
            h.close()
        report.check("vanished file: nothing came back", not (server.share / "written").exists() and
                     not (server.share / "deleted").exists())
        report.check("vanished file: who opens anew sees the new", context.open(f"{base}/replaced").read() == b"new content")
        code, out = smbclient(server, "get deleted /dev/null")
        report.check("vanished file: a new open", "NT_STATUS_OBJECT_NAME_NOT_FOUND" in out, out)
        (server.share / "dir").mkdir()
        for i in range(3000):
            (server.share / "dir" / f"n{i}").touch()
        with Talk(server) as talk:
            talk.do("cd dir")
            shutil.rmtree(server.share / "dir")
            out = talk.do("ls")
            report.check("vanished directory: its listing", "NT_STATUS_" in out and "NOT_FOUND" in out or
                         "NO_SUCH_FILE" in out, out[-300:])
            out = talk.do("cd ..; ls")
            report.check("vanished directory: the session goes on", "replaced" in out, out[-300:])
        stop_cleanly(report, "vanished file", server)


# --- clients ------------------------------------------------------------------------------------------

def stalled_client(server):
    """One that asked for 64 MiB and takes nothing of it; None where it was not built."""
    if not STALLED_CLIENT.exists():
        return None
    process = subprocess.Popen([STALLED_CLIENT, str(server.port), "alice", f"{PASSWORD}alice", "data", "huge"],
                               stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def check_stalled(report, server, stalled):
    if None in stalled:
        report.skip("never reads", f"{STALLED_CLIENT} is not built")
        return
    e = server.wait_for_event("limit", timeout=30, limit="send_timeout", value=3000)
    report.check("never reads: event", e is not None, f"{server.events('limit')[-1:]}")
    e = e and server.wait_for_event("connection_close", connection=e["connection"])
    report.check("never reads: closed", e is not None and e["reason"] == "timeout", f"{e}")
    for process in stalled:
        report.check("never reads: was waiting until then", process.poll() is None)
        process.kill()
        process.wait()


def part_stall(report):
    """One byte a second; one that never reads; and a hundred who do as they should."""
    with SignetServer(server={"authentication_timeout": "3s", "send_timeout": "3s"}) as server:
        (server.share / "huge").write_bytes(bytes(300 << 20))
        began = time.time()
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        stalled = [stalled_client(server) for _ in range(3)]
        running = crowd(server, 100)
        drip = b"\0\0\0\x60\xfeSMB" + bytes(40)
        ended = {}
        while len(ended) < len(slow) and time.time() < began + 40:
            for i, s in enumerate(slow):
                try:
                    if i in ended:
                        continue
                    s.send(drip[int(time.time() - began):][:1])
                    s.settimeout(0.001)
                    if s.recv(1) == b"":
                        ended[i] = time.time() - began
                except TimeoutError:
                    pass
                except OSError:
                    ended[i] = time.time() - began
            time.sleep(0.4)
        report.check("a byte a second: closed by authentication_timeout", len(ended) == len(slow) and
                     2 < min(ended.values()) and max(ended.values()) < 30, f"{sorted(ended.values())}")
        check_crowd(report, "stalled clients", server, running)
        e = server.wait_for_event("limit", limit="authentication_timeout", value=3000)
        report.check("a byte a second: event", e is not None, f"{server.events('limit')[:1]}")
        check_stalled(report, server, stalled)
        for s in slow:
            s.close()
        works(report, "stalled clients", server)
        stop_cleanly(report, "stalled clients", server)


def negotiate(dialects=(0x0311, 0x0302)):
    """An SMB2 NEGOTIATE without contexts, in its frame."""
    header = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, bytes(16))
    body = struct.pack("<HHHHI16sQ", 36, len(dialects), 1, 0, 0, b"g" * 16, 0) + struct.pack(f"<{len(dialects)}H", *dialects)
    return struct.pack(">I", len(header + body)) + header + body


SMB1 = (b"\xffSMBr" + bytes(27) + b"\0" + struct.pack("<H", 12) + b"\x02NT LM 0.12\0")
GARBAGE = {
    "huge frame length": b"\x00\xff\xff\xff" + bytes(64),
    "frame type of NetBIOS": b"\x81\0\0\x44" + b" " * 68,
    "frame type unknown": b"\x77\xff\xff\xff" + b"x" * 100,
    "empty frames": bytes(4000),
    "short frame": b"\0\0\0\x08\xfeSMB\0\0\0\0",
    "SMB1 only": struct.pack(">I", len(SMB1)) + SMB1,
    "no SMB": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "transform without session": struct.pack(">I", 100) + b"\xfdSMB" + bytes(96),
    "compressed": struct.pack(">I", 100) + b"\xfcSMB" + bytes(96),
    "two negotiates": negotiate() * 2,
    "old dialects": negotiate((0x0202, 0x0210)),
}


def answer_of(server, data, wait=2):
    """All that comes back until the server closes; None as long as it does not."""
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.settimeout(wait)
        got = b""
        try:
            s.sendall(data)
            while piece := s.recv(65536):
                got += piece
        except TimeoutError:
            return None
        except OSError:
            pass
        return got


def part_garbage(report):
    with SignetServer(server={"authentication_timeout": "3s", "max_connections_per_peer": 2000}) as server:
        running = crowd(server, 20, rounds=3)
        with Talk(server) as talk:
            for name, data in GARBAGE.items():
                got = answer_of(server, data)
                if name == "old dialects":
                    refused = got is None or b"\xbb\0\0\xc0" in got
                    report.check(f"garbage: {name} refused", refused, f"{got}")
                    continue
                report.check(f"garbage: {name} ends the connection", got is not None, "still open")
                if name == "SMB1 only":
                    report.check("garbage: SMB1 gets nothing of use", not got or b"\xfeSMB" not in got, f"{got}")
            rng = random.Random(3)
            for i in range(300):
                data = rng.randbytes(rng.randrange(1, 3000))
                if i % 3 == 0:
                    data = struct.pack(">I", len(data)) + b"\xfeSMB" + data[4:]
                with socket.create_connection(("127.0.0.1", server.port)) as s:
                    try:
                        s.sendall(data)
                    except OSError:
                        pass
            report.check("garbage: an open session goes on", "NT_STATUS" not in talk.do("put /etc/passwd x; del x"))
        check_crowd(report, "garbage", server, running)
        stop_cleanly(report, "garbage", server)


def is_closed(s):
    s.settimeout(0.02)
    try:
        return s.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def part_limits(report):
    limits = {"max_connections_per_peer": 30, "max_sessions": 8, "max_opens_per_session": 40}
    with SignetServer(server=limits) as server:
        with Talk(server) as talk:
            idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
            e = server.wait_for_event("limit", limit="max_connections_per_peer", value=30)
            report.check("too many connections: event", e is not None, f"{server.events('limit')[:1]}")
            wait_for(lambda: sum(map(is_closed, idle)) >= 28, 20)
            closed = sum(map(is_closed, idle))
            report.check("too many connections: only those beyond are closed", 28 <= closed <= 32, f"{closed} of 60")
            report.check("too many connections: who was there goes on", "NT_STATUS" not in talk.do("put /etc/passwd x"))
            for s in idle:
                s.close()
            talks = [Talk(server) for _ in range(10)]
            refused = [t for t in talks if "NT_STATUS" in t.begin]
            report.check("too many sessions: those beyond are refused", len(refused) == 3, f"{[t.begin for t in talks]}")
            report.check("too many sessions: event", server.wait_for_event("limit", limit="max_sessions", value=8))
            report.check("too many sessions: the others go on",
                         all("NT_STATUS" not in t.do("ls") for t in talks if t not in refused))
            for t in talks:
                t.close()
            wait_for(lambda: len(server.events("session_close")) >= len(server.events("session_open")) - 1, 30)
            report.check("too many opens", *too_many_opens(server))
            report.check("too many opens: event", server.wait_for_event("limit", limit="max_opens_per_session"))
            report.check("all limits: who was there goes on", "NT_STATUS" not in talk.do("put /etc/passwd x"))
        works(report, "all limits", server)
        stop_cleanly(report, "all limits", server)


def too_many_opens(server):
    try:
        from run_clients import smbc_context
        context = smbc_context(server)
    except ImportError:
        return True, ""
    opened, failed = [], 0
    for i in range(60):
        try:
            opened.append(context.open(f"smb://127.0.0.1:{server.port}/data/open{i}", os.O_CREAT | os.O_RDWR))
        except Exception:  # what smbc raises for it is of no matter
            failed += 1
    opened[0].write(b"still works")
    return len(opened) == 40 and failed == 20, f"{len(opened)} opened, {failed} failed"


# --- a disk that does not answer ---------------------------------------------------------------------------

WORKERS = 32  # worker_pool.h


def add_share(server, name):
    path = server.dir / name
    path.mkdir()
    names = " ".join(server.users)
    with open(server.config, "a") as f:
        f.write(f"\n[share {name}]\npath = {path}\nusers = {names}\nwrite = {names}\n")
    return path


def askers(server, share, count):
    return [subprocess.Popen(smbclient_command(server, "ls", share=share), env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(count)]


def wait_for_hanging(fs, count, seconds=20):
    end = time.time() + seconds
    while fs.unanswered < count and time.time() < end:
        time.sleep(0.05)
    time.sleep(0.5)  # for more than there may be
    return fs.unanswered


def part_hang(report):
    """The disk of one share hangs, then that of another: all others have workers left."""
    server = SignetServer()
    slow, dead = add_share(server, "slow"), add_share(server, "dead")
    try:
        first = HangingFs(slow)
    except OSError as e:
        report.skip("hang", f"no FUSE here: {e}")
        return
    with first, HangingFs(dead) as second, server:
        code, out = smbclient(server, "ls", share="slow")
        report.check("hang: the share is served at first", code == 0, out[-300:])
        first.hangs = second.hangs = True
        clients = askers(server, "slow", 40)
        taken = wait_for_hanging(first, WORKERS // 2)
        report.check("hang: one share gets half of the workers, and no more", taken == WORKERS // 2, f"{taken}")
        check_crowd(report, "hang", server, crowd(server, 8))
        clients += askers(server, "dead", 40)
        taken = wait_for_hanging(second, WORKERS // 4)
        report.check("hang: a second one gets half of the rest", taken == WORKERS // 4, f"{taken}")
        check_crowd(report, "hang of two", server, crowd(server, 8))
        for client in clients:
            client.kill()
            client.wait()
        report.check("hang: those who give up are gone",
                     wait_for(lambda: len(server.events("connection_close")) >= 80, 20))
        works(report, "hang: without them", server)
        first.end()
        second.end()
        works(report, "hang: after its end", server)
        stop_cleanly(report, "hang", server)


def wait_for(condition, seconds):
    end = time.time() + seconds
    while not condition() and time.time() < end:
        time.sleep(0.05)
    return condition()


# --- a client that is gone without a word -----------------------------------------------------------------

class Frames:
    """Counts the messages in a stream that comes in pieces: each begins with its length (MS-SMB2 2.1)."""

    def __init__(self):
        self.rest, self.count = b"", 0

    def add(self, data):
        self.rest += data
        while len(self.rest) >= 4 and len(self.rest) >= 4 + int.from_bytes(self.rest[1:4], "big"):
            self.rest = self.rest[4 + int.from_bytes(self.rest[1:4], "big"):]
            self.count += 1


class VanishingProxy(threading.Thread):
    """Passes bytes on to the server until vanish(): then its end is gone without FIN or RST."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.to_server = socket.create_connection(("127.0.0.1", server.port))
        self.client = self.back = None
        self.requests, self.answers = Frames(), Frames()
        self.is_deaf, self.is_gone = threading.Event(), threading.Event()
        self.start()

    def run(self):
        self.client = self.listener.accept()[0]
        for s in (self.client, self.to_server):
            s.settimeout(0.1)
        self.back = threading.Thread(target=self.pump, daemon=True,
                                     args=(self.to_server, self.client, self.answers, self.is_gone))
        self.back.start()
        self.pump(self.client, self.to_server, self.requests, self.is_deaf)

    @staticmethod
    def pump(source, target, frames, ended):
        while not ended.is_set():
            try:
                data = source.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            frames.add(data)
            target.sendall(data)

    def vanish(self):
        """First all that was asked is answered: an answer to nobody would be refused by the kernel, and so tell the
        server. The socket must be in nobody's hands when it is closed, or it lives on."""
        self.is_deaf.set()
        self.join()
        wait_for(lambda: self.answers.count >= self.requests.count, 30)
        self.is_gone.set()
        self.back.join()
        self.to_server.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # an answer without its ACK comes again
        self.to_server.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        self.to_server.close()
        self.client.close()
        self.listener.close()


def begin_half_open(server):
    proxy = VanishingProxy(server)
    real = server.port
    server.port = proxy.port
    talk = Talk(server)
    server.port = real
    talk.do("put /etc/passwd held")
    return proxy, talk


def part_half_open(report):
    """The connection of a client that lost its power goes, with what it had open, within a minute."""
    if os.geteuid() != 0:
        report.skip("half-open", "needs root to end a connection without a word")
        return
    with SignetServer() as server:
        proxy, talk = begin_half_open(server)
        number = server.wait_for_event("session_open")["connection"]
        began = time.time()
        proxy.vanish()
        talk.close()
        works(report, "half-open", server)
        still = [e for e in server.events("connection_close") if e["connection"] == number]
        report.check("half-open: its end was not heard", not still, f"{still}")
        e = server.wait_for_event("connection_close", timeout=75, connection=number)
        report.check("half-open: noticed by keepalive", e is not None, "not in 75 s")
        if e:
            report.check("half-open: it took what it should", 10 < time.time() - began < 70, f"{time.time() - began}")
        stop_cleanly(report, "half-open", server)


# --- SIGHUP -----------------------------------------------------------------------------------------------

def part_reload(report):
    server = SignetServer()
    second = server.dir / "second"
    second.mkdir()
    (second / "there").write_bytes(b"x")
    first_config = server.config.read_text().replace("[share data]", f"later_shares = {server.dir}\n\n[share data]")
    server.config.write_text(first_config)
    with server:
        with Talk(server) as alice, Talk(server, user="bob") as bob:
            server.wait_for_event("session_open", account="bob")
            connections = {e["connection"] for e in server.events("session_open")}

            def reload(text, result):
                count = len(server.events("config_reload"))
                server.config.write_text(text)
                server.process.send_signal(signal.SIGHUP)
                wait_for(lambda: len(server.events("config_reload")) > count, 30)
                told = server.events("config_reload")[count:]
                return report.check(f"reload: {result} told", told and told[0]["result"] == result, f"{told}")

            with_second = first_config + f"[share second]\npath = {second}\nusers = alice bob\nwrite = alice\n"
            reload(with_second, "success")
            code, out = smbclient(server, "ls", share="second")
            report.check("reload: a share that was added", "there" in out, out)
            report.check("reload: sessions go on", "NT_STATUS" not in alice.do("put /etc/passwd a") and
                         "NT_STATUS" not in bob.do("ls"))
            with Talk(server, share="second", user="bob") as bob2, Talk(server, share="second") as alice2:
                for bad in ("[server]\nlisten = nowhere\n", with_second + "[share third]\npath = /nonexistent\n",
                            with_second.replace("users", "usres"), "garbage\n", first_config + "[share x]\n"):
                    reload(bad, "failure")
                report.check("reload: the old stays in force", "there" in bob2.do("ls") and "there" in alice2.do("ls"))
                report.check("reload: the log names the line", re.search(r"signet\.conf:\d+: ", server.log.read_text()))
                reload(with_second.replace("users = alice bob\nwrite = alice\n", "users = alice\n"), "success")
                out = bob2.do("ls")
                report.check("reload: a user who was removed from the share", "NT_STATUS_ACCESS_DENIED" in out, out)
                report.check("reload: one who may no longer write",
                             "NT_STATUS_ACCESS_DENIED" in alice2.do("put /etc/passwd new"))
                report.check("reload: but still read", "there" in alice2.do("ls"))
                reload(first_config, "success")
                out = alice2.do("ls")
                report.check("reload: a share that was removed", "NT_STATUS_NETWORK_NAME_DELETED" in out, out)
                report.check("reload: other shares' sessions go on", "NT_STATUS" not in alice.do("get a /dev/null") and
                             "NT_STATUS" not in bob.do("ls"))
            count = len(server.events("config_reload"))
            subprocess.run([BINARY, "user", "remove", "bob", "--config", server.config], check=True, capture_output=True)
            wait_for(lambda: len(server.events("config_reload")) > count, 30)
            out = bob.do("ls")
            report.check("reload: an account that was removed", re.search("NT_STATUS_(USER_SESSION_DEL|CONN|LOGON)", out), out)
            report.check("reload: the others' sessions go on", "NT_STATUS" not in alice.do("ls"))
            closed = [e for e in server.events("connection_close") if e["connection"] in connections]
            report.check("reload: no connection of the first ones was closed", len(closed) <= 1, f"{closed[:1]}")
        stop_cleanly(report, "reload", server)


def part_race(report):
    """A folder is marked for deletion while somebody begins to watch it."""
    with SignetServer() as server:
        done = subprocess.run([RACING_CLIENT, str(server.port), "alice", f"{PASSWORD}alice", "data", str(RACES)],
                              capture_output=True, text=True, timeout=300)
        report.check("race: who watches what is deleted is told", done.returncode == 0, done.stdout + done.stderr)
        stop_cleanly(report, "race", server)


PARTS = {"half_open": part_half_open, "kill": part_kill, "term": part_term, "full": part_full,
         "permission": part_permission, "vanish": part_vanish, "stall": part_stall, "garbage": part_garbage,
         "limits": part_limits, "reload": part_reload, "hang": part_hang, "race": part_race}


def main():
    report = Report()
    if shutil.which("smbclient") is None:
        report.skip("faults", "smbclient is not installed")
        return 0
    parts = sys.argv[1:] or list(PARTS)
    waits = threading.Thread(target=part_half_open, args=(report,)) if "half_open" in parts else None
    if waits:  # most of its time is waiting
        waits.start()
    for part in parts:
        if part != "half_open":
            PARTS[part](report)
    if waits:
        waits.join()
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

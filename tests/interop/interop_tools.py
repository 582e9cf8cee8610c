# SPDX-License-Identifier: Apache-2.0
"""What the tests with real clients share: trees of files, checksums, and what must be true of any run."""

import hashlib
import os
import pty
import random
import re
import select
import subprocess
import time
from pathlib import Path

from signet_server import PASSWORD, sanitizer_words  # noqa: F401

ENVIRONMENT = os.environ | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
NAMES = [
    "plain.txt", "with space", "Größe äöü ß.txt", "ÄÖÜ", "日本語のファイル名.txt", "한국어", "кириллица",
    "𝄞 clef 😀.dat", "𠮷野家", "e\u0301 combining", "é composed", "UPPER.TXT", "trailing_", "a'quote", "100%", "#hash",
    "semi;colon", "comma,name", "[brackets]", "{braces}", "(x)", "~tilde", "$dollar", "&and", "+plus", "=is", "@at",
    "!bang", "^caret", "`tick", ".hidden", "no-extension", "many.dots.in.name", "ﬁ ligature", "İstanbul ı", "ǅ",
]


def sizes(count, largest, rng):
    """Mostly small, some of each edge that clients and the protocol have, a few large."""
    edges = [0, 0, 1, 2, 511, 512, 513, 4095, 4096, 4097, 65535, 65536, 65537, 131072, 1 << 20, (1 << 20) + 1]
    large = [largest, largest // 2 + 3, largest // 4 + 1, (8 << 20) + 1, 8 << 20, (4 << 20) - 1]
    large = [s for s in large if s <= largest]
    rest = [min(int(rng.expovariate(1 / 6000)), 1 << 18) for _ in range(max(count - len(edges) - len(large), 0))]
    found = edges + large + rest
    rng.shuffle(found)
    return found[:count]


def directories(root, count, rng):
    made = [root]
    for i in range(count):
        parent = rng.choice(made[-12:])
        made.append(parent / f"{rng.choice(NAMES)} d{i}")
    deep = root
    for i in range(24):  # some hundred characters deep
        deep = deep / f"deep ü{i}"
    made.append(deep)
    for d in made:
        d.mkdir(parents=True, exist_ok=True)
    return made


def make_tree(root, files=2000, largest=24 << 20, seed=1):
    rng = random.Random(seed)
    made = directories(root, max(files // 40, 3), rng)
    block = rng.randbytes(1 << 20)
    for i, size in enumerate(sizes(files, largest, rng)):
        name = f"{rng.choice(NAMES)} {i}"
        if i % 97 == 0:
            name = ("長い" * 36 + "x" * 16)[: 80] + str(i)  # over 200 bytes
        start = rng.randrange(1 << 19)
        with open(rng.choice(made) / name, "wb") as f:
            f.write(i.to_bytes(8, "little")[:size])
            left = size - min(size, 8)
            while left > 0:
                piece = block[start:start + left]
                f.write(piece)
                left -= len(piece)
    return root


def digest(root):
    """{relative path: sha256, or "directory"} of everything below root."""
    found = {}
    for folder, names, files in os.walk(root):
        for name in names:
            found[os.path.relpath(os.path.join(folder, name), root)] = "directory"
        for name in files:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, root)] = hashlib.file_digest(f, "sha256").hexdigest()
    return found


def difference(wanted, got):
    """Empty when they are the same, else the first few differences in words."""
    lines = [f"missing {p!r}" for p in wanted if p not in got]
    lines += [f"unexpected {p!r}" for p in got if p not in wanted]
    lines += [f"differs {p!r}" for p in wanted if p in got and got[p] != wanted[p]]
    return "" if not lines else f"{len(lines)} of {len(wanted)}: " + "; ".join(lines[:4])


def check_same(report, name, wanted_root, got_root):
    return report.check(name, *[(not d, d) for d in [difference(digest(wanted_root), digest(got_root))]][0])


def smbclient_command(server, command, user="alice", share="data", options=()):
    (server.dir / "smb.conf").write_text("[global]\n")
    return ["smbclient", "-s", str(server.dir / "smb.conf"), "-p", str(server.port), f"//127.0.0.1/{share}",
            "-U", f"{user}%{PASSWORD}{user}", *options, "-c", command]


def smbclient(server, command, timeout=120, **more):
    """Runs smbclient; its status, and all of its output."""
    done = subprocess.run(smbclient_command(server, command, **more), env=ENVIRONMENT, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(errors="replace")


def check_sealed(report, name, events):
    """No session that is not sealed with AES-128-GCM in 3.1.1, and at least one that is."""
    sessions = [e for e in events if e["kind"] == "session_open"]
    bad = [e for e in events if "session" in e and e["kind"] not in ("authentication", "session_close") and not (
        e.get("encrypted") and e.get("signed") and e.get("dialect") == "3.1.1" and e.get("cipher") == "AES-128-GCM")]
    report.check(f"{name}: all is sealed", sessions and not bad, f"{len(sessions)} sessions, not sealed: {bad[:1]}")
    worse = [e for e in events if e["kind"] in ("weakened", "policy_violation")
             and not e["reason"].startswith("ntlm_without_")]  # as the kernel and rclone are
    report.check(f"{name}: nothing weakened, no violation", not worse, f"{worse[:1]}")


def check_log(report, name, server):
    """The server said nothing of a sanitizer and still runs, or ended as it should have."""
    said = sanitizer_words(server.log)
    report.check(f"{name}: no word of a sanitizer", not said, said)
    if server.process is not None:
        text = server.log.read_text(errors="replace")
        report.check(f"{name}: the server still runs", server.process.poll() is None,
                     f"status {server.process.poll()}: {text[-3000:]}")


def stop_cleanly(report, name, server):
    report.check(f"{name}: ends with status 0", *[(s == 0, f"status {s}") for s in [server.stop()]][0])
    check_log(report, name, server)


def check_events(report, name, server):
    """Every event against the table of kinds and fields."""
    from signet_server import BINARY, ROOT
    done = subprocess.run(["python3", str(ROOT / "tests" / "check_events.py"), str(BINARY), str(server.events_file)],
                          text=True, capture_output=True)
    report.check(f"{name}: events are as documented", done.returncode == 0, done.stdout[-500:] + done.stderr[-500:])


def scratch(server, name):
    path = Path(server.dir) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


class Talk:
    """A session of smbclient that stays open: commands go in one at a time. A context manager."""

    def __init__(self, server, **more):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            smbclient_command(server, "", **more)[:-2], stdin=slave, stdout=slave, stderr=slave,
            env=ENVIRONMENT | {"TERM": "dumb"}, start_new_session=True)
        os.close(slave)
        self.count = 0
        self.begin = self.until(rb"smb: \\.*> |NT_STATUS\w+")

    def until(self, what, timeout=30):
        out, end = b"", time.time() + timeout
        while not re.search(what, out) and time.time() < end:
            if not select.select([self.master], [], [], 0.2)[0]:
                continue
            try:
                out += os.read(self.master, 65536)
            except OSError:  # it has ended
                break
        return out.decode(errors="replace").replace("\r", "")

    def send(self, command):
        os.write(self.master, f"{command}\n".encode())

    def do(self, command, timeout=30):
        """What the commands printed."""
        self.count += 1
        lines = "\n".join(command.split("; "))
        self.send(f'{lines}\n!echo mark""{self.count}.')
        return self.until(f"mark{self.count}\\.".encode(), timeout)

    def close(self):
        if self.master >= 0:
            os.close(self.master)
            self.master = -1
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

# SPDX-License-Identifier: Apache-2.0
"""A private Signet on a loopback port, for tests with real clients."""

import collections
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SIGNET", ROOT / "build" / "signet"))
PASSWORD = "Passw0rd-"
SANITIZER = re.compile(r"(ERROR|WARNING): \w+Sanitizer|runtime error:|Assertion|LeakSanitizer")
sys.path.append(str(ROOT / "tests"))
import check_events  # noqa: E402


def free_port():
    """None of those that the kernel gives to clients: by the time it is listened on, one of these might have it."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("", port))
            return port


def is_old_socket(text):
    """libuv closes sockets with a raw system call, which TSan does not see: the descriptor's next life
    then looks like a race with the socket's last use."""
    return "Location is file descriptor" in text and "#0 close " in text and "#0 epoll_ctl " in text


def sanitizer_words(log):
    """What a sanitizer said in a server's log; empty when there is none."""
    text = log.read_text(errors="replace") if log.exists() else ""
    text = "".join(part for part in text.split("=" * 18 + "\n") if not is_old_socket(part))
    found = SANITIZER.search(text)
    return text[found.start():][:6000] if found else ""


def event_faults(events_file, may_be_torn):
    """What is wrong with the events, by the program's own table; a killed server leaves part of a line."""
    if not events_file.exists():
        return []
    lines = events_file.read_bytes().splitlines(keepends=True)
    if may_be_torn:
        lines = [line for line in lines if line.startswith(b"{") and line.endswith(b"}\n")]
    return list(check_events.faults_of_lines(lines, check_events.table_of(BINARY), collections.Counter()))


class SignetServer:
    """Use as a context manager. Keys of [server] and [share data] can be given as dictionaries.

    Whenever it stops, its log must be without a sanitizer's word and its events as documented; what is
    not is printed as a failure, and Report's exit status tells."""

    faults = 0  # of all servers

    def __init__(self, users=("alice", "bob"), server=None, share=None, more_config="", base=None):
        self.dir = Path(tempfile.mkdtemp(prefix="signet-test-", dir=base or "/var/tmp"))
        self.users = users
        self.port = free_port()
        self.state = self.dir / "state"
        self.share = self.dir / "share"
        self.events_file = self.dir / "events.jsonl"
        self.config = self.dir / "signet.conf"
        self.log = self.dir / "log"
        self.process = None
        self.killed = False
        self.state.mkdir(mode=0o700)
        self.share.mkdir()
        self.write_config(server or {}, share or {}, more_config)
        for user in users:
            self.add_user(user)

    def write_config(self, server, share, more=""):
        names = " ".join(self.users)
        top = {
            "listen": f"127.0.0.1:{self.port}",
            "state": self.state,
            "networks": "127.0.0.0/8",
            "events": self.events_file,
            "name": "localhost",
            "max_authentications_per_peer": 60000,
        } | server
        data = {"path": self.share, "users": names, "write": names} | share
        lines = ["[server]"] + [f"{k} = {v}" for k, v in top.items()]
        lines += ["", "[share data]"] + [f"{k} = {v}" for k, v in data.items()]
        self.config.write_text("\n".join(lines) + "\n" + more)

    def add_user(self, user):
        subprocess.run(
            [BINARY, "user", "add", user, "--config", self.config, "--password-stdin", "--ntlm"],
            input=f"{PASSWORD}{user}\n", text=True, check=True, capture_output=True)

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--config", self.config], stdout=log, stderr=log, cwd=self.dir)
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError("signet ended at once:\n" + self.log.read_text())
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("signet does not listen:\n" + self.log.read_text())

    def stop(self, how=signal.SIGTERM, timeout=30):
        """Ends the server; its exit status, negative for a signal."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(how)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        self.killed |= status < 0
        self.judge()
        return status

    def judge(self):
        said = sanitizer_words(self.log)
        wrong = event_faults(self.events_file, self.killed)
        for fault in ([f"sanitizer: {said}"] if said else []) + wrong[:5]:
            SignetServer.faults += 1
            print(f"FAIL server {self.dir.name}: {fault}", flush=True)

    def events(self, kind=None):
        if not self.events_file.exists():
            return []
        lines = self.events_file.read_bytes().decode(errors="surrogateescape").split("\n")  # and not U+2028
        found = [json.loads(line) for line in lines if line.endswith("}")]
        return [e for e in found if kind is None or e["kind"] == kind]

    def wait_for_event(self, kind, timeout=20, **fields):
        end = time.time() + timeout
        while time.time() < end:
            for e in self.events(kind):
                if all(e.get(k) == v for k, v in fields.items()):
                    return e
            time.sleep(0.05)
        return None

    def smbclient(self, command, user="alice", share="data", check=True, timeout=60, options=()):
        empty = self.dir / "smb.conf"
        empty.write_text("[global]\n")
        return subprocess.run(
            ["smbclient", "-s", empty, "-p", str(self.port), f"//127.0.0.1/{share}", "-U",
             f"{user}%{PASSWORD}{user}", *options, "-c", command],
            text=True, capture_output=True, check=check, timeout=timeout)

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        try:
            self.stop()
        finally:
            if os.environ.get("SIGNET_KEEP"):
                print("kept", self.dir)
            else:
                shutil.rmtree(self.dir, ignore_errors=True)


class Report:
    """PASS, FAIL and SKIP lines, and the exit status that goes with them."""

    def __init__(self):
        self.failed = 0

    def passed(self, name):
        print(f"PASS {name}", flush=True)

    def failure(self, name, why=""):
        self.failed += 1
        print(f"FAIL {name} {why}".rstrip(), flush=True)

    def skip(self, name, why):
        print(f"SKIP {name} {why}", flush=True)

    def check(self, name, condition, why=""):
        if condition:
            self.passed(name)
        else:
            self.failure(name, why)
        return condition

    def exit_status(self):
        return 1 if self.failed or SignetServer.faults else 0

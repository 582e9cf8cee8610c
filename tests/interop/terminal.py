# SPDX-License-Identifier: Apache-2.0
"""A terminal for tests: a shell's job on a pseudo-terminal, and what its user would see. Anything that a program
of ours has no reason to write there is a fault."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unicodedata

# A job as an interactive shell runs it, in a process group of its own: it can be stopped and go on.
SHELL = 'set -m; "$@"; s=$?; if [ $s = 148 ]; then echo "[stopped]"; fg >/dev/null; s=$?; fi; echo "[status $s]"'
SEQUENCE = re.compile(r"\x1b\[(\?[0-9]+[hl]|[0-9;]*[HJKm])")
MODES = {"7": "wrap", "25": "cursor", "1049": "other"}


class Screen:
    """What sequences of movement and erasure leave to be seen."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.modes = {"wrap": True, "cursor": True, "other": False}
        self.faults, self.stream, self.left, self.wide = [], "", "", False
        self.clear()

    def clear(self):
        self.lines = [[" "] * self.width for _ in range(self.height)]
        self.row = self.column = 0

    def resize(self, width, height):
        self.width, self.height = width, height
        self.clear()

    def feed(self, text):
        text, self.left = self.left + text, ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self.put(text[at])
                at += 1
                continue
            match = SEQUENCE.match(text, at)
            if match:
                self.obey(match[1])
                at = match.end()
            elif len(text) - at < 12:
                self.left = text[at:]
                return
            else:
                self.faults.append(f"sequence {text[at:at + 12]!r}")
                at += 1

    def obey(self, sequence):
        if sequence[0] == "?":
            self.modes[MODES.get(sequence[1:-1], "unknown")] = sequence[-1] == "h"
            if sequence[1:-1] == "1049":
                self.clear()
        elif sequence[-1] == "H":
            row, column = (sequence[:-1] or "1;1").split(";")
            self.row, self.column = int(row) - 1, int(column) - 1
            if self.row >= self.height:
                self.faults.append(f"row {self.row + 1} of {self.height}")
        elif sequence == "2J":
            self.clear()
        elif sequence == "K" and self.row < self.height:
            self.lines[self.row][self.column:] = [" "] * (self.width - self.column)

    def put(self, c):
        if not self.modes["other"]:
            self.stream += c
            return
        if c == "\x18":
            return
        if ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0 or unicodedata.category(c) in ("Cf", "Cc"):
            self.faults.append(f"character {c!r}")
            return
        columns = 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if self.column + columns > self.width or self.row >= self.height:
            self.faults.append(f"{c!r} at {self.row},{self.column} of {self.width}x{self.height}")
            return
        self.lines[self.row][self.column] = c
        self.column += columns

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.lines)


class Terminal:
    def __init__(self, command, width=100, height=30, **environment):
        self.screen, self.written = Screen(width, height), 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm", **environment})
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            os.execvp("bash", ["bash", "-c", SHELL, "bash", *map(str, command)])
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.before = termios.tcgetattr(self.fd)

    def modes(self):
        return termios.tcgetattr(self.fd)

    def read(self, seconds):
        """Whether there was something within that time."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            got = os.read(self.fd, 65536)
        except OSError:  # nobody has it open any more
            return False
        self.written += len(got)
        self.screen.feed(self.decoder.decode(got))
        return bool(got)

    def wait(self, holds, seconds=15):
        end = time.monotonic() + seconds
        while not holds(self) and time.monotonic() < end:
            self.read(0.1)
        return holds(self)

    def shows(self, pattern):
        return self.screen.modes["other"] and re.search(pattern, self.screen.text())

    def wait_to_show(self, pattern, seconds=15):
        return self.wait(lambda t: t.shows(pattern), seconds)

    def wait_for_shell(self, pattern, seconds=15):
        return self.wait(lambda t: re.search(pattern, t.screen.stream), seconds)

    def type(self, keys):
        os.write(self.fd, keys)

    def resize(self, width, height):
        while self.read(0.3):
            pass
        self.screen.resize(width, height)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def job(self):
        """The process that the shell runs."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
                    if int(f.read().rsplit(")", 1)[1].split()[1]) == self.pid:
                        return int(pid)
            except OSError:
                pass
        return None

    def is_as_before(self):
        m = self.screen.modes
        return m["wrap"] and m["cursor"] and not m["other"] and self.modes() == self.before

    def close(self):
        job = self.job()
        for pid in (job, self.pid):
            if pid is not None:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        os.close(self.fd)
        os.waitpid(self.pid, 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

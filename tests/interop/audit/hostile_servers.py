# SPDX-License-Identifier: Apache-2.0
"""Servers that answer an audit with what no server should. Some speak without having listened; the others stand before
a real server, pass on what it says, and from one answer on tell something else."""

import os
import random
import socket
import struct
import threading
import time

CREATE, READ, IOCTL, QUERY_INFO = 5, 8, 11, 16
COMMANDS = {"negotiate": 0, "session setup": 1, "tree connect": 3, "create": CREATE, "read": READ, "ioctl": IOCTL}
PENDING, BUFFER_OVERFLOW, MORE_PROCESSING = 0x103, 0x80000005, 0xC0000016
RNG = random.Random(5)  # the same rubbish each time
NOISE = RNG.randbytes(1 << 16)


def framed(data):
    return struct.pack(">I", len(data)) + data


def receive_frame(s, rest):
    """(frame, what came after it); (None, _) at the end."""
    while len(rest) < 4 or len(rest) < 4 + (struct.unpack(">I", rest[:4])[0] & 0xFFFFFF):
        data = s.recv(65536)
        if not data:
            return None, rest
        rest += data
    size = struct.unpack(">I", rest[:4])[0] & 0xFFFFFF
    return rest[4:4 + size], rest[4 + size:]


def forever(s, make, pause=0.0):
    while True:
        s.sendall(make())
        if pause:
            time.sleep(pause)


# --- without a server behind: what is done with a connection ----------------------------------------------


def listen_only(s):
    while s.recv(65536):
        pass


def after_request(act):
    def serve(s):
        receive_frame(s, b"")
        act(s)
    return serve


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def then_wait(data):
    def serve(s):
        s.sendall(data)
        listen_only(s)
    return serve


def header(command=0, message=0, status=0, flags=1, following=0):
    return struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, status, command, 1, flags, following, message, 0, 0, 0, bytes(16))


def negotiate_body(dialect, contexts, length=None, offset=128):
    return struct.pack("<HHHH16sIIIIQQHHI", 65, 1, dialect, contexts, bytes(16), 0x7f, 1 << 23, 1 << 23, 1 << 23,
                       0, 0, offset, length or 0, 0xD0)


def drip(s):
    request, _ = receive_frame(s, b"")
    answer = framed(header() + negotiate_body(0x0210, 0) + bytes(4096))
    for i in range(len(answer)):
        s.sendall(answer[i:i + 1])
        time.sleep(1)


def pending_forever(s):
    request, _ = receive_frame(s, b"")
    forever(s, lambda: framed(header(status=PENDING, flags=3) + struct.pack("<HHIB", 9, 0, 0, 0)), 0.001)


def chain_forever(s):
    """One frame of a thousand answers that each point to the next."""
    one = header(following=80) + bytes(16)
    forever(s, lambda: framed(one * 1000), 0.001)


DIRECT = {
    "nothing is said": listen_only,
    "closed at once": lambda s: None,
    "reset at once": reset,
    "closed after a request": after_request(lambda s: None),
    "reset after a request": after_request(reset),
    "noise": after_request(then_wait(NOISE[:4096])),
    "noise in a frame": after_request(then_wait(framed(NOISE[:4096]))),
    "noise without end": after_request(lambda s: forever(s, lambda: NOISE)),
    "noise without having listened": lambda s: forever(s, lambda: NOISE),
    "frames of noise without end": after_request(lambda s: forever(s, lambda: framed(NOISE[:9000]))),
    "empty frames without end": after_request(lambda s: forever(s, lambda: bytes(4) * 1000)),
    "keep-alives without end": after_request(lambda s: forever(s, lambda: b"\x85\0\0\0" * 1000)),
    "half of a length": after_request(then_wait(b"\0\0")),
    "half of a message": after_request(then_wait(struct.pack(">I", 200) + header() + b"half")),
    "a huge length": after_request(then_wait(b"\0\xff\xff\xff" + header())),
    "a huge length, and all of it": after_request(lambda s: (s.sendall(b"\0\xff\xff\xff"), forever(s, lambda: NOISE))),
    "the type of a NetBIOS session": after_request(then_wait(b"\x82\0\0\0" + framed(header()))),
    "one byte a second": drip,
    "a web server": after_request(then_wait(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
    "compressed rubbish": after_request(then_wait(framed(b"\xfcSMB" + NOISE[:500]))),
    "a compressed gigabyte": after_request(then_wait(framed(b"\xfcSMB" + struct.pack("<IHHI", 0x3fffffff, 2, 1, 0) + NOISE[:500]))),
    "encrypted rubbish": after_request(then_wait(framed(b"\xfdSMB" + NOISE[:500]))),
    "SMB1 rubbish": after_request(then_wait(framed(b"\xffSMB\x72" + NOISE[:500]))),
    "another message's id": after_request(then_wait(framed(header(message=77) + negotiate_body(0x0311, 0)))),
    "another command": after_request(then_wait(framed(header(command=9) + negotiate_body(0x0311, 0)))),
    "a request as the answer": after_request(then_wait(framed(header(flags=0) + negotiate_body(0x0311, 0)))),
    "the request itself": lambda s: s.sendall(s.recv(65536)) or listen_only(s),
    "a dialect nobody offered": after_request(then_wait(framed(header() + negotiate_body(0x0999, 0)))),
    "offsets beyond the message": after_request(then_wait(framed(header() + negotiate_body(0x0311, 9, 65000, 65000)))),
    "more contexts than there are": after_request(then_wait(framed(header() + negotiate_body(0x0311, 65535) + bytes(64)))),
    "pending without end": pending_forever,
    "answers in chains without end": chain_forever,
}


# --- before a server: what becomes of an answer -----------------------------------------------------------


def with_status(frame, status, flags=0):
    out = bytearray(frame)
    struct.pack_into("<I", out, 8, status)
    out[16] |= flags
    return bytes(out)


def with_message(frame, message):
    out = bytearray(frame)
    struct.pack_into("<Q", out, 24, message)
    return bytes(out)


def flipped(frame):
    """A few bytes of its body are others."""
    out = bytearray(frame)
    for _ in range(4):
        out[RNG.randrange(64, len(out))] = RNG.choice((0, 1, 0x7F, 0x80, 0xFF, RNG.randrange(256)))
    return bytes(out)


def ones(frame):
    """Every length and offset is as large as can be."""
    return frame[:66] + b"\xff" * (len(frame) - 66)


class Once(Exception):
    """This is the last that is said."""


def end(s, frame):
    raise Once


def wait(s, frame):
    listen_only(s)


TAMPER = {
    "noise": lambda s, f: s.sendall(framed(f[:64] + NOISE[:max(len(f) - 64, 1)])),
    "half of it": lambda s, f: s.sendall(framed(f)[:len(f) // 2]) or wait(s, f),
    "cut short": lambda s, f: s.sendall(framed(f[:max(64, len(f) // 2)])),
    "nothing": wait,
    "the end": end,
    "ones": lambda s, f: s.sendall(framed(ones(f))),
    "other bytes": lambda s, f: s.sendall(framed(flipped(f))),
    "another id": lambda s, f: s.sendall(framed(with_message(f, 4711))),
    "pending without end": lambda s, f: forever(s, lambda: framed(with_status(f, PENDING, 2)), 0.001),
    "the same without end": lambda s, f: forever(s, lambda: framed(f)),
}


def more_without_end(s, frame):
    """Of a pipe: there is always more of the answer to read."""
    s.sendall(framed(with_status(frame, BUFFER_OVERFLOW)))


class Listener:
    """A port where each connection is served as told, on a thread of its own. Use as a context manager."""

    def __init__(self, name, serve):
        self.name, self.serve, self.connections = name, serve, 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.target = f"127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            s.settimeout(60)
            threading.Thread(target=self.one, args=(s,), daemon=True).start()

    def one(self, s):
        try:
            with s:
                self.serve(s)
        except (OSError, Once, struct.error):
            pass

    def stop(self):
        self.listener.close()


class Tamperer:
    """Serves connections with what server says, until it answers command the nth time."""

    def __init__(self, server, command, act, after=0):
        self.server, self.command, self.act, self.after = server, command, act, after

    def __call__(self, s):
        with socket.create_connection(self.server, 5) as behind:
            threading.Thread(target=self.forward, args=(s, behind), daemon=True).start()
            rest, seen = b"", 0
            while True:
                frame, rest = receive_frame(behind, rest)
                if frame is None:
                    return
                if frame[:4] == b"\xfeSMB" and struct.unpack_from("<H", frame, 12)[0] == self.command:
                    seen += 1
                    if seen > self.after:
                        self.act(s, frame)
                        continue
                s.sendall(framed(frame))

    @staticmethod
    def forward(s, behind):
        try:
            while data := s.recv(65536):
                behind.sendall(data)
            behind.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def all_listeners(server):
    """Every kind of them; server is the (address, port) of one that speaks in the clear."""
    made = [Listener(name, serve) for name, serve in DIRECT.items()]
    for step, command in COMMANDS.items():
        for what, act in TAMPER.items():
            made.append(Listener(f"{step}: {what}", Tamperer(server, command, act)))
    made.append(Listener("second session setup: noise", Tamperer(server, 1, TAMPER["noise"], 1)))
    made.append(Listener("second session setup: ones", Tamperer(server, 1, TAMPER["ones"], 1)))
    made.append(Listener("second tree connect: other bytes", Tamperer(server, 3, TAMPER["other bytes"], 1)))
    for command, name in ((IOCTL, "ioctl"), (READ, "read")):
        made.append(Listener(f"{name}: always more", Tamperer(server, command, more_without_end)))
    return made

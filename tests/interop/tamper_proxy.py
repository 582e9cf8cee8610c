# SPDX-License-Identifier: Apache-2.0
"""A man in the middle between a client and a private server, for tests: sees whole frames, and may change,
repeat, drop or reorder them."""

import socket
import struct
import threading

TO_SERVER, TO_CLIENT = "to server", "to client"


def receive_exactly(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            return None
        data += more
    return data


class TamperProxy:
    """Use as a context manager. change(direction, number, frame) gives what goes on in the frame's place: None
    for the frame as it is, or a list of frames. number counts from 0 in each direction of each connection."""

    def __init__(self, port, change):
        self.target = port
        self.change = change
        self.changed = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def pump(self, source, sink, direction):
        number = 0
        try:
            while True:
                header = receive_exactly(source, 4)
                frame = header and receive_exactly(source, struct.unpack(">L", header)[0] & 0xFFFFFF)
                if not frame:
                    break
                out = self.change(direction, number, frame)
                if out is not None:
                    self.changed += 1
                for f in [frame] if out is None else out:
                    sink.sendall(struct.pack(">L", len(f)) + f)
                number += 1
        except OSError:
            pass
        for sock in (source, sink):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            for args in ((client, server, TO_SERVER), (server, client, TO_CLIENT)):
                threading.Thread(target=self.pump, args=args, daemon=True).start()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


# --- what can be done to a NEGOTIATE ----------------------------------------------------------------------

PREAUTH, CIPHERS, SIGNING = 1, 2, 8


def is_negotiate(frame):
    return frame[:4] == b"\xfeSMB" and struct.unpack_from("<H", frame, 12)[0] == 0


def request_parts(frame):
    """Dialects, and contexts as [(type, data)], of a request."""
    count = struct.unpack_from("<H", frame, 66)[0]
    dialects = list(struct.unpack_from(f"<{count}H", frame, 100))
    offset, number = struct.unpack_from("<LH", frame, 92)
    contexts = []
    for _ in range(number if 0x311 in dialects else 0):
        kind, length = struct.unpack_from("<HH", frame, offset)
        contexts.append((kind, frame[offset + 8:offset + 8 + length]))
        offset = offset + 8 + length + 7 & ~7
    return dialects, contexts


def request_of(frame, dialects, contexts):
    """The request with other dialects and contexts."""
    out = bytearray(frame[:92]) + bytes(8) + struct.pack(f"<{len(dialects)}H", *dialects)
    struct.pack_into("<H", out, 66, len(dialects))
    if contexts:
        out += bytes(-len(out) % 8)
        struct.pack_into("<LHH", out, 92, len(out), len(contexts), 0)
        for kind, data in contexts:
            out += bytes(-len(out) % 8) + struct.pack("<HHL", kind, len(data), 0) + data
    return bytes(out)

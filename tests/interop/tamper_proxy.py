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
    for the frame as it is, or a list of frames, of which those that come as (direction, frame) may go back to where
    they came from. number counts from 0 in each direction of each connection. ports are the proxy's own, of its
    connections to the server: by them its events can be told from others'."""

    def __init__(self, port, change, server="127.0.0.1", listen=("127.0.0.1", 0)):
        self.target = server, port
        self.change = change
        self.changed = 0
        self.ports = []
        self.listener = socket.create_server(listen)
        self.port = self.listener.getsockname()[1]

    def pump(self, sinks, direction):
        number = 0
        source, sink = sinks[TO_CLIENT if direction == TO_SERVER else TO_SERVER], sinks[direction]
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
                    where, f = f if isinstance(f, tuple) else (direction, f)
                    sinks[where].sendall(struct.pack(">L", len(f)) + f)
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
            server = socket.create_connection(self.target)
            self.ports.append(server.getsockname()[1])
            for direction in (TO_SERVER, TO_CLIENT):
                threading.Thread(target=self.pump, args=({TO_SERVER: server, TO_CLIENT: client}, direction),
                                 daemon=True).start()

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


def response_contexts(frame):
    """[(type, data)] of a 3.1.1 response."""
    count, offset = struct.unpack_from("<H", frame, 70)[0], struct.unpack_from("<L", frame, 124)[0]
    contexts = []
    for _ in range(count):
        kind, length = struct.unpack_from("<HH", frame, offset)
        contexts.append((kind, frame[offset + 8:offset + 8 + length]))
        offset = offset + 8 + length + 7 & ~7
    return contexts


def response_of(frame, contexts):
    """The response with other contexts."""
    out = bytearray(frame[:struct.unpack_from("<L", frame, 124)[0]])
    struct.pack_into("<H", out, 70, len(contexts))
    for kind, data in contexts:
        out += bytes(-len(out) % 8) + struct.pack("<HHL", kind, len(data), 0) + data
    return bytes(out)


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

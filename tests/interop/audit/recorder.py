# SPDX-License-Identifier: Apache-2.0
"""A wire tap: a listener that passes everything on to a server, and reads it. What is sent in the clear is
understood; sealed frames are only counted."""

import select
import socket
import struct
import threading

NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT, TREE_DISCONNECT, CREATE, CLOSE, FLUSH, READ, WRITE, LOCK, IOCTL = range(12)
CANCEL, ECHO, QUERY_DIRECTORY, CHANGE_NOTIFY, QUERY_INFO, SET_INFO, OPLOCK_BREAK = range(12, 19)
# CREATE's dispositions but FILE_OPEN, and its rights that change something.
FILE_OPEN, DELETE_ON_CLOSE = 1, 0x1000
CHANGES = 0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000


class Frames:
    """The frames of one direction."""

    def __init__(self):
        self.rest = b""

    def of(self, data):
        self.rest += data
        while len(self.rest) >= 4 and len(self.rest) >= 4 + (size := struct.unpack(">I", self.rest[:4])[0] & 0xFFFFFF):
            frame, self.rest = self.rest[4:4 + size], self.rest[4 + size:]
            yield frame


class Recorder:
    """Use as a context manager; target is (address, port), or None: whoever connects is only counted."""

    def __init__(self, target, address="127.0.0.1"):
        self.target = target
        self.listener = socket.create_server((address, 0), backlog=512)
        self.address, self.port = self.listener.getsockname()
        self.connections, self.bytes_sent, self.sealed = 0, 0, 0
        self.requests = []  # (command, is it of a pipe's tree, body)
        self.answers = []   # (command, status)
        self.lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.target is None:
                client.close()
                continue
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = socket.create_connection(self.target)
        frames, asked, pipes = {client: Frames(), server: Frames()}, {}, set()
        try:
            while True:
                for side in select.select([client, server], [], [])[0]:
                    data = side.recv(65536)
                    if not data:
                        return
                    (server if side is client else client).sendall(data)
                    with self.lock:
                        self.bytes_sent += len(data) if side is client else 0
                        for frame in frames[side].of(data):
                            self.read(frame, side is client, asked, pipes)
        except OSError:
            pass
        finally:
            client.close()
            server.close()

    def read(self, frame, from_client, asked, pipes):
        if frame[:4] == b"\xfdSMB":
            self.sealed += 1
        while frame[:4] == b"\xfeSMB" and len(frame) >= 64:
            status, command = struct.unpack_from("<IH", frame, 8)
            following, message = struct.unpack_from("<IQ", frame, 20)
            tree = struct.unpack_from("<I", frame, 36)[0]
            body = frame[64:following or len(frame)]
            if from_client:
                asked[message] = (command, body)
                self.requests.append((command, tree in pipes, body))
            else:
                self.answers.append((command, status))
                if command == TREE_CONNECT and status == 0 and body[2] == 2:  # SMB2_SHARE_TYPE_PIPE
                    pipes.add(tree)
            frame = frame[following:] if following else b""

    def changing(self):
        """Requests that could change something on the host: but for pipes, none may be."""
        found = []
        for command, pipe, body in self.requests:
            if pipe:
                continue
            if command in (WRITE, SET_INFO, LOCK, FLUSH):
                found.append(("command", command))
            elif command == CREATE and len(body) >= 56:
                access, = struct.unpack_from("<I", body, 24)
                disposition, options = struct.unpack_from("<II", body, 36)
                if disposition != FILE_OPEN or options & DELETE_ON_CLOSE or access & CHANGES:
                    found.append((f"create access {access:#x} disposition {disposition} options {options:#x}", command))
        return found

    def refused_logons(self):
        """How often somebody's name or password was told to be wrong."""
        wrong = (0xC000006D, 0xC000006A, 0xC0000064, 0xC0000072, 0xC0000234)
        return sum(command == SESSION_SETUP and status in wrong for command, status in self.answers)

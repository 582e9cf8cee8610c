# SPDX-License-Identifier: Apache-2.0
"""SMB 3.1.1 by hand, for tests of what no honest client does: every frame can be made, protected with any key or
none, and sent in any order. Also the bytes of a negotiation, for who plays the server."""

import hashlib
import hmac
import os
import socket
import struct

from Cryptodome.Cipher import AES

NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT, CREATE, CANCEL, ECHO = 0, 1, 2, 3, 5, 12, 13
RESPONSE, ASYNC, RELATED, SIGNED = 1, 2, 4, 8
BINDING = 1  # of SESSION_SETUP's flags
PREAUTH, CIPHERS, SIGNING = 1, 2, 8
SUCCESS, MORE_PROCESSING = 0, 0xC0000016
ACCESS_DENIED, LOGON_FAILURE, NOT_SUPPORTED = 0xC0000022, 0xC000006D, 0xC00000BB
NETWORK_NAME_DELETED, USER_SESSION_DELETED = 0xC00000C9, 0xC0000203


class Ended(Exception):
    """The other side closed the connection."""


# --- bytes ------------------------------------------------------------------------------------------------


def header(command, message_id, flags=0, session_id=0, tree=0, status=0, credits=16, charge=1, following=0):
    return struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, charge, status, command, credits, flags, following,
                       message_id, 0, tree, session_id, bytes(16))


def field(frame, offset, form):
    return struct.unpack_from("<" + form, frame, offset)[0]


def command_of(frame):
    return field(frame, 12, "H")


def status_of(frame):
    return field(frame, 8, "I")


def session_of(frame):
    return field(frame, 40, "Q")


def contexts_bytes(contexts):
    out = b""
    for kind, data in contexts:
        out += bytes(-len(out) % 8) + struct.pack("<HHL", kind, len(data), 0) + data
    return out


def contexts_of(frame, offset, count):
    """[(type, data)] of a NEGOTIATE."""
    found = []
    for _ in range(count):
        kind, length = struct.unpack_from("<HH", frame, offset)
        found.append((kind, frame[offset + 8:offset + 8 + length]))
        offset = offset + 8 + length + 7 & ~7
    return found


def ids(*values):
    return struct.pack(f"<{len(values) + 1}H", len(values), *values)


def session_setup_body(token, flags=0, previous=0):
    return struct.pack("<HBBIIHHQ", 25, flags, 1, 0, 0, 88, len(token), previous) + token


def tree_connect_body(path):
    name = path.encode("utf-16-le")
    return struct.pack("<HHHH", 9, 0, 72, len(name)) + name


def create_body(name):
    text = name.encode("utf-16-le")
    fixed = struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0x120089, 0, 7, 1, 0, 120, len(text), 0, 0)
    return fixed + (text or b"\0")


EMPTY_BODY = struct.pack("<HH", 4, 0)  # of ECHO, LOGOFF, CANCEL


def security_buffer(frame):
    """Of a NEGOTIATE response, or a SESSION_SETUP request or response."""
    at = {NEGOTIATE: 120, SESSION_SETUP: 68}[command_of(frame)]
    if command_of(frame) == SESSION_SETUP and not field(frame, 16, "I") & RESPONSE:
        at = 76
    offset, length = struct.unpack_from("<HH", frame, at)
    return frame[offset:offset + length]


# --- keys -------------------------------------------------------------------------------------------------


def derive(key, label, context):
    """MS-SMB2 3.1.4.2, 128 bits."""
    data = struct.pack(">I", 1) + label + b"\0\0" + context + struct.pack(">I", 128)
    return hmac.new(key, data, hashlib.sha256).digest()[:16]


class Keys:
    """Of one session, from its session key and hash; with another hash or key than the server's they are guesses."""

    def __init__(self, session_key, preauth):
        key = (session_key + bytes(16))[:16]
        self.signing = derive(key, b"SMBSigningKey", preauth)
        self.to_server = derive(key, b"SMBC2SCipherKey", preauth)
        self.to_client = derive(key, b"SMBS2CCipherKey", preauth)

    def sign(self, message):
        """AES-GMAC (MS-SMB2 3.1.4.1)."""
        message = bytearray(message)
        struct.pack_into("<I", message, 16, field(message, 16, "I") | SIGNED)
        message[48:64] = bytes(16)
        role = (1 if message[16] & RESPONSE else 0) | (2 if command_of(message) == CANCEL else 0)
        cipher = AES.new(self.signing, AES.MODE_GCM, nonce=message[24:32] + struct.pack("<I", role))
        cipher.update(bytes(message))
        message[48:64] = cipher.digest()
        return bytes(message)

    def seal(self, message, session_id, nonce=None, key=None):
        """AES-128-GCM (MS-SMB2 3.1.4.3)."""
        nonce = os.urandom(12) if nonce is None else nonce
        rest = nonce + bytes(4) + struct.pack("<IHHQ", len(message), 0, 1, session_id)
        cipher = AES.new(key or self.to_server, AES.MODE_GCM, nonce=nonce)
        cipher.update(rest)
        text, tag = cipher.encrypt_and_digest(message)
        return b"\xfdSMB" + tag + rest + text

    def open(self, frame):
        cipher = AES.new(self.to_client, AES.MODE_GCM, nonce=frame[20:32])
        cipher.update(frame[20:52])
        return cipher.decrypt_and_verify(frame[52:], frame[4:20])


# --- connections ------------------------------------------------------------------------------------------


class Wire:
    """Frames over a socket."""

    def __init__(self, sock, timeout=5):
        self.sock = sock
        sock.settimeout(timeout)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            try:
                more = self.sock.recv(count - len(data))
            except ConnectionError:
                more = b""
            if not more:
                raise Ended
            data += more
        return data

    def send(self, frame):
        try:
            self.sock.sendall(struct.pack(">L", len(frame)) + frame)
        except ConnectionError as error:
            raise Ended from error

    def receive(self):
        return self.exactly(struct.unpack(">L", self.exactly(4))[0] & 0xFFFFFF)

    def close(self):
        self.sock.close()


class RawSmb(Wire):
    """A connection to a server, negotiated as 3.1.1 with AES-128-GCM and AES-GMAC. A context manager."""

    def __init__(self, port, address="127.0.0.1", timeout=5):
        super().__init__(socket.create_connection((address, port), timeout), timeout)
        self.message_id = 0
        self.session_id = 0
        self.keys = None
        self.connection_hash = self.preauth = bytes(64)
        self.negotiated = self.negotiate()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def message(self, command, body, **more):
        out = header(command, self.message_id, session_id=more.pop("session_id", self.session_id), **more) + body
        self.message_id += 1
        return out

    def call(self, frame):
        self.send(frame)
        return self.receive()

    def hashed(self, frame):
        self.preauth = hashlib.sha512(self.preauth + frame).digest()
        return frame

    def negotiate(self):
        contexts = contexts_bytes([(PREAUTH, struct.pack("<HHH", 1, 32, 1) + os.urandom(32)), (CIPHERS, ids(2)),
                                   (SIGNING, ids(2))])
        body = struct.pack("<HHHHI16sIHHH", 36, 1, 1, 0, 0, os.urandom(16), 104, 3, 0, 0x311) + bytes(2)
        answer = self.hashed(self.call(self.hashed(self.message(NEGOTIATE, body + contexts))))
        self.connection_hash = self.preauth
        return answer

    def session_setup(self, token, first=False, **more):
        """One leg; its answer. The hash goes on as both sides would have it."""
        if first:
            self.preauth = self.connection_hash
            self.session_id = 0
        body = session_setup_body(token, more.pop("setup_flags", 0), more.pop("previous", 0))
        answer = self.call(self.hashed(self.message(SESSION_SETUP, body, **more)))
        self.session_id = session_of(answer)
        if status_of(answer) == MORE_PROCESSING:
            self.hashed(answer)
        return answer

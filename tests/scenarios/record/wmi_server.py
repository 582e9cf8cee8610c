#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""As much of a Windows server as DCOM's clients need to say what they want (MS-RPCE, MS-NLMP): it takes binds at the
endpoint mapper's port and at another one, with NTLM, and refuses each call. Whoever calls ExecMethod finds what the
command said on the share for administrators, as on Windows.

usage: wmi_server.py PORT OUTPUT_FILE"""

import socketserver
import struct
import sys
from pathlib import Path

from impacket import ntlm

BIND, BIND_ACK, FAULT, ALTER, ALTER_RESP, REQUEST = 11, 12, 3, 14, 15, 0
NDR = bytes.fromhex("045d888aeb1cc9119fe808002b10486002000000")
EXEC_METHOD, ACCESS_DENIED = 24, 5


def challenge():
    """CHALLENGE_MESSAGE of a server named WIN1."""
    pairs = ntlm.AV_PAIRS()
    for kind, name in ((ntlm.NTLMSSP_AV_HOSTNAME, "WIN1"), (ntlm.NTLMSSP_AV_DOMAINNAME, "TEST"),
                       (ntlm.NTLMSSP_AV_DNS_HOSTNAME, "win1.test.lab"), (ntlm.NTLMSSP_AV_DNS_DOMAINNAME, "test.lab")):
        pairs[kind] = name.encode("utf-16le")
    flags = (ntlm.NTLMSSP_NEGOTIATE_UNICODE | ntlm.NTLMSSP_NEGOTIATE_NTLM | ntlm.NTLMSSP_NEGOTIATE_TARGET_INFO |
             ntlm.NTLMSSP_NEGOTIATE_SEAL | ntlm.NTLMSSP_NEGOTIATE_SIGN | ntlm.NTLMSSP_NEGOTIATE_ALWAYS_SIGN |
             ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH | ntlm.NTLMSSP_NEGOTIATE_128 | ntlm.NTLMSSP_TARGET_TYPE_DOMAIN |
             ntlm.NTLMSSP_REQUEST_TARGET | ntlm.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY)
    name, info = "TEST".encode("utf-16le"), pairs.getData()
    return (b"NTLMSSP\0" + struct.pack("<LHHL", 2, len(name), len(name), 48) + struct.pack("<L", flags) +
            bytes(range(1, 9)) + bytes(8) + struct.pack("<HHL", len(info), len(info), 48 + len(name)) + name + info)


def pdu(kind, call_id, body, trailer=b"", token=b""):
    length = 16 + len(body) + len(trailer) + len(token)
    return struct.pack("<BBBB4sHHL", 5, 0, kind, 3, b"\x10\0\0\0", length, len(token), call_id) + body + trailer + token


class Server(socketserver.BaseRequestHandler):
    def receive(self):
        data = b""
        while len(data) < 16 or len(data) < struct.unpack_from("<H", data, 8)[0]:
            more = self.request.recv(65536)
            if not more:
                return None
            data += more
        return data

    def answer_bind(self, kind, message, call_id):
        count, token_len = message[24], struct.unpack_from("<H", message, 10)[0]
        results = struct.pack("<BBH", count, 0, 0) + count * (struct.pack("<HH", 0, 0) + NDR)
        port = b"135\0"
        body = struct.pack("<HHLH", 5840, 5840, 0x5555, len(port)) + port
        body += bytes(-len(body) % 4) + results
        trailer = message[-token_len - 8:-token_len] if token_len else b""
        self.request.sendall(pdu(BIND_ACK if kind == BIND else ALTER_RESP, call_id, body, trailer,
                                 challenge() if token_len else b""))

    def handle(self):
        while (message := self.receive()) is not None:
            kind, call_id = message[2], struct.unpack_from("<L", message, 12)[0]
            if kind in (BIND, ALTER):
                self.answer_bind(kind, message, call_id)
            elif kind == REQUEST:
                if struct.unpack_from("<H", message, 22)[0] == EXEC_METHOD:
                    Path(sys.argv[2]).write_bytes(b"C:\\\r\n")
                self.request.sendall(pdu(FAULT, call_id, struct.pack("<LHBBLL", 0, 0, 0, 0, ACCESS_DENIED, 0)))


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    Listener(("0.0.0.0", int(sys.argv[1])), Server).serve_forever()

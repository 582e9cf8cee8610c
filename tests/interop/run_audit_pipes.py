#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`signet audit` of a server whose pipes lie: impacket's server passes srvsvc and samr on to a service that answers with
what Samba once answered, and then with all kinds of nonsense. The first is found, the others leave the question open."""

import os
import socket
import struct
import sys
import tempfile
import threading
import traceback
from pathlib import Path

from impacket import smbserver

sys.path.insert(0, str(Path(__file__).parent / "audit"))
from auditor import audit  # noqa: E402
from signet_server import Report, ROOT, free_port  # noqa: E402

CORPUS = ROOT / "fuzz" / "corpus" / "rpc_answers"
REQUEST, RESPONSE, FAULT, BIND, BIND_ACK, BIND_NAK = 0, 2, 3, 11, 12, 13
FIRST, LAST = 1, 2
NDR = bytes.fromhex("045d888aeb1cc9119fe808002b10486002000000")
MORE_ENTRIES = 0x105
WAIT = 2         # seconds: --timeout
LONGEST = 40     # seconds of one audit
MEMORY_KIB = 64 << 10
LISTS = ("anonymous_lists_shares", "anonymous_lists_users")


def captured(name):
    return (CORPUS / name).read_bytes()[1:]


# opnum: the answer. Those of samr are told apart by their pipe.
SRVSVC = {15: captured("shares_level_1")}
SAMR = {57: captured("samr_handle"), 6: captured("samr_domains"), 5: captured("samr_sid"),
        7: captured("samr_handle"), 13: captured("samr_users")}


def pdu(kind, call_id, body, flags=FIRST | LAST, length=None):
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", 16 + len(body) if length is None else length, 0,
                       call_id) + body


def response(call_id, stub, flags=FIRST | LAST, length=None):
    return pdu(RESPONSE, call_id, struct.pack("<IHBB", len(stub), 0, 0, 0) + stub, flags, length)


def in_fragments(call_id, stub, size):
    cuts = range(0, len(stub), size)
    return b"".join(response(call_id, stub[at:at + size], (FIRST if at == 0 else 0) | (LAST if at == cuts[-1] else 0))
                    for at in cuts)


def huge_counts(stub, opnum):
    at = (12, 20) if opnum == 15 else (8, 16)
    for offset in at if len(stub) > 40 else ():
        stub = stub[:offset] + b"\xff" * 4 + stub[offset + 4:]
    return stub


def endless(call_id):
    yield response(call_id, b"x" * 4000, FIRST)
    while True:
        yield response(call_id, b"x" * 4000, 0)


def endless_and_empty(call_id):
    yield response(call_id, b"", FIRST)
    while True:
        yield response(call_id, b"", 0)


def never_complete(stub, opnum):
    """A list of accounts that is never at its end."""
    return stub[:-4] + struct.pack("<I", MORE_ENTRIES) if opnum == 13 else stub


def hostile_names(stub):
    return stub.replace("share\0".encode("utf-16le"), "\x1b[7m\n\0".encode("utf-16le")) \
               .replace("alice".encode("utf-16le"), "\x1b[7m\n".encode("utf-16le"))


# What is sent for a request: bytes, or a generator of them. The first three are true answers.
MANNERS = {
    "honest": lambda i, op, stub: response(i, stub),
    "in small fragments": lambda i, op, stub: in_fragments(i, stub, 32),
    "with names that move the cursor": lambda i, op, stub: response(i, hostile_names(stub)),
    "never complete": lambda i, op, stub: response(i, never_complete(stub, op)),
    "cut": lambda i, op, stub: response(i, stub[:len(stub) // 2]),
    "empty": lambda i, op, stub: response(i, b""),
    "huge counts": lambda i, op, stub: response(i, huge_counts(stub, op)),
    "all ones": lambda i, op, stub: response(i, b"\xff" * len(stub)),
    "endless fragments": lambda i, op, stub: endless(i),
    "endless empty fragments": lambda i, op, stub: endless_and_empty(i),
    "of another call": lambda i, op, stub: response(i + 1, stub),
    "too long a fragment": lambda i, op, stub: response(i, stub, length=0xFFFF),
    "too short a fragment": lambda i, op, stub: response(i, stub, length=3),
    "a bind_ack": lambda i, op, stub: pdu(BIND_ACK, i, b"\0" * 200),
    "noise": lambda i, op, stub: bytes(range(256)) * 8,
    "closed": lambda i, op, stub: None,
    "silent": lambda i, op, stub: b"",
}
TRUE = ("honest", "in small fragments", "with names that move the cursor")
# The shares' list is whole, that of accounts has no end: what was read of it proves enough.
HALF_TRUE = ("never complete",)


class Service:
    """Behind one pipe: accepts binds, answers requests in the manner that is set."""

    def __init__(self, answers):
        self.answers = answers
        self.manner = "honest"
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            try:
                while self.answer(client):
                    pass
            except OSError:
                pass

    def answer(self, client):
        head = client.recv(16, socket.MSG_WAITALL)
        if len(head) < 16:
            return False
        kind, length, call_id = head[2], *struct.unpack_from("<H2xI", head, 8)
        body = client.recv(length - 16, socket.MSG_WAITALL)
        if kind == BIND:
            ack = struct.pack("<HHIH", 4280, 4280, 1, 5) + b"pipe\0" + b"\0" + struct.pack("<B3xHH", 1, 0, 0) + NDR
            client.sendall(pdu(BIND_ACK, call_id, ack))
            return True
        opnum = struct.unpack_from("<H", body, 6)[0]
        said = MANNERS[self.manner](call_id, opnum, self.answers.get(opnum, b"\0" * 64))
        for part in () if said is None else (said,) if isinstance(said, bytes) else said:
            client.sendall(part)
        return said is not None


def start_server(services, folder):
    traceback.print_exc = lambda *_, **__: None  # the server tells of each NEGOTIATE that it refuses
    port = free_port()
    server = smbserver.SimpleSMBServer(listenAddress="127.0.0.1", listenPort=port)
    server.addShare("DATA", folder, "")
    server.setSMB2Support(True)
    server.setLogFile("/dev/null")
    for name, service in services.items():
        server.registerNamedPipe(name, service.address)
    threading.Thread(target=server.start, daemon=True).start()
    return f"127.0.0.1:{port}"


def evidence_of(host, check):
    return [e["received"] for f in host["findings"] if f["id"] == check for e in f["evidence"]]


def check_true(report, host, manner):
    shares, users = (evidence_of(host, check) for check in LISTS)
    report.check(f"{manner}: the shares are listed", any("3 shares" in e and "public" in e for e in shares), f"{host}"[:900])
    report.check(f"{manner}: the accounts are listed", any("14 accounts" in e for e in users), f"{users}")


def check_untrue(report, host, manner):
    found = [f["id"] for f in host["findings"]]
    still_open = [q["id"] for q in host["open"]]
    for check in LISTS:
        report.check(f"{manner}: {check} stays open", check not in found and check in still_open, f"{found} {still_open}")


def check_manner(report, target, services, manner):
    for service in services.values():
        service.manner = manner
    done = audit([target], "--timeout", WAIT, timeout=LONGEST + 20)
    host = done.hosts.get(target)
    if not report.check(f"{manner}: is told of", done.status == 0 and host is not None, done.why()):
        return
    report.check(f"{manner}: no word of a sanitizer", not done.sanitizers(), done.sanitizers())
    report.check(f"{manner}: within {LONGEST} s", done.seconds < LONGEST, f"{done.seconds:.1f} s")
    if b"__asan_init" not in Path(done.command[0]).read_bytes():
        report.check(f"{manner}: in {MEMORY_KIB >> 10} MiB", done.peak_kib < MEMORY_KIB, f"{done.peak_kib} KiB")
    if manner in TRUE:
        check_true(report, host, manner)
    elif manner in HALF_TRUE:
        users = evidence_of(host, LISTS[1])
        report.check(f"{manner}: as many as were read", any(e.startswith("112 accounts and more") for e in users), f"{users}")
    else:
        check_untrue(report, host, manner)


def main():
    report = Report()
    services = {"srvsvc": Service(SRVSVC), "samr": Service(SAMR)}
    with tempfile.TemporaryDirectory(prefix="signet-pipes-", dir="/var/tmp") as folder:
        target = start_server(services, folder)
        for manner in MANNERS:
            check_manner(report, target, services, manner)
    return report.exit_status()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # the server's threads still wait for a pipe that is silent

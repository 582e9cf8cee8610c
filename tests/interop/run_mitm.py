#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One in the middle, between clients and a server.

    run_mitm.py [PREFIX]     (only the groups whose name begins with it)

Whatever he changes, repeats, drops or invents in either direction is found by one of the two ends: the client gets
nothing but an error, the server (where it is the one to see it) tells of it and ends the connection, no file is other
than it was sent, and somebody else who works meanwhile notices nothing. The clients are our own, which must be as
careful as the server, and smbclient."""

import collections
import concurrent.futures
import itertools
import json
import struct
import subprocess
import sys
import threading
import time

import raw_smb
import tamper_proxy as mitm
from interop_tools import Talk
from raw_smb import RESPONSE, SIGNED, field
from run_fuzz_session import test_program
from signet_server import PASSWORD, Report, SignetServer
from tamper_proxy import TO_CLIENT, TO_SERVER

VICTIM = test_program("mitm_victim")
CONTENT = bytes(i * 7 & 255 for i in range(3000))
UNSEALED = {"server": {"encryption": "off"}, "share": {"encryption": "off"}}
DESIRED = {"encryption": "desired"}
WORK = ("tree_connect", "file_open", "file_create")
USERS = [f"user{i}" for i in range(16)]
names, users = itertools.count(), itertools.cycle(USERS)


class Events:
    """The server's events by connection, read as they come. Ports are used again, so that each connection is given
    out once."""

    def __init__(self, server):
        self.file, self.rest = open(server.events_file, "rb"), b""
        self.by_connection = collections.defaultdict(list)
        self.told = set()
        self.lock = threading.Lock()

    def read(self):
        *lines, self.rest = (self.rest + self.file.read()).split(b"\n")
        for line in lines:
            e = json.loads(line)
            self.by_connection[e.get("connection")].append(e)

    def take_closed(self, port):
        with self.lock:
            self.read()
            for number, found in self.by_connection.items():
                kinds = collections.Counter(e["kind"] for e in found)
                if (number not in self.told and found[0].get("client_port") == port and kinds["connection_close"]
                        and kinds["session_open"] == kinds["session_close"]):
                    self.told.add(number)
                    return found
        return None

    def of_closed(self, port, timeout=20):
        """All of a connection's, once it has ended with all that was on it."""
        end = time.time() + timeout
        while time.time() < end:
            found = self.take_closed(port)
            if found:
                return found
            time.sleep(0.02)
        return []


class Bench:
    """A server, its events, and somebody who works beside. A context manager."""

    def __init__(self, **config):
        self.server = SignetServer(users=("alice", *USERS), **config)

    def __enter__(self):
        self.server.start()
        self.witness = Talk(self.server)
        self.events = Events(self.server)
        return self

    def __exit__(self, *unused):
        self.witness.close()
        self.server.__exit__()

    def check_witness(self, report, group):
        said = self.witness.do("ls")
        report.check(f"{group}: somebody else goes on working", "blocks available" in said, said[-200:])


Outcome = collections.namedtuple("Outcome", "status said changed events file")


def run_victim(bench, change, kind="careful", options=()):
    """One client through one man in the middle."""
    server, user, name = bench.server, next(users), f"f{next(names)}"
    with mitm.TamperProxy(server.port, change) as proxy:
        if kind == "careful":
            command = [VICTIM, "127.0.0.1", str(proxy.port), user, PASSWORD + user, "data", name, *options]
        else:
            (server.dir / "content").write_bytes(CONTENT)
            (server.dir / "smb.conf").write_text("[global]\n")
            command = ["smbclient", "-s", str(server.dir / "smb.conf"), "-p", str(proxy.port), "//127.0.0.1/data",
                       "-U", f"{user}%{PASSWORD}{user}", "-t", "6", *options, "-c", f"put content {name}"]
        done = subprocess.run(command, text=True, capture_output=True, timeout=90, cwd=server.dir,
                              stdin=subprocess.DEVNULL)
    found = [e for port in proxy.ports for e in bench.events.of_closed(port)]
    path = server.share / name
    file = path.read_bytes() if path.exists() else b""
    return Outcome(done.returncode, (done.stdout + done.stderr).strip(), proxy.changed, found, file)


def reasons(outcome, *kinds):
    return {e.get("reason") for e in outcome.events if e["kind"] in kinds}


def fault_of(outcome, expected=None):
    """What is wrong with how it ended; empty when it was found out. expected: the violation that the server tells,
    or "client" when only that one can see it."""
    violations = reasons(outcome, "policy_violation", "refusal")
    opened = any(e["kind"] == "session_open" for e in outcome.events)
    worked = any(e["kind"] in WORK and e["result"] == "success" for e in outcome.events)
    faults = []
    if not outcome.changed:
        faults.append("nothing was changed")
    if outcome.status == 0:
        faults.append("the client noticed nothing")
    if not outcome.events:
        faults.append("the connection did not end")
    if outcome.file not in (b"", CONTENT):
        faults.append("the file is another")
    if expected is None and (worked or opened and not violations):
        faults.append(f"worked: {worked}, told: {violations}")
    if expected not in (None, "client") and not violations & set(expected.split()):
        faults.append(f"told {violations} instead of {expected}")
    return f"{'; '.join(faults)} ({outcome.said})" if faults else ""


def run_cases(report, bench, title, cases, kind="careful", options=(), together=True):
    """cases: {name: (change, expected)}. One line for all that are fine, or one for each that is not."""
    def one(name, change, expected):
        return name, fault_of(run_victim(bench, change, kind, options), expected)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        ended = list(pool.map(lambda item: one(item[0], *item[1]), cases.items()))
    if together and not any(fault for _, fault in ended):
        return report.check(f"{title}, {len(ended)} ways", ended)
    for name, fault in ended:
        report.check(f"{title}: {name}", not fault, fault)


# --- one bit --------------------------------------------------------------------------------------------------


def flip(direction, number, offset, bit=1):
    def change(d, n, frame):
        if d != direction or n != number or offset >= len(frame):
            return None
        return [frame[:offset] + bytes([frame[offset] ^ bit]) + frame[offset + 1:]]
    return change


HEADER = (0, 4, 6, 8, 12, 14, 16, 20, 24, 32, 36, 40, 47, 48, 63)
TRANSFORM = (0, 3, 4, 19, 20, 31, 32, 35, 36, 39, 40, 42, 44, 51, 52, 60, 64, 68, 92, 115)
SEAL_FAULTS = "wrong_seal malformed_transform sealed_without_session not_smb2"
SIGN_FAULTS = ("wrong_signature unsigned_request malformed_frame not_smb2 message_id_replayed message_id_not_granted "
               "no_such_session smb1")
OPENING = ("NEGOTIATE", "first SESSION_SETUP", "last SESSION_SETUP")
WORKING = ("TREE_CONNECT", "CREATE", "WRITE", "READ", "CLOSE")


def frame_lengths(bench, options=()):
    """Of each frame in each direction, when nobody interferes."""
    lengths = {}

    def look(direction, number, frame):
        lengths[direction, number] = len(frame)
    outcome = run_victim(bench, look, options=options)
    return lengths, outcome


def flips_of_opening(report, bench, group, options=()):
    lengths, _ = frame_lengths(bench, options)
    for number, name in enumerate(OPENING):
        for direction in (TO_SERVER, TO_CLIENT):
            length = lengths[direction, number]
            offsets = [*HEADER, *range(64, length, 1 + length // 28), length - 1]
            cases = {f"byte {at}": (flip(direction, number, at), None) for at in offsets}
            run_cases(report, bench, f"{group}: a bit of {name} {direction}", cases, options=options)


def flips_of_work(report, bench, group, regions, faults, options=()):
    lengths, outcome = frame_lengths(bench, options)
    report.check(f"{group}: while he only looks, all is well", outcome.status == 0 and outcome.file == CONTENT
                 and not reasons(outcome, "policy_violation", "refusal"), outcome.said)
    for number, name in enumerate(WORKING, len(OPENING)):
        for direction in (TO_SERVER, TO_CLIENT):
            length = lengths[direction, number]
            offsets = [at for at in regions if at < length] + [(length + max(regions)) // 2, length - 1]
            expected = faults if direction == TO_SERVER else "client"
            cases = {f"byte {at}": (flip(direction, number, at), expected) for at in offsets if at < length}
            run_cases(report, bench, f"{group}: a bit of {name} {direction}", cases, options=options)


def group_flips(report):
    with Bench() as bench:
        flips_of_opening(report, bench, "sealed")
        flips_of_work(report, bench, "sealed", TRANSFORM, SEAL_FAULTS)
        bench.check_witness(report, "sealed")


def group_signed_flips(report):
    with Bench(**UNSEALED) as bench:
        flips_of_work(report, bench, "signed", (*HEADER, 64, 65, 66, 70), SIGN_FAULTS, ("signed",))
        bench.check_witness(report, "signed")


# --- the negotiation ----------------------------------------------------------------------------------------


def request_edit(edit):
    """edit(dialects, contexts) of the client's NEGOTIATE."""
    def change(direction, number, frame):
        if direction != TO_SERVER or not mitm.is_negotiate(frame):
            return None
        return [mitm.request_of(frame, *edit(*mitm.request_parts(frame)))]
    return change


def response_edit(edit):
    """edit(contexts) of the server's."""
    def change(direction, number, frame):
        if direction != TO_CLIENT or not mitm.is_negotiate(frame):
            return None
        return [mitm.response_of(frame, edit(mitm.response_contexts(frame)))]
    return change


def put(direction, offset, data):
    """Bytes of the NEGOTIATE of one direction."""
    def change(d, number, frame):
        if d != direction or not mitm.is_negotiate(frame):
            return None
        return [frame[:offset] + data + frame[offset + len(data):]]
    return change


def without(kind):
    return lambda contexts: [(k, v) for k, v in contexts if k != kind]


def with_data(kind, data):
    return lambda contexts: [(k, data if k == kind else v) for k, v in contexts]


def both_edits(name, edit):
    """The same done to the contexts of either side."""
    return {f"{name} in the request": (request_edit(lambda d, c: (d, edit(c))), None),
            f"{name} in the response": (response_edit(edit), None)}


KINDS = {"preauth": mitm.PREAUTH, "cipher": mitm.CIPHERS, "signing": mitm.SIGNING}


def negotiations():
    cases = {}
    for name, kind in KINDS.items():
        cases |= both_edits(f"{name} context removed", without(kind))
        cases |= both_edits(f"{name} context twice", lambda c, kind=kind: c + [x for x in c if x[0] == kind])
        cases |= both_edits(f"{name} context empty", with_data(kind, b""))
    cases |= both_edits("no context at all", lambda c: [])
    cases |= both_edits("contexts in another order", lambda c: c[::-1])
    cases |= both_edits("a context more", lambda c: c + [(5, "server".encode("utf-16-le"))])
    cases |= both_edits("compression", lambda c: c + [(3, struct.pack("<HHLH", 1, 0, 0, 1))])
    cases |= both_edits("another salt", lambda c: [(k, v[:-1] + bytes([v[-1] ^ 1]) if k == 1 else v) for k, v in c])
    cases |= both_edits("AES-128-CCM alone", with_data(mitm.CIPHERS, raw_smb.ids(1)))
    cases |= both_edits("no cipher", with_data(mitm.CIPHERS, raw_smb.ids(0)))
    cases |= both_edits("HMAC-SHA256 alone", with_data(mitm.SIGNING, raw_smb.ids(0)))
    cases |= both_edits("another hash", with_data(mitm.PREAUTH, struct.pack("<HHH", 1, 0, 2)))
    for name, d in {"3.0.2": 0x302, "2.1": 0x210, "2.0.2": 0x202}.items():
        cases[f"{name} alone in the request"] = request_edit(lambda _, c, d=d: ([d], [])), None
        cases[f"{name} in the response"] = put(TO_CLIENT, 68, struct.pack("<H", d)), None
    for name, (at_request, at_response, data) in {
        "signing flags cleared": (68, 66, bytes(2)),
        "other capabilities": (72, 88, struct.pack("<L", 0x12345600)),
        "no capabilities": (72, 88, bytes(4)),
        "another GUID": (76, 72, bytes(16)),
    }.items():
        cases[f"{name} in the request"] = put(TO_SERVER, at_request, data), None
        cases[f"{name} in the response"] = put(TO_CLIENT, at_response, data), None
    cases["smaller sizes in the response"] = put(TO_CLIENT, 92, struct.pack("<LLL", 65536, 65536, 65536)), None
    cases["another time in the response"] = put(TO_CLIENT, 104, bytes(8)), None
    return cases


def group_negotiate(report):
    with Bench() as bench:
        run_cases(report, bench, "negotiation", negotiations(), together=False)
        run_cases(report, bench, "negotiation, smbclient", negotiations(), kind="smbclient", together=False)
        bench.check_witness(report, "negotiation")


# Where older dialects are allowed, keys are not bound to the negotiation: it is compared afterwards.
DOWNGRADES = {
    "3.1.1 taken out": (request_edit(lambda d, c: ([x for x in d if x != 0x311], [])), "negotiation_does_not_validate"),
    "3.1.1 taken out, answered as if it were not there": (
        request_edit(lambda d, c: ([0x302], [])), "negotiation_does_not_validate"),
}
OF_302 = {
    "encryption taken out": (put(TO_SERVER, 72, bytes(4)), "negotiation_does_not_validate"),
    "another client's GUID": (put(TO_SERVER, 76, bytes(range(16))), "negotiation_does_not_validate"),
    "the client's signing flags cleared": (put(TO_SERVER, 68, b"\x01\0"), "negotiation_does_not_validate"),
    "the server's signing flags cleared": (put(TO_CLIENT, 66, b"\x01\0"), "client"),
    "another server's GUID": (put(TO_CLIENT, 72, bytes(range(16))), "client"),
    "other capabilities of the server": (put(TO_CLIENT, 88, struct.pack("<L", 0x46)), "client"),
}


def group_legacy(report):
    both = {"dialects": "3.1.1 3.0.2"}
    with Bench(server=both) as bench:
        run_cases(report, bench, "3.0.2 allowed", DOWNGRADES, options=("legacy",), together=False)
        run_cases(report, bench, "3.0.2 allowed, smbclient", DOWNGRADES, kind="smbclient", together=False)
        bench.check_witness(report, "3.0.2 allowed")
    with Bench(server=both | DESIRED, share=DESIRED) as bench:
        run_cases(report, bench, "3.0.2 allowed, unsealed too", DOWNGRADES, options=("legacy", "careless"),
                  together=False)
        bench.check_witness(report, "3.0.2 allowed, unsealed too")
    with Bench(server={"dialects": "3.0.2"} | DESIRED, share=DESIRED) as bench:
        run_cases(report, bench, "3.0.2 alone", OF_302, options=("legacy", "careless"), together=False)
        bench.check_witness(report, "3.0.2 alone")


# --- whole messages -----------------------------------------------------------------------------------------


TREE_FRAME, CREATE_FRAME, WRITE_FRAME = 3, 4, 5


def at(direction, number, edit):
    """edit(frame) gives what goes on in the place of one frame."""
    return lambda d, n, frame: edit(frame) if (d, n) == (direction, number) else None


def error(frame, status, flags=RESPONSE, session_id=None):
    """An answer in the clear, in the place of another that may be sealed: its MessageId can be counted."""
    sealed = frame[:4] == b"\xfdSMB"
    command, message_id = (raw_smb.TREE_CONNECT, TREE_FRAME) if sealed else (
        raw_smb.command_of(frame), field(frame, 24, "Q"))
    session_id = field(frame, 44, "Q") if sealed else raw_smb.session_of(frame)
    return raw_smb.header(command, message_id, flags=flags, status=status, session_id=session_id) + struct.pack(
        "<HBBIB", 9, 0, 0, 0, 0)


def guest(frame):
    """The last answer of a log-on, as if it had made a guest."""
    frame = bytearray(frame)
    struct.pack_into("<I", frame, 16, field(frame, 16, "I") & ~SIGNED)
    frame[48:64] = bytes(16)
    struct.pack_into("<H", frame, 66, 1)
    return bytes(frame)


def repeated_later(direction, number, after):
    """A frame once more, after some others."""
    kept = []

    def change(d, n, frame):
        if (d, n) == (direction, number):
            kept.append(frame)
        return [frame, kept[0]] if (d, n) == (direction, after) else None
    return change


def nonce_of_earlier(direction):
    kept = []

    def change(d, n, frame):
        if (d, n) == (direction, TREE_FRAME):
            kept.append(frame[20:36])
        if (d, n) != (direction, CREATE_FRAME):
            return None
        return [frame[:20] + kept[0] + frame[36:]]
    return change


def reflected(direction, number):
    """A frame that goes back to who sent it, too."""
    other = TO_CLIENT if direction == TO_SERVER else TO_SERVER
    return at(direction, number, lambda frame: [frame, (other, frame)])


def before(number, make):
    """A frame of his own before the client's."""
    return at(TO_SERVER, number, lambda frame: [make(frame), frame])


def session_id_of(frame):
    return field(frame, 44, "Q") if frame[:4] == b"\xfdSMB" else raw_smb.session_of(frame)


def own(command, body=raw_smb.EMPTY_BODY, session=True, message_id=TREE_FRAME):
    """A request in the clear, with the session's id."""
    return lambda frame: raw_smb.header(command, message_id, session_id=session_id_of(frame) if session else 0) + body


ERRORS = {
    "ACCESS_DENIED": raw_smb.ACCESS_DENIED, "NOT_SUPPORTED": raw_smb.NOT_SUPPORTED,
    "LOGON_FAILURE": raw_smb.LOGON_FAILURE,
}
LATER_ERRORS = {
    "NETWORK_NAME_DELETED": raw_smb.NETWORK_NAME_DELETED, "USER_SESSION_DELETED": raw_smb.USER_SESSION_DELETED,
    "ACCESS_DENIED": raw_smb.ACCESS_DENIED, "success without a body": 0,
}


def forgeries():
    """What he makes up himself, sealed or signed alike."""
    cases = {}
    for name, status in ERRORS.items():
        for number in range(3):
            cases[f"{name} instead of {OPENING[number]}'s answer"] = (
                at(TO_CLIENT, number, lambda f, s=status: [error(f, s)]), None)
    cases["the last answer of the log-on made a guest's"] = at(TO_CLIENT, 2, lambda f: [guest(f)]), None
    cases["the last answer of the log-on without its signature"] = (
        at(TO_CLIENT, 2, lambda f: [f[:16] + b"\x01\0\0\0" + f[20:48] + bytes(16) + f[64:]]), None)
    cases["the last request of the log-on twice"] = (
        at(TO_SERVER, 2, lambda f: [f, f]), "message_id_replayed")
    cases["SMB1 after the log-on"] = before(TREE_FRAME, lambda f: b"\xffSMBr" + bytes(35)), "smb1"
    cases["a second NEGOTIATE"] = before(TREE_FRAME, own(raw_smb.NEGOTIATE, session=False)), "second_negotiate"
    return cases


def sealed_cases(foreign_id):
    cases = forgeries()
    for name, status in LATER_ERRORS.items():
        cases[f"{name} in the clear instead of TREE_CONNECT's answer"] = (
            at(TO_CLIENT, TREE_FRAME, lambda f, s=status: [error(f, s)]), "client")
        cases[f"{name} in the clear before TREE_CONNECT's answer"] = (
            at(TO_CLIENT, TREE_FRAME, lambda f, s=status: [error(f, s), f]), "client")
    for name, command in {"LOGOFF": raw_smb.LOGOFF, "CANCEL": raw_smb.CANCEL, "ECHO": raw_smb.ECHO}.items():
        cases[f"{name} in the clear"] = before(TREE_FRAME, own(command)), "unsealed_request"
    cases |= {
        "ECHO of no session takes a MessageId": (
            before(TREE_FRAME, own(raw_smb.ECHO, session=False)), "message_id_replayed"),
        "a request twice": (at(TO_SERVER, WRITE_FRAME, lambda f: [f, f]), "message_id_replayed"),
        "a request again later": (repeated_later(TO_SERVER, TREE_FRAME, WRITE_FRAME), "message_id_replayed"),
        "an answer twice": (at(TO_CLIENT, TREE_FRAME, lambda f: [f, f]), "client"),
        "an answer again later": (repeated_later(TO_CLIENT, TREE_FRAME, WRITE_FRAME), "client"),
        "a request dropped": (at(TO_SERVER, CREATE_FRAME, lambda f: []), "client"),
        "an answer dropped": (at(TO_CLIENT, CREATE_FRAME, lambda f: []), "client"),
        "a request dropped, others go on": (before(CREATE_FRAME, lambda f: f[:60]), "malformed_transform"),
        "an earlier nonce on a request": (nonce_of_earlier(TO_SERVER), "wrong_seal"),
        "an earlier nonce on an answer": (nonce_of_earlier(TO_CLIENT), "client"),
        "an answer sent back to the server": (reflected(TO_CLIENT, TREE_FRAME), "wrong_seal"),
        "a request sent back to the client": (reflected(TO_SERVER, TREE_FRAME), "client"),
        "a transform cut short": (at(TO_SERVER, CREATE_FRAME, lambda f: [f[:-8]]), "malformed_transform"),
        "a transform's header alone": (at(TO_SERVER, CREATE_FRAME, lambda f: [f[:52]]), "malformed_transform"),
        "half of a transform's header": (at(TO_SERVER, CREATE_FRAME, lambda f: [f[:20]]), "malformed_frame"),
        "bytes behind a sealed request": (at(TO_SERVER, CREATE_FRAME, lambda f: [f + bytes(8)]), "malformed_transform"),
        "a request in the clear behind a sealed one": (
            at(TO_SERVER, CREATE_FRAME, lambda f: [f + own(raw_smb.ECHO)(f)]), "malformed_transform"),
        "an answer cut short": (at(TO_CLIENT, CREATE_FRAME, lambda f: [f[:-8]]), "client"),
        "the flag of the seal cleared": (
            at(TO_SERVER, CREATE_FRAME, lambda f: [f[:42] + bytes(2) + f[44:]]), "malformed_transform"),
        "somebody else's session on a request": (
            at(TO_SERVER, CREATE_FRAME, lambda f: [f[:44] + foreign_id + f[52:]]), "sealed_without_session"),
        "somebody else's session on an answer": (
            at(TO_CLIENT, CREATE_FRAME, lambda f: [f[:44] + foreign_id + f[52:]]), "client"),
        "the seal taken off": (at(TO_SERVER, CREATE_FRAME, lambda f: [own(raw_smb.CREATE, bytes(57))(f)]),
                               "message_id_replayed unsealed_request"),
    }
    return cases


def clear_signed(frame):
    return frame[:16] + struct.pack("<I", field(frame, 16, "I") & ~SIGNED) + frame[20:]


def chained(frame):
    """A request of his own, related to the signed one before it."""
    frame += bytes(-len(frame) % 8)
    more = raw_smb.header(raw_smb.ECHO, field(frame, 24, "Q") + 1, flags=raw_smb.RELATED,
                          session_id=raw_smb.session_of(frame)) + raw_smb.EMPTY_BODY
    return frame[:20] + struct.pack("<I", len(frame)) + frame[24:] + more


def behind(frame):
    """A request of his own in front, with the signed one related to it."""
    first = raw_smb.header(raw_smb.ECHO, 90, session_id=raw_smb.session_of(frame), following=72)
    return first + raw_smb.EMPTY_BODY + bytes(4) + frame


def signed_cases(foreign_id):
    cases = forgeries()
    for name, status in LATER_ERRORS.items():
        cases[f"{name} unsigned instead of TREE_CONNECT's answer"] = (
            at(TO_CLIENT, TREE_FRAME, lambda f, s=status: [error(f, s)]), "client")
        cases[f"{name} with the old signature"] = (
            at(TO_CLIENT, TREE_FRAME, lambda f, s=status: [f[:8] + struct.pack("<I", s | 0x10) + f[12:]]), "client")
    for name, command in {"LOGOFF": raw_smb.LOGOFF, "CANCEL": raw_smb.CANCEL, "ECHO": raw_smb.ECHO}.items():
        cases[f"{name} unsigned"] = before(TREE_FRAME, own(command)), "unsigned_request"
    cases |= {
        "the signing flag of a request cleared": (
            at(TO_SERVER, CREATE_FRAME, lambda f: [clear_signed(f)]), "unsigned_request"),
        "the signing flag of an answer cleared": (at(TO_CLIENT, CREATE_FRAME, lambda f: [clear_signed(f)]), "client"),
        "a request twice": (at(TO_SERVER, WRITE_FRAME, lambda f: [f, f]), "message_id_replayed"),
        "a request again later": (repeated_later(TO_SERVER, TREE_FRAME, WRITE_FRAME), "message_id_replayed"),
        "a request again with a MessageId of its own": (
            at(TO_SERVER, WRITE_FRAME, lambda f: [f, f[:24] + struct.pack("<Q", 50) + f[32:]]), "wrong_signature"),
        "an answer twice": (at(TO_CLIENT, TREE_FRAME, lambda f: [f, f]), "client"),
        "an answer dropped": (at(TO_CLIENT, CREATE_FRAME, lambda f: []), "client"),
        "an answer sent back to the server": (reflected(TO_CLIENT, TREE_FRAME), "message_id_replayed wrong_signature"),
        "an answer sent back with the next MessageId": (at(
            TO_CLIENT, TREE_FRAME, lambda f: [f, (TO_SERVER, f[:24] + struct.pack("<Q", 4) + f[32:])]),
            "wrong_signature"),
        "a request sent back to the client": (reflected(TO_SERVER, TREE_FRAME), "client"),
        "somebody else's session on a request": (
            at(TO_SERVER, CREATE_FRAME, lambda f: [f[:40] + foreign_id + f[48:]]), "no_such_session"),
        "a request of his own behind a signed one": (at(TO_SERVER, CREATE_FRAME, lambda f: [chained(f)]),
                                                     "wrong_signature"),
        "a request of his own before a signed one": (at(TO_SERVER, CREATE_FRAME, lambda f: [behind(f)]),
                                                     "unsigned_request"),
        "bytes behind a signed request": (at(TO_SERVER, CREATE_FRAME, lambda f: [f + bytes(8)]), "wrong_signature"),
        "a request cut short": (at(TO_SERVER, WRITE_FRAME, lambda f: [f[:-8]]), "wrong_signature"),
    }
    return cases


def witness_session(bench):
    opened = bench.server.wait_for_event("session_open", account="alice")
    return struct.pack("<Q", int(opened["session"], 16))


def made_up_later():
    return {f"{name} made up instead of TREE_CONNECT's answer": (
        at(TO_CLIENT, TREE_FRAME, lambda f, s=status: [error(f, s)]), "client") for name, status in LATER_ERRORS.items()}


def group_messages(report):
    with Bench() as bench:
        run_cases(report, bench, "sealed", sealed_cases(witness_session(bench)), together=False)
        run_cases(report, bench, "sealed, smbclient", forgeries() | made_up_later(), kind="smbclient", together=False)
        bench.check_witness(report, "sealed")


def group_signed_messages(report):
    with Bench(**UNSEALED) as bench:
        run_cases(report, bench, "signed", signed_cases(witness_session(bench)), options=("signed",), together=False)
        run_cases(report, bench, "signed, smbclient", made_up_later(), kind="smbclient", together=False)
        harmless_when_signed(report, bench)
        bench.check_witness(report, "signed")


def harmless_when_signed(report, bench):
    """An interim response is never signed (MS-SMB2 3.3.4.1.1): one that he makes up delays, and that is all."""
    interim = at(TO_CLIENT, WRITE_FRAME, lambda f: [
        raw_smb.header(9, field(f, 24, "Q"), flags=RESPONSE | raw_smb.ASYNC, status=0x103,
                       session_id=raw_smb.session_of(f)) + struct.pack("<HBBIB", 9, 0, 0, 0, 0), f])
    outcome = run_victim(bench, interim, options=("signed",))
    report.check("signed: a made-up interim response changes nothing", outcome.status == 0
                 and outcome.file == CONTENT and outcome.changed == 1, outcome.said)


def main():
    prefix = sys.argv[1] if len(sys.argv) > 1 else ""
    report = Report()
    if VICTIM is None:
        report.skip("mitm", "mitm_victim is not built")
        return 0
    for name, run in [(n[6:], f) for n, f in globals().items() if n.startswith("group_")]:
        if not name.startswith(prefix):
            continue
        begun = time.time()
        try:
            run(report)
        except Exception as fault:  # one group that breaks does not hide the others
            report.failure(name, repr(fault))
        print(f"# {name}: {time.time() - begun:.1f} s", flush=True)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

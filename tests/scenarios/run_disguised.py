#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The captures of scenarios.tsv as other taps would have delivered them: in small segments, in fragments, twice, with
neighbours exchanged, with sequence numbers that wrap, within VLANs and tunnels, and with the directions read one after
the other. Nothing is lost, so the alerts are those of the table. The same seeds each time.

usage: run_disguised.py SIGNET [DISGUISE ...]   (these only, each with all captures)"""

import collections
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import zlib

import run_scenarios as scenarios

ETHERNET, RAW, LINUX_SLL, LINUX_SLL2 = 1, 101, 113, 276
IPV4, TCP, UDP, GRE = b"\x08\0", 6, 17, 47
MORE_FRAGMENTS, FRAGMENT = 0x2000, 560
EXCHANGED_US = 2000  # packets that are nearer than this change places
LATE_US = 3000

# A packet's time in microseconds, its EtherType, and what it is from the IP header on.
Packet = collections.namedtuple("Packet", "time type ip")


# --- files -------------------------------------------------------------------------------------------


def load(path):
    data = path.read_bytes()
    assert data[:4] == b"\xd4\xc3\xb2\xa1", "classic pcap, little endian, microseconds"
    link, packets, at = struct.unpack_from("<I", data, 20)[0], [], 24
    while at < len(data):
        seconds, us, length, _ = struct.unpack_from("<IIII", data, at)
        body = data[at + 16 : at + 16 + length]
        at += 16 + length
        kind, ip = (body[12:14], body[14:]) if link == ETHERNET else (body[:2], body[20:])
        packets.append(Packet(seconds * 1000000 + us, kind, ip))
    return packets


def save(path, link, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        for time, frame in frames:
            f.write(struct.pack("<IIII", time // 1000000, time % 1000000, len(frame), len(frame)) + frame)


# --- what a packet is within -------------------------------------------------------------------------


def ethernet(p):
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02" + p.type + p.ip


def tagged(p, *tags):
    frame = ethernet(p)
    return frame[:12] + b"".join(tags) + frame[12:]


def tunnelled(protocol, payload):
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0)
    return ethernet(Packet(0, IPV4, header + b"\x0a\x01\x01\x01\x0a\x01\x01\x02" + payload))


def vxlan(p):
    inner = b"\x08\0\0\0\0\0\x05\0" + ethernet(p)
    return tunnelled(UDP, struct.pack(">HHHH", 40000, 4789, 8 + len(inner), 0) + inner)


WRAPPINGS = {
    "ethernet": (ETHERNET, ethernet),
    "vlan": (ETHERNET, lambda p: tagged(p, b"\x81\0\0\x64")),
    "qinq": (ETHERNET, lambda p: tagged(p, b"\x88\xa8\0\x64", b"\x81\0\0\x65")),
    "gre": (ETHERNET, lambda p: tunnelled(GRE, b"\0\0" + p.type + p.ip)),
    "vxlan": (ETHERNET, vxlan),
    "erspan": (ETHERNET, lambda p: tunnelled(GRE, b"\x10\0\x88\xbe\0\0\0\1\x10\1\0\0\0\0\0\0" + ethernet(p))),
    "sll": (LINUX_SLL, lambda p: b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0" + p.type + p.ip),
    "raw": (RAW, lambda p: p.ip),
}


# --- what is done to packets -------------------------------------------------------------------------


class Segment:
    """A whole TCP segment over IPv4; None of it when the packet is something else."""

    def __init__(self, p):
        self.p = p
        self.start = (p.ip[0] & 15) * 4
        self.data = self.start + (p.ip[self.start + 12] >> 4) * 4
        self.end = struct.unpack_from(">H", p.ip, 2)[0]
        self.sequence, self.acknowledgment = struct.unpack_from(">II", p.ip, self.start + 4)
        self.flags = p.ip[self.start + 13]
        self.payload = p.ip[self.data : self.end]
        ends = (p.ip[12:16] + p.ip[self.start : self.start + 2], p.ip[16:20] + p.ip[self.start + 2 : self.start + 4])
        self.flow, self.side = tuple(sorted(ends)), ends[0] < ends[1]

    def with_numbers(self, sequence, acknowledgment):
        """Without options: those that have numbers of their own would contradict."""
        ip, at = self.p.ip, self.start
        numbers = struct.pack(">II", sequence % 2**32, acknowledgment % 2**32)
        nothing = b"\1" * (self.data - at - 20)
        return self.p._replace(ip=ip[: at + 4] + numbers + ip[at + 12 : at + 20] + nothing + ip[self.data :])

    def part(self, start, end):
        """Some of its payload; FIN and PSH go with the last byte."""
        ip, at = self.p.ip, self.start
        flags = self.flags if end >= len(self.payload) else self.flags & ~9
        tcp = ip[at : at + 4] + struct.pack(">I", (self.sequence + start) % 2**32) + ip[at + 8 : at + 13]
        tcp += bytes([flags]) + ip[at + 14 : self.data]
        payload = self.payload[start:end]
        length = struct.pack(">H", at + len(tcp) + len(payload))
        return self.p._replace(ip=ip[:2] + length + ip[4:at] + tcp + payload)


def segment_of(p):
    whole = p.type == IPV4 and p.ip[0] >> 4 == 4 and p.ip[9] == TCP and not struct.unpack_from(">H", p.ip, 6)[0] & 0x3FFF
    return Segment(p) if whole and len(p.ip) >= struct.unpack_from(">H", p.ip, 2)[0] else None


def small(rng, packets):
    for p in packets:
        segment, at = segment_of(p), 0
        if segment is None or len(segment.payload) < 2:
            yield p
            continue
        while at < len(segment.payload):
            end = at + rng.randint(20, 400)
            yield segment.part(at, end)
            at = end


def fragmented(rng, packets):
    for number, p in enumerate(packets):
        size = (p.ip[0] & 15) * 4
        if p.type != IPV4 or len(p.ip) <= size + FRAGMENT:
            yield p
            continue
        payload, pieces = p.ip[size : struct.unpack_from(">H", p.ip, 2)[0]], []
        for at in range(0, len(payload), FRAGMENT):
            piece = payload[at : at + FRAGMENT]
            more = MORE_FRAGMENTS if at + FRAGMENT < len(payload) else 0
            header = p.ip[:2] + struct.pack(">HHH", size + len(piece), number & 0xFFFF, more | at // 8) + p.ip[8:size]
            pieces.append(p._replace(ip=header + piece))
        yield from reversed(pieces) if rng.random() < 0.3 else pieces


def twice(rng, packets):
    del rng
    for p in packets:
        yield p
        yield p


def sent_again(rng, packets):
    before = collections.deque(maxlen=12)
    for p in packets:
        yield p
        before.append(p)
        if rng.random() < 0.1:
            yield rng.choice(before)._replace(time=p.time)


def exchanged(rng, packets):
    packets = list(packets)
    for a, b in zip(range(len(packets)), range(1, len(packets))):
        first, second = packets[a], packets[b]
        if rng.random() < 0.08 and second.time - first.time < EXCHANGED_US:
            packets[a], packets[b] = second._replace(time=first.time), first._replace(time=second.time)
    return packets


def wrapping(rng, packets):
    """Each side's numbers pass 2**32 in the middle of what it sends."""
    del rng
    packets, first, sent = list(packets), {}, collections.Counter()
    for segment in filter(None, map(segment_of, packets)):
        first.setdefault((segment.flow, segment.side), segment.sequence)
        sent[segment.flow, segment.side] += len(segment.payload)
    shift = {key: 2**32 - max(1, sent[key] // 2) - number for key, number in first.items()}
    for p in packets:
        s = segment_of(p)
        yield p if s is None else s.with_numbers(
            s.sequence + shift[s.flow, s.side], s.acknowledgment + shift.get((s.flow, not s.side), 0))


def late_answers(rng, packets):
    """One network card's packets come up to a few milliseconds after the other's."""
    late = [(p.time + (rng.randint(0, LATE_US) if (s := segment_of(p)) and s.side else 0), n, p)
            for n, p in enumerate(packets)]
    return [p for _, _, p in sorted(late)]


CHANGES = {f.__name__: f for f in (small, fragmented, twice, sent_again, exchanged, wrapping, late_answers)}
# What a capture is disguised as, in turn: changes, and what its packets are within at the end.
DISGUISES = ("small wrapping vlan", "fragmented exchanged gre", "wrapping sent_again small vxlan", "twice qinq",
             "exchanged small sll", "late_answers ethernet", "wrapping fragmented erspan", "late_answers small raw")
# Beginning in the middle, nothing tells that the first packets were exchanged; and between connections nothing tells
# which packet came first, where a call and the connection it leads to are within milliseconds.
IN_ORDER = ("V03_relay_midstream.pcap", "coercion_", "story_", "wmiexec_", "dcsync_tcp.pcap", "A14_", "A15_")


# --- the run -----------------------------------------------------------------------------------------


def disguised(rng, disguise, source, target):
    packets, words = load(source), disguise.split()
    for word in words[:-1]:
        if not (source.name.startswith(IN_ORDER) and word in ("exchanged", "late_answers")):
            packets = CHANGES[word](rng, packets)
    link, wrap = WRAPPINGS[words[-1]]
    save(target, link, [(p.time, wrap(p)) for p in packets])


def wrong_in(signet, row, disguise):
    captures, settings, expected = row[:3]
    with tempfile.TemporaryDirectory(prefix="signet-disguised-") as directory:
        run = []
        for number, capture in enumerate(captures):
            if capture != "then":
                target = pathlib.Path(directory, f"{number}.pcap")
                disguised(random.Random(f"{disguise} {capture}"), disguise, scenarios.HERE / capture, target)
                capture = str(target)
            run.append(capture)
        events = scenarios.watch_runs(signet, run, settings)
    return scenarios.differences(events, expected, [], [])


def main():
    signet, asked = sys.argv[1], sys.argv[2:]
    cases = [(row, d) for row in scenarios.rows() for d in asked] if asked else [
        (row, DISGUISES[zlib.crc32(repr(row[:2]).encode()) % len(DISGUISES)]) for row in scenarios.rows()]
    failed = 0
    for number, (row, disguise) in enumerate(cases, 1):
        try:
            wrong = wrong_in(signet, row, disguise)
        except (RuntimeError, OSError, ValueError, subprocess.TimeoutExpired) as error:
            wrong = [str(error)]
        failed += bool(wrong)
        scenarios.tell(number, f"{' '.join(row[0])}: {disguise}", wrong)
    print(f"1..{len(cases)}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

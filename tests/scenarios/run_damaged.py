#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our captures, damaged: packets whose bytes were changed, cut, left out, doubled or put elsewhere, and files that end
anywhere. `signet watch` ends by itself, never by a signal or a sanitizer, and each line it writes is an event. The
same seeds each time, so that what fails once fails again.

usage: run_damaged.py SIGNET [PER-CAPTURE]"""

import concurrent.futures
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SIZE_MAX = 60_000  # of the captures that are tried: many small ones tell more than a large one
KINDS = ("bytes", "lengths", "snapped", "lost", "doubled", "reordered", "file_cut", "file_bytes")


def packets_of(data):
    """The file's header, and [record header, bytes] of each packet."""
    assert data[:4] == b"\xd4\xc3\xb2\xa1", "classic pcap, little endian"
    packets, at = [], 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        packets.append((data[at : at + 8], data[at + 16 : at + 16 + length]))
        at += 16 + length
    return data[:24], packets


def file_of(header, packets):
    return header + b"".join(
        times + struct.pack("<II", len(body), max(len(body), wire)) + body for times, body, wire in packets
    )


def changed(rng, body):
    body = bytearray(body)
    for _ in range(rng.randint(1, 4)):
        body[rng.randrange(len(body))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(body)


def wrong_length(rng, body):
    """A number in the middle of a message that is far too large, or too small."""
    at = rng.randrange(max(1, len(body) - 4))
    return body[:at] + rng.choice((b"\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\xf0\xff\xff\xff")) + body[at + 4 :]


def damaged(rng, kind, data):
    if kind == "file_cut":
        return data[: rng.randrange(len(data))]
    if kind == "file_bytes":
        return data[:4] + changed(rng, data[4:])
    header, packets = packets_of(data)
    packets = [(times, body, len(body)) for times, body in packets]
    for _ in range(max(1, len(packets) // 8)):
        at = rng.randrange(len(packets))
        times, body, wire = packets[at]
        if kind == "bytes":
            packets[at] = (times, changed(rng, body), wire)
        elif kind == "lengths":
            packets[at] = (times, wrong_length(rng, body), wire)
        elif kind == "snapped":
            packets[at] = (times, body[: rng.randrange(1, len(body) + 1)], wire)
        elif kind == "lost" and len(packets) > 1:
            del packets[at]
        elif kind == "doubled":
            packets.insert(rng.randrange(len(packets)), packets[at])
        elif kind == "reordered":
            packets.insert(rng.randrange(len(packets)), packets.pop(at))
    return file_of(header, packets)


def complaint(signet, data):
    """What is wrong with how the program took it; None: nothing."""
    with tempfile.NamedTemporaryFile(suffix=".pcap") as capture:
        capture.write(data)
        capture.flush()
        command = [signet, "watch", "--json", "--nt-hash", str(HERE / "lab.nt-hashes"), "-r", capture.name]
        try:
            done = subprocess.run(command, capture_output=True, timeout=60)
        except subprocess.TimeoutExpired:
            return "does not end"
    if done.returncode not in (0, 1, 2) or b"runtime error" in done.stderr or b"Sanitizer" in done.stderr:
        return f"status {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}"
    try:
        events = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    except ValueError as error:
        return f"not an event: {error}"
    if done.returncode == 0 and (not events or events[-1].get("kind") != "capture"):
        return "does not tell of the capture's end"
    return next((f"without a kind: {e}" for e in events if not isinstance(e, dict) or "kind" not in e), None)


def trial(signet, capture, seed):
    rng = random.Random(f"{capture.name} {seed}")
    return complaint(signet, damaged(rng, KINDS[seed % len(KINDS)], capture.read_bytes()))


def main():
    signet, per_capture = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else len(KINDS)
    captures = sorted(c for c in HERE.glob("*.pcap") if c.stat().st_size <= SIZE_MAX)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for number, capture in enumerate(captures, 1):
            wrong = list(pool.map(lambda seed, c=capture: trial(signet, c, seed), range(per_capture)))
            bad = [(seed, text) for seed, text in enumerate(wrong) if text]
            failed += bool(bad)
            print(f"{'not ok' if bad else 'ok'} {number} - {capture.name}, damaged {per_capture} times", flush=True)
            for seed, text in bad:
                print(f"# {KINDS[seed % len(KINDS)]}, seed {seed}: " + text.replace("\n", "\n# "))
    print(f"1..{len(captures)}")
    return 1 if failed or not captures else 0


if __name__ == "__main__":
    sys.exit(main())

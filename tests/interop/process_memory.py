# SPDX-License-Identifier: Apache-2.0
"""What is in another process's memory. As root."""

import re

MAPPING_MAX = 1 << 30  # a sanitizer's shadow is larger


def writable_mappings(pid):
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            span, rights, _, _, _, *name = line.split()
            if rights.startswith("rw"):
                start, end = (int(x, 16) for x in span.split("-"))
                yield start, end, " ".join(name) or "anonymous"


def contents(pid):
    """(start, name, bytes) of each writable mapping: heap, stacks, data, all."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as mem:
        for start, end, name in writable_mappings(pid):
            if end - start > MAPPING_MAX:
                continue
            mem.seek(start)
            data = b""
            while len(data) < end - start:
                try:
                    piece = mem.read(end - start - len(data))
                except OSError:
                    break
                if not piece:
                    break
                data += piece
            yield start, name, data


def find(pid, needles):
    """{what: [where, ...]} of the needles, {what: bytes}, that are there; where is "mapping+offset"."""
    found = {}
    for start, name, data in contents(pid):
        for what, needle in needles.items():
            for match in re.finditer(re.escape(needle), data):
                found.setdefault(what, []).append(f"{name} {start + match.start():#x}")
    return found


def flags_of(pid, address):
    """The kernel's two-letter flags of the mapping that has the address: "dd" is left out of dumps."""
    inside = False
    for line in open(f"/proc/{pid}/smaps"):
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line)
        if head:
            inside = int(head[1], 16) <= address < int(head[2], 16)
        elif inside and line.startswith("VmFlags:"):
            return line.split()[1:]
    return []

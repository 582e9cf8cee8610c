#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/wire/fscc/name_upcase_table.c: the upper case of each UTF-16 unit as NTFS sees it.

NTFS keeps its table on each volume ($UpCase). It is Unicode's simple upper-case mapping as of the time
the table was made (Windows 7, and what mkntfs writes), with exceptions that are listed below. Newer
versions of Unicode added pairs and moved others, so the exceptions also freeze the table in time.

    make_upcase_table.py                 write the table to standard output
    make_upcase_table.py --check UPCASE  compare with the $UpCase of a volume (ntfscat IMAGE '$UpCase')

Why NTFS's and not today's Unicode: two names are the same file here exactly when they are for a Windows
client. With Unicode's full table a client could not create both of two names that it can on NTFS (the
micro sign and Greek mu, long s and s), and vice versa.
"""

import struct
import sys
import unicodedata

# Letters that have an upper case in Unicode, and none in NTFS: compatibility characters whose upper case
# is another letter's too (so that folding them would merge different names) ...
UNCHANGED = {
    0x00B5, 0x0131, 0x017F, 0x01C5, 0x01C8, 0x01CB, 0x01F2, 0x0345, 0x03C2, 0x03D0, 0x03D1, 0x03D5,
    0x03D6, 0x03F0, 0x03F1, 0x03F5, 0x1E9B, 0x1FBE,
    # ... and letters whose upper case came with Unicode 5.2 or later.
    0x023F, 0x0240, 0x0252, 0x025C, 0x0261, 0x0265, 0x0266, 0x026A, 0x026C, 0x0282, 0x0287, 0x029D,
    0x029E, 0x03F3, 0x1D8E, 0x2C5F, 0x2CEC, 0x2CEE, 0x2CF3, 0x2D27, 0x2D2D, 0xA661, 0xA699, 0xA69B,
    0xAB53,
}
UNCHANGED_RANGES = [
    (0x0525, 0x052F),  # Cyrillic, 5.2 to 7.0
    (0x10D0, 0x10FF),  # Georgian, 11.0
    (0x13F8, 0x13FD), (0xAB70, 0xABBF),  # Cherokee, 8.0
    (0x1C80, 0x1C8A),  # Cyrillic Extended-C, 9.0
    (0xA78D, 0xA7FF),  # Latin Extended-D, 5.2 and later
]


def simple_upper(unit):
    """Unicode's simple mapping; Python has the full one, which for Greek with iota subscript is two
    letters, where the simple one is the title case."""
    char = chr(unit)
    for mapped in (char.upper(), char.title()):
        if len(mapped) == 1 and ord(mapped) < 0x10000:
            return ord(mapped)
    return unit


def ntfs_upper(unit):
    if 0xD800 <= unit < 0xE000 or unit in UNCHANGED:
        return unit
    if any(first <= unit <= last for first, last in UNCHANGED_RANGES):
        return unit
    if unicodedata.category(chr(unit)) in ("Cn", "Lt"):
        return unit
    return simple_upper(unit)


def check(table, path):
    with open(path, "rb") as f:
        volume = struct.unpack("<65536H", f.read(131072))
    wrong = [u for u in range(65536) if table[u] != volume[u]]
    for u in wrong:
        print(f"U+{u:04X}: here U+{table[u]:04X}, volume U+{volume[u]:04X}")
    print(f"{len(wrong)} differences; {sum(table[u] != u for u in range(65536))} letters have an upper case")
    return 1 if wrong else 0


def write(table):
    pages, page_of = [[0] * 256], []
    for page in range(256):
        deltas = [(table[page * 256 + i] - page * 256 - i) & 0xFFFF for i in range(256)]
        if deltas not in pages:
            pages.append(deltas)
        page_of.append(pages.index(deltas))
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Made by tools/make_upcase_table.py; do not edit. What to add to a UTF-16 unit (modulo 2^16) for its")
    print("// upper case as of NTFS' $UpCase: pages of 256 units, page 0 for all those without any.")
    print('#include "wire/fscc/name_upcase_table.h"\n\n// clang-format off')
    print("const uint8_t name_upcase_page_of[256] = {")
    for i in range(0, 256, 32):
        print("\t" + " ".join(f"{p}," for p in page_of[i:i + 32]))
    print("};\n\nconst uint16_t name_upcase_pages[][256] = {")
    for deltas in pages:
        print("\t{")
        if any(deltas):
            for i in range(0, 256, 16):
                print("\t\t" + " ".join(f"{d}," for d in deltas[i:i + 16]))
        else:
            print("\t\t0,")
        print("\t},")
    print("};\n// clang-format on")


def main():
    table = [ntfs_upper(u) for u in range(65536)]
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        return check(table, sys.argv[2])
    write(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())

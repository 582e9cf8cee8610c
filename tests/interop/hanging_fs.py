# SPDX-License-Identifier: Apache-2.0
"""A file system that stops answering when it is told to, as one does whose server is gone: an empty folder,
in FUSE's own protocol (linux/fuse.h), so that nothing but a kernel and root is needed."""

import ctypes
import errno
import os
import select
import struct
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
LOOKUP, FORGET, GETATTR, STATFS, RELEASE, INIT, OPENDIR, READDIR, RELEASEDIR, BATCH_FORGET = \
    1, 2, 3, 17, 18, 26, 27, 28, 29, 42
MNT_DETACH = 2
PARALLEL_DIROPS = 1 << 18  # the kernel asks more than one thing of a folder at once
HOUR = 3600


class HangingFs:
    """Use as a context manager; OSError when it cannot be mounted here."""

    def __init__(self, path):
        self.path = path
        self.hangs = False
        self.ends = False
        self.unanswered = 0  # requests that were left hanging
        self.fd = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self.fd},rootmode=40000,user_id=0,group_id=0,allow_other"
        if LIBC.mount(b"hanging", bytes(path), b"fuse", 0, options.encode()) != 0:
            os.close(self.fd)
            raise OSError(ctypes.get_errno(), "mount")
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def end(self):
        """What hangs fails then."""
        if self.fd < 0:
            return
        self.ends = True
        LIBC.umount2(bytes(self.path), MNT_DETACH)
        self.thread.join()
        os.close(self.fd)
        self.fd = -1

    def serve(self):
        while not self.ends:
            if not select.select([self.fd], [], [], 0.2)[0]:
                continue
            try:
                request = os.read(self.fd, 1 << 20)
            except OSError as e:
                if e.errno in (errno.EINTR, errno.EAGAIN, errno.ENOENT):
                    continue
                return
            _, opcode, unique = struct.unpack_from("<IIQ", request)
            if opcode in (FORGET, BATCH_FORGET):
                continue
            if self.hangs and opcode in (LOOKUP, READDIR):
                self.unanswered += 1
                continue
            error, body = self.answer(opcode)
            os.write(self.fd, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)

    @staticmethod
    def answer(opcode):
        attributes = struct.pack("<6Q3I7I", 1, 4096, 8, 0, 0, 0, 0, 0, 0, 0o40777, 2, 0, 0, 0, 4096, 0)
        answers = {
            INIT: struct.pack("<4I2H2I2HI28x", 7, 31, 0, PARALLEL_DIROPS, 12, 12, 65536, 1, 0, 0, 0),
            GETATTR: struct.pack("<QII", HOUR, 0, 0) + attributes,
            STATFS: struct.pack("<5Q4I24x", 1000, 500, 500, 1000, 500, 4096, 255, 4096, 0),
            OPENDIR: bytes(16),
            READDIR: b"",
            RELEASE: b"",
            RELEASEDIR: b"",
        }
        if opcode == LOOKUP:
            return errno.ENOENT, b""
        return (0, answers[opcode]) if opcode in answers else (errno.ENOSYS, b"")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()

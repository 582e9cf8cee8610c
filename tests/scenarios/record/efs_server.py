#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A server that has EFSRPC behind its pipe lsarpc, as Windows has and Samba has not, on impacket's SMB server: told to
open a path on another host, it logs on there with its machine's account (smbclient does), and fails.

usage: efs_server.py USER PASSWORD MACHINE_ACCOUNT MACHINE_PASSWORD"""

import subprocess
import sys
import threading

from impacket.dcerpc.v5.dtypes import LONG, ULONG, WSTR
from impacket.dcerpc.v5.ndr import NDRCALL
from impacket.dcerpc.v5.rpcrt import DCERPCServer
from impacket.ntlm import compute_lmhash, compute_nthash
from impacket.smbserver import SimpleSMBServer

EFSRPC = ("C681D488-D850-11D0-8C52-00C04FD90F7E", "1.0")
ERROR_BAD_NETPATH = 53


class EfsRpcOpenFileRaw(NDRCALL):  # MS-EFSR 3.1.4.2.1
    opnum = 0
    structure = (("FileName", WSTR), ("Flags", LONG))


class EfsRpcOpenFileRawResponse(NDRCALL):
    structure = (("hContext", "20s=b''"), ("ErrorCode", ULONG))


class EfsRpcEncryptFileSrv(NDRCALL):  # MS-EFSR 3.1.4.2.5
    opnum = 4
    structure = (("FileName", WSTR),)


class EfsRpcEncryptFileSrvResponse(NDRCALL):
    structure = (("ErrorCode", ULONG),)


class EfsServer(DCERPCServer):
    def __init__(self, account, password):
        super().__init__()
        self.account, self.password = account, password
        self.addCallbacks(EFSRPC, "\\PIPE\\lsass", {0: self.open_file_raw, 4: self.encrypt_file})

    def log_on(self, path):
        host, share = str(path).replace("/", "\\").strip("\0").lstrip("\\").split("\\")[:2]
        subprocess.run(["smbclient", f"//{host}/{share}", "-U", f"TEST/{self.account}%{self.password}", "-c", "ls",
                        "-s", "/dev/null", "-t", "10"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30)

    def open_file_raw(self, data):
        self.log_on(EfsRpcOpenFileRaw(data)["FileName"])
        response = EfsRpcOpenFileRawResponse()
        response["hContext"] = bytes(20)
        response["ErrorCode"] = ERROR_BAD_NETPATH
        return response

    def encrypt_file(self, data):
        self.log_on(EfsRpcEncryptFileSrv(data)["FileName"])
        response = EfsRpcEncryptFileSrvResponse()
        response["ErrorCode"] = ERROR_BAD_NETPATH
        return response


def main():
    user, password, machine, machine_password = sys.argv[1:]
    efs = EfsServer(machine, machine_password)
    efs.daemon = True
    efs.start()
    server = SimpleSMBServer("0.0.0.0", 445)
    server.setSMB2Support(True)
    server.addCredential(user, 0, compute_lmhash(password), compute_nthash(password))
    for pipe in ("lsarpc", "efsrpc"):
        server.registerNamedPipe(pipe, ("127.0.0.1", efs.getListenPort()))
    threading.Thread(target=server.start, daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()

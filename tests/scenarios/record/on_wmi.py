# SPDX-License-Identifier: Apache-2.0
"""DCOM over TCP, with and without what comes with it on shares: methods of WMI, objects, queries."""

from lab import ADMIN_PASSWORD, DOMAIN, wait_for
from net import HERE, PYTHON, admin_tool, expect, python

OBJECTS_PORT, OUTPUT = 49667, "__1700000000.5"  # as wmi_client.py has them


def windows(net):
    """A member whose host has the ports of DCOM, too."""
    def make():
        server = net.files
        for port in (135, OBJECTS_PORT):
            server.host.start(PYTHON, HERE / "wmi_server.py", port, server.dir / "windows" / OUTPUT)
        for port in (135, OBJECTS_PORT):
            wait_for(lambda p=port: server.host.answers(p), f"nothing listens at {port}")
        return server
    return net.machine("windows", make)


def client(net, host, mode, *level):
    return python(host, HERE / "wmi_client.py", windows(net).host.address, DOMAIN, "Administrator", ADMIN_PASSWORD,
                  mode, *level)


def wmi(net):
    server = windows(net).host
    for name, host, mode, level in (("wmiexec_sealed", net.evil, "exec", ()), ("wmiexec_clear", net.evil, "exec", (5,)),
                                    ("dcomexec_activation", net.evil, "mmc", (5,)),
                                    ("benign_wmi_queries", net.ws1, "query", ()),
                                    ("benign_wmi_registry", net.ws1, "registry", (5,))):
        ports = f"tcp and host {host.address} and host {server.address}"
        with net.capture(name, f"({ports}) and (port 445 or port 135 or port {OBJECTS_PORT})"):
            said = client(net, host, mode, *level)
            expect(said, *(["ran"] if mode == "exec" else []))
            if "Traceback" in said:
                raise RuntimeError(said)
            if mode == "query":  # an administrator looks at a log and tidies up what they made, while the queries run
                expect(admin_tool(host, "smbclient", f"//{server.name}/C$", "-c",
                                  "cd Windows; get notes.log /dev/null; ls"), "getting file")

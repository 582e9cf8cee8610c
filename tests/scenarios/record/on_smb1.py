# SPDX-License-Identifier: Apache-2.0
"""SMB1 with its signatures (MS-CIFS 3.1.4.1), as they were sent and as somebody changed them on their way."""

from lab import DOMAIN, REALM, password_of, private_folders, wait_for
from net import HERE, PYTHON, expect

SMB1 = " server min protocol = NT1\n server signing = mandatory\n"
ALONE = """[global]
 netbios name = SIGNET1
 workgroup = ALONE
 interfaces = eth0
 bind interfaces only = yes
 disable netbios = yes
 ntlm auth = ntlmv1-permitted
 raw NTLMv2 auth = yes
{folders}{smb1}[docs]
 path = {dir}/docs
 read only = no
 force user = root
"""
WORK = "put {dir}/win.ini notes.txt; get notes.txt /dev/null; rename notes.txt done.txt; del done.txt; ls"


def old(net):
    """A server of the domain that speaks nothing but SMB1 to those who want it, and signs all of it."""
    return net.member("print1", SMB1)


def alone(net):
    """The same without a domain: what answers for it takes neither NTLMv1 nor NTLMv2 without extended security."""
    def make():
        host = net.signet1
        conf = host.dir / "smb.conf"
        (host.dir / "docs").mkdir()
        conf.write_text(ALONE.format(folders=private_folders(host.dir / "samba"), smb1=SMB1, dir=host.dir))
        with open(host.dir / "etc" / "passwd", "a") as passwd:
            passwd.write("alice:x:1500:100::/:/bin/false\n")
        host.run("pdbedit", "-s", conf, "-a", "-t", "-u", "alice", input=f"{password_of('alice')}\n" * 2)
        host.start("smbd", "-F", "-s", conf, "--no-process-group")
        wait_for(lambda: host.answers(445), "it does not answer")
        return host
    return net.machine("alone", make)


def smbclient(host, server, *options):
    """As alice, with one file of her own."""
    (host.dir / "win.ini").write_text("; for 16-bit app support\n" * 400)
    return host.run("smbclient", f"//{server}/docs", "-m", "NT1", "--option=client min protocol=NT1", *options,
                    "-U", f"alice@{REALM}%{password_of('alice')}" if "--use-kerberos=required" in options else
                    f"{DOMAIN}\\alice%{password_of('alice')}", "-c", WORK.format(dir=host.dir), check=False)


def smb1_signed(net):
    server, other = old(net).host, alone(net)
    for name, at, to, options in (
            ("smb1_signed_ntlmv2", server, server.address, ("--client-protection=sign",)),
            ("smb1_signed_kerberos", server, "print1.test.lab", ("--client-protection=sign", "--use-kerberos=required")),
            ("smb1_signed_ntlmv1", other, other.address, ("--client-protection=sign", "--option=client ntlmv2 auth=no"))):
        with net.capture(name, f"tcp port 445 and host {at.address}"):
            expect(smbclient(net.ws1, to, *options), "getting file")
    net.dc.tool("domain", "exportkeytab", net.folder / "smb1_signed_kerberos.keytab", "--principal=cifs/print1.test.lab")


def smb1_tampered(net):
    """A byte of a file's name, as it is asked for; a byte of what is in it, as it is answered."""
    server = old(net)
    for name, seen_by, direction, command in (("smb1_tampered_request", server.host, "to server", 0xA2),
                                              ("smb1_tampered_answer", net.ws1, "to client", 0x2E)):
        proxy = net.evil.start(PYTHON, HERE / "flip.py", net.evil.address, server.host.address, direction, command)
        wait_for(lambda: net.evil.answers(445), "the proxy does not listen")
        with net.capture(name, f"tcp port 445 and host {seen_by.address}"):
            said = smbclient(net.ws1, net.evil.address, "--client-protection=sign")
            if "NT_STATUS" not in said:
                raise RuntimeError(f"nobody noticed: {said}")
        net.evil.stop(proxy)

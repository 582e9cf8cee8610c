#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`signet audit` against ksmbd, the SMB server of the Linux kernel, in a small machine of its own
(audit/ksmbd_machine.py): what it has to find of each configuration is in audit/expected/ksmbd-*.txt, and nmap,
smbclient and impacket have to see the server the same way. Then what `--fix ksmbd` writes is put above ksmbd.conf, and
what it closes has to be gone.

usage: run_audit_ksmbd.py [CONFIGURATION...]"""

import io
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "audit"))
import nmap_facts  # noqa: E402
from auditor import LOGIN, audit, audit_with_login, run  # noqa: E402
from expectations import Expected, invented, missed, without_evidence  # noqa: E402
from impacket.smb3structs import SMB2_DIALECT_30, SMB2_SESSION_FLAG_ENCRYPT_DATA  # noqa: E402
from impacket.smbconnection import SessionError, SMBConnection  # noqa: E402
from ksmbd_machine import KsmbdMachine, Missing  # noqa: E402
from servers import PASSWORD, USER  # noqa: E402
from signet_server import Report  # noqa: E402

PATIENT = ("--timeout", 20)
ACCOUNT = f"{USER}%{PASSWORD}"
DATA = f"[data]\n\tpath = /shares/data\n\tvalid users = {USER}\n"
OPEN = "[open]\n\tpath = /shares/open\n\tguest ok = yes\n\tread only = no\n"
TOP = "[global]\n\tnetbios name = PROOF\n"
CONFIGURATIONS = {
    "default": TOP + DATA,
    "hardened": TOP + "\tserver signing = mandatory\n\tsmb3 encryption = mandatory\n\tserver min protocol = SMB3_11\n"
    "\trestrict anonymous = 2\n" + DATA,
    "weak": TOP + "\tsmb3 encryption = disabled\n\tmap to guest = bad user\n" + DATA + OPEN,
}
# What smbclient can do: {configuration: who may list the shares without an account, be a guest, use 2.1, seal}.
SMBCLIENT = {
    "list without an account": (["-L", "//{}", "-N"], {"default", "weak"}),
    "be a guest": (["//{}/open", "-U", "nobody-knows%x", "-c", "ls"], {"weak"}),
    "use SMB 2.1": (["//{}/data", "-U", ACCOUNT, "-m", "SMB2_10", "-c", "ls"], {"default", "weak"}),
    "use SMB 3.1.1, sealed": (["//{}/data", "-U", ACCOUNT, "--client-protection=encrypt", "-c", "ls"], {"default", "hardened"}),
    "use the share": (["//{}/data", "-U", ACCOUNT, "-c", "ls"], {"default", "hardened", "weak"}),
}
# What ksmbd does not keep to, whatever its configuration says (see expected/ksmbd-hardened.txt): no setting closes it,
# and none is said to.
NOT_KEPT = {"encryption_not_required", "share_encryption_not_enforced", "relay_target", "interfaces_disclosed",
            "ntlm_mic_not_required", "ntlm_target_not_checked"}


def check_host(report, name, host, kind):
    wanted = Expected(f"ksmbd-{name}")
    name = f"ksmbd {name} {kind}"
    if not report.check(f"{name}: answered", host is not None and host["outcome"] == "done", f"{host}"):
        return
    report.check(f"{name}: it is ksmbd", host["system"] == "ksmbd" and host["platform"] == "ksmbd", f"{host['system']}")
    report.check(f"{name}: nothing missed", not (lost := missed(host, wanted, kind)), "; ".join(lost))
    report.check(f"{name}: nothing invented", not (extra := invented(host, wanted, kind)), "; ".join(extra))
    report.check(f"{name}: grade {wanted.grades[kind]}", host["grade"] == wanted.grades[kind], host["grade"])
    left = {q["id"] for q in host["open"]}
    report.check(f"{name}: whether it speaks SMB1 is no question", "smb1_accepted" not in left, f"{left}")
    report.check(f"{name}: all has evidence", not (bare := without_evidence(host)), "; ".join(bare))


def check_smbclient(report, name, machine):
    for what, (arguments, where) in SMBCLIENT.items():
        command = ["smbclient", "-s", "/dev/null", *(a.format(machine.address) for a in arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
        can = done.returncode == 0 and "Sharename" in done.stdout or "a file" in done.stdout
        report.check(f"ksmbd {name}: smbclient can {'' if name in where else 'not '}{what}", can == (name in where),
                     done.stdout[-300:] + done.stderr[-300:])


def check_nmap(report, name, machine, host):
    theirs = nmap_facts.findings(nmap_facts.run([machine.address]).get(machine.address, {}))
    ours = {f["id"] for f in host["findings"]}
    differs = [f"{check}: nmap {has}, audit {check in ours}" for check, has in theirs.items() if has != (check in ours)]
    report.check(f"ksmbd {name}: nmap says the same", theirs and not differs, "; ".join(differs) or "nothing")


def check_configuration(report, name, machine):
    machine.configure(CONFIGURATIONS[name])
    with ThreadPoolExecutor(2) as pool:  # they wait for the machine, mostly
        blind = pool.submit(audit, [machine.address], *PATIENT)
        login = audit_with_login([machine.address], "--try-logons", *PATIENT)
        blind = blind.result()
    for kind, done in (("blind", blind), ("login", login)):
        report.check(f"ksmbd {name} {kind}: ends with status 0", done.status == 0 and not done.sanitizers(), done.why())
        check_host(report, name, done.hosts.get(machine.address), kind)
    check_smbclient(report, name, machine)
    if machine.address in blind.hosts:
        check_nmap(report, name, machine, blind.hosts[machine.address])


def reads_plain(address, signed):
    """Whether impacket reads a file with requests that are not encrypted, though the server asks for it."""
    connection = SMBConnection(address, address, preferredDialect=SMB2_DIALECT_30)
    connection.login(USER, PASSWORD)
    session = connection._SMBConnection._Session  # it would do as it is told
    asked = session["SessionFlags"] & SMB2_SESSION_FLAG_ENCRYPT_DATA and session["SigningRequired"]
    session["SessionFlags"], session["SigningRequired"], session["SigningActivated"] = 0, signed, signed
    got = io.BytesIO()
    connection.getFile("data", "a file", got.write)
    return asked and got.getvalue() == b"not empty\n"


def check_promises(report, machine):
    """That "mandatory" is not kept to is no mistake of the audit's. (This impacket knows no 3.1.1.)"""
    machine.configure(CONFIGURATIONS["hardened"].replace("SMB3_11", "SMB3_00"))
    for signed in (True, False):
        try:
            plain, why = reads_plain(machine.address, signed), ""
        except (OSError, SessionError) as e:
            plain, why = False, str(e)
        report.check(f"ksmbd hardened: impacket reads a file unencrypted, {'signed' if signed else 'unsigned'}", plain, why)


def ids(done, machine):
    return {f["id"] for f in done.hosts[machine.address]["findings"]} if machine.address in done.hosts else None


def check_fix(report, machine):
    """What it says that it closes, put above the weak one: of two settings the first counts."""
    machine.configure(CONFIGURATIONS["weak"])
    done = run(["--fix", "ksmbd", *LOGIN, "--try-logons", *PATIENT, machine.address], stdin=f"{PASSWORD}\n")
    snippet = done.out.split("Not closed by this:")
    closes = set(re.findall(r"# closes (\w+): ", snippet[0]))
    left = set(re.findall(r"^#   (\w+)(?: of .*)?: ", snippet[1], re.M)) if len(snippet) > 1 else set()
    wanted = {"old_dialect_accepted", "dialect_below_311", "signing_not_required", "encryption_not_supported",
              "anonymous_session", "anonymous_lists_shares", "guest_accepted", "share_guest", "share_anonymous", "pipe_anonymous"}
    report.check("ksmbd fix: closes what was found", wanted <= closes, f"{wanted - closes} {done.why()}\n{done.out[:3000]}")
    report.check("ksmbd fix: what ksmbd does not keep to is left, with what to do instead", NOT_KEPT <= left - closes
                 and done.out.count("a tunnel (IPsec, WireGuard)") >= 5, f"{NOT_KEPT - left} {NOT_KEPT & closes}")
    machine.configure(done.out + CONFIGURATIONS["weak"])
    after = audit_with_login([machine.address], "--try-logons", *PATIENT)
    found = ids(after, machine)
    report.check("ksmbd fix: the audit finds none of it any more", found is not None
                 and not (closes - left) & found, f"{found and (closes - left) & found} {after.why()}")
    report.check("ksmbd fix: what it leaves is still there", found is not None and NOT_KEPT <= found, f"{found}")


def main():
    if os.geteuid() != 0:
        print("SKIP audit of ksmbd needs root: nmap knows no port but 445")
        return 0
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))  # the machine is not left behind
    report = Report()
    try:
        machine = KsmbdMachine()
    except Missing as e:
        report.skip("audit of ksmbd", str(e))
        return 0
    with machine:
        for name in sys.argv[1:] or CONFIGURATIONS:
            check_configuration(report, name, machine)
        check_promises(report, machine)
        check_fix(report, machine)
        report.check("ksmbd: the machine still runs, and its kernel has not stumbled",
                     machine.runs() and not re.search(r"BUG:|Oops|Call Trace", machine.log()), machine.log())
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Where no setting closes a finding, `--fix` says what else does: that is done here to a real server, and the finding has
to be gone. What it takes away from Samba is taken away in a mount namespace of this Samba's own."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "audit"))
from auditor import audit, run  # noqa: E402
from servers import CLOSED, NO_PRINTERS, SambaHost, wait_for  # noqa: E402
from signet_server import Report  # noqa: E402

OWN_MOUNTS = ("unshare", "--mount", "--propagation", "private")


class SambaWithout(SambaHost):
    """One that cannot run a file of its installation."""

    def __init__(self, *arguments, file):
        super().__init__(*arguments)
        self.file = file

    def start(self):
        own = self.dir / "not-executable"
        shutil.copyfile(self.file, own)
        own.chmod(0o644)
        self.run(*OWN_MOUNTS, "sh", "-c", 'mount --bind "$1" "$2" && exec smbd -F -s "$3" --no-process-group', "sh", own,
                 self.file, self.conf)


def has_coercion(host):
    wait_for(host)
    done = audit([host.address])
    found = done.hosts.get(host.address, {"findings": []})["findings"]
    return bool(found) and "coercion_interface" in {f["id"] for f in found}, len(found)


def main():
    if os.geteuid() != 0 or subprocess.run([*OWN_MOUNTS, "true"], capture_output=True).returncode != 0:
        print("SKIP remedies need root, and a mount namespace")
        return 0
    report = Report()
    base = Path(tempfile.mkdtemp(prefix="signet-audit-", dir="/var/tmp"))
    base.chmod(0o755)
    hosts = [SambaHost("as-it-is", base, 93, NO_PRINTERS, CLOSED)]
    try:
        hosts[0].start()
        there, _ = has_coercion(hosts[0])
        report.check("Samba with disable spoolss can be made to authenticate elsewhere", there, hosts[0].said()[-1000:])
        fix = run(["--fix", "samba", hosts[0].address]).out
        named = re.search(r"dpkg-statoverride --update --add root root 0644 (\S+)", fix)
        report.check("the fix says which service need not be there", named and Path(named.group(1)).is_file(), fix[-2000:])
        report.check("the fix does not say that a setting closes it", "closes coercion_interface" not in fix, fix[-2000:])
        if named:
            hosts.append(SambaWithout("without", base, 94, NO_PRINTERS, CLOSED, file=Path(named.group(1))))
            hosts[1].start()
            there, count = has_coercion(hosts[1])
            report.check("without it the finding is gone, and only that", not there and count > 10, hosts[1].said()[-1000:])
    finally:
        for host in hosts:
            host.stop()
        shutil.rmtree(base, ignore_errors=True)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

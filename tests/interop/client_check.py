#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our client against Signet, and against a real Samba with every posture.

    client_check.py PATH-OF-signet PATH-OF-client_check

Exit: 0 passed, 1 failed, 77 cannot run.
"""
import os
import shutil
import subprocess
import sys

# As strict as it comes, and as open as the configuration allows.
POSTURES = {
    "strict": ({}, {}, "3.1.1 sealed"),
    "open": ({"signing": "desired", "encryption": "desired", "dialects": "3.1.1 3.0.2 2.1"},
             {"encryption": "desired"}, ""),
}


def run(program, what, port, user, password, prefix=""):
    print(f"{what}:", flush=True)
    command = [program, "127.0.0.1", str(port), user, password, "data", prefix]
    return subprocess.run(command, timeout=300).returncode == 0


def check_signet(program):
    from signet_server import PASSWORD, SignetServer
    passed = True
    for name, (server, share, prefix) in POSTURES.items():
        with SignetServer(users=("alice",), server=server, share=share) as s:
            passed &= run(program, f"signet, {name}", s.port, "alice", f"{PASSWORD}alice", prefix)
    return passed and not SignetServer.faults


def check_samba(program):
    from samba_server import Samba
    samba = Samba("any", "/var/tmp")
    samba.start()
    try:
        return run(program, "samba", samba.port, samba.user, samba.password)
    finally:
        samba.stop()


def main():
    if os.geteuid() != 0 or not shutil.which("smbd"):
        print("needs root and Debian's samba package")
        return 77
    os.environ["SIGNET"] = os.path.abspath(sys.argv[1])  # before what reads it is imported
    passed = check_samba(sys.argv[2])
    passed &= check_signet(sys.argv[2])
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Samba's smbtorture against Signet, sealed.

Each test in smbtorture_must_pass.txt has to succeed. With --survey FAMILY... all tests of the families
are run and reported as they are, with the reason of each failure.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from signet_server import PASSWORD, Report, SignetServer

HERE = Path(__file__).parent
LIST = HERE / "smbtorture_must_pass.txt"
FAMILY_TIMEOUT = 300
RESULT = re.compile(r"^(success|failure|error|skip|successful|xfail): (.+?)( \[)?$")


def run_family(server, name, timeout):
    """{test: (result, why)} of one family or single test."""
    command = ["smbtorture", "-s", str(server.dir / "smb.conf"), "-p", str(server.port), "//127.0.0.1/data",
               "-U", f"alice%{PASSWORD}alice", "--option=torture:progress=no", name]
    (server.dir / "smb.conf").write_text("[global]\n")
    try:
        out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout,
                             cwd=server.dir).stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as e:
        out = (e.stdout or b"").decode(errors="replace") + "\nerror: (timeout)\n"
    return parse(name, out)


def parse(family, out):
    results = {}
    lines = out.splitlines()
    for i, line in enumerate(lines):
        m = RESULT.match(line)
        if m is None:
            continue
        why = " ".join(lines[i + 1:i + 3]).strip() if m.group(3) else ""
        test = m.group(2)
        full = test if test.startswith(family) else f"{family}.{test}"
        if full not in results or results[full][0] == "success":
            results[full] = (m.group(1), why)
    return results


def families_of(tests):
    """What to call smbtorture with: one run for each family."""
    families = {}
    for test in tests:
        parts = test.split(".")
        families.setdefault(".".join(parts[:2]), []).append(test)
    return families


def survey(families, timeout):
    with SignetServer() as server:
        for family in families:
            for test, (result, why) in run_family(server, family, timeout).items():
                print(f"{result:8} {test} {why}", flush=True)
            if server.process.poll() is not None:
                print(f"CRASH after {family}: {server.log.read_text()[-3000:]}")
                server.start()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--survey", nargs="+", metavar="FAMILY")
    parser.add_argument("--timeout", type=int, default=FAMILY_TIMEOUT)
    options = parser.parse_args()
    if options.survey:
        survey(options.survey, options.timeout)
        return 0
    report = Report()
    if shutil.which("smbtorture") is None:
        report.skip("smbtorture", "not installed (samba-testsuite)")
        return 0
    tests = [line.split("#")[0].strip() for line in LIST.read_text().splitlines()]
    tests = [t for t in tests if t]
    with SignetServer() as server:
        for family, wanted in families_of(tests).items():
            results = run_family(server, family, options.timeout)
            for test in wanted:
                result, why = results.get(test, ("missing", "did not run"))
                report.check(f"smbtorture {test}", result == "success", f"{result}: {why}")
            if server.process.poll() is not None:
                report.failure(f"smbtorture {family}", "the server ended: " + server.log.read_text()[-2000:])
                server.start()
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Samba's smbtorture against Signet, sealed, each test by itself in an empty share.

Each test in smbtorture_must_pass.txt has to succeed; with --each N every Nth of them is run. With
--survey NAME... all tests whose names begin so are run and reported as they are, with the reason of each
failure; --write adds those that pass and are not in the list to it.
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from signet_server import PASSWORD, Report, SignetServer

HERE = Path(__file__).parent
LIST = HERE / "smbtorture_must_pass.txt"
TEST_TIMEOUT = 120
RESULT = re.compile(r"^(success|failure|error|skip): (.+?)( \[)?$")


def all_tests():
    """As smbtorture lists them, such as smb2.create.open; a lone one is smb2.connect.connect."""
    out = subprocess.run(["smbtorture", "--list"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         text=True, check=False).stdout
    return list(dict.fromkeys(line.strip() for line in out.splitlines() if line.startswith("smb2.")))


def argument_of(test):
    """What smbtorture takes for a test of its list: lone ones go by their family's name."""
    parts = test.split(".")
    return ".".join(parts[:-1]) if parts[-1] == parts[-2] else test


def empty_share(server):
    for path in server.share.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def run_test(server, test, timeout):
    """(result, why)."""
    empty_share(server)
    config = server.dir / "smb.conf"
    config.write_text("[global]\n")
    command = ["smbtorture", "-s", config, "-p", str(server.port), "//127.0.0.1/data", "-U",
               f"alice%{PASSWORD}alice", "--option=torture:progress=no", argument_of(test)]
    try:
        out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout,
                             cwd=server.dir, check=False).stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return "timeout", f"no result within {timeout} s"
    return judge(out)


def judge(out):
    lines = out.splitlines()
    last = ("missing", " ".join(lines[-2:]))
    for i, line in enumerate(lines):
        m = RESULT.match(line)
        if m is None:
            continue
        last = (m.group(1), " ".join(lines[i + 1:i + 3]).strip() if m.group(3) else "")
        if m.group(1) != "success":
            return last
    return last


def run_all(tests, timeout, tell):
    with SignetServer() as server:
        for test in tests:
            started = time.time()
            result, why = run_test(server, test, timeout)
            if server.process.poll() is not None:
                result, why = "crash", server.log.read_text()[-2000:]
                server.start()
            tell(test, result, why, time.time() - started)


def listed():
    tests = [line.split("#")[0].strip() for line in LIST.read_text().splitlines()]
    return [t for t in tests if t]


def survey(prefixes, timeout, write):
    tests = [t for t in all_tests() if any(t == p or t.startswith(p + ".") for p in prefixes)]
    known = set(listed())
    new = []

    def tell(test, result, why, seconds):
        print(f"{result:8} {test} ({seconds:.1f} s) {why}", flush=True)
        if result == "success" and test not in known:
            new.append(test)

    run_all(tests, timeout, tell)
    if write and new:
        with open(LIST, "a", encoding="utf-8") as f:
            f.writelines(f"{t}\n" for t in new)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--survey", nargs="+", metavar="NAME")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--timeout", type=int, default=TEST_TIMEOUT)
    parser.add_argument("--each", type=int, default=1, metavar="N")
    options = parser.parse_args()
    if options.survey:
        survey(options.survey, options.timeout, options.write)
        return 0
    report = Report()
    if shutil.which("smbtorture") is None:
        report.skip("smbtorture", "not installed (samba-testsuite)")
        return 0
    run_all(listed()[::options.each], options.timeout, lambda test, result, why, _: report.check(
        f"smbtorture {test}", result == "success", f"{result}: {why}"))
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

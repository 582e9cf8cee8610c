#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints what the last `meson test` of a build directory came to: "passed N", and a line for each
case that failed or was skipped. Cases of one test program count each on their own."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def main() -> int:
    log = pathlib.Path(sys.argv[1], "meson-logs", "testlog.junit.xml")
    if not log.exists():
        print("failed meson test left no results")
        return 1
    passed = 0
    for suite in ElementTree.parse(log).getroot().iter("testsuite"):
        for case in suite.iter("testcase"):
            name = f"{suite.get('name')}: {case.get('name')}"
            if case.find("failure") is not None or case.find("error") is not None:
                print("failed", name)
            elif case.find("skipped") is not None:
                print("skipped", name)
            else:
                passed += 1
        if suite.find("system-err") is None and not list(suite.iter("testcase")):
            print("failed", suite.get("name"), "ran no test")
    print("passed", passed)
    return 0


if __name__ == "__main__":
    sys.exit(main())

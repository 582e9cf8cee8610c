#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the catalogue says the truth of how each check is answered.

usage: check_catalogue.py SIGNET SOURCES

What `audit --list-checks` calls observed is reported by src/audit/checks, what it calls lint by
src/audit/lint, and the other way round; what is reported or fixed is in the catalogue. Prints TAP."""

import json
import pathlib
import re
import subprocess
import sys


def words_of(folder):
    return set(re.findall(r'"([a-z0-9]+(?:_[a-z0-9]+)+)"', "".join(f.read_text() for f in folder.glob("*.c"))))


def faults(check, observed, linted):
    how = check["how"]
    ways = [("observed", any(h.startswith("observed") for h in how), check["id"] in observed),
            ("lint", "lint" in how, check["id"] in linted)]
    for way, said, done in ways:
        if said != done:
            yield f"{check['id']} is {'' if done else 'not '}reported by {way}, and the catalogue says otherwise"


def fixes_unknown(folder, known):
    for file in sorted(folder.glob("*.c")):
        for name in re.findall(r'\b(?:SET|IN_SHARE|EVERY_SHARE|TAKE_OUT|CHOOSE|NOT_POSSIBLE|COMMENT_OUT|RUN)'
                               r'(?:_OF)?\(\s*"([a-z0-9_]+)"', file.read_text()):
            if name not in known:
                yield f"{file.name} has a fix of {name}, which is no check"


def main():
    signet, audit = sys.argv[1], pathlib.Path(sys.argv[2]) / "src" / "audit"
    checks = json.loads(subprocess.run([signet, "audit", "--list-checks", "--json"], check=True,
                                       capture_output=True).stdout)["checks"]
    observed, linted = words_of(audit / "checks"), words_of(audit / "lint")
    wrong = [fault for check in checks for fault in faults(check, observed, linted)]
    wrong += fixes_unknown(audit / "fix", {check["id"] for check in checks})
    for fault in wrong:
        print("#", fault)
    print("1..1")
    print("ok" if checks and not wrong else "not ok", "1 - the catalogue and the sources agree")
    return 1 if wrong or not checks else 0


sys.exit(main())

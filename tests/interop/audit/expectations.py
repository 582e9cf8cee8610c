# SPDX-License-Identifier: Apache-2.0
"""What has to be found of which server: expected/NAME.txt, written from the server's configuration, never from what
the auditor said. Lines:

    grade RUN GRADE             RUN is blind (no account) or login (with one, and --try-logons)
    WHEN ID [SUBJECT]           WHEN is always, blind or login (that run alone), try (login, for it takes a failed log-on),
                                or may (true, but nothing that has to be said)
    open RUN ID                 the question must be left open, not answered

A subject is compared where one is expected; without one, any is right."""

from pathlib import Path

FOLDER = Path(__file__).parent / "expected"
RUNS = {"blind": ("always", "blind"), "login": ("always", "login", "try")}


class Expected:
    def __init__(self, name):
        self.grades, self.lines, self.open = {}, [], []
        for line in (FOLDER / f"{name}.txt").read_text().splitlines():
            words = line.split(None, 2)
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "grade":
                self.grades[words[1]] = words[2]
            elif words[0] == "open":
                self.open.append((words[1], words[2]))
            else:
                self.lines.append((words[0], words[1], words[2] if len(words) > 2 else None))

    def wanted(self, run):
        return [(check, subject) for when, check, subject in self.lines if when in RUNS[run]]

    def allowed(self, run):
        return self.wanted(run) + [(check, subject) for when, check, subject in self.lines if when == "may"]


def is_it(finding, wanted):
    check, subject = wanted
    return finding["id"] == check and (subject is None or finding.get("subject") == subject)


def words(finding):
    return finding["id"] + (f" {finding['subject']}" if finding.get("subject") else "")


def missed(host, expected, run):
    return [" ".join(filter(None, w)) for w in expected.wanted(run) if not any(is_it(f, w) for f in host["findings"])]


def invented(host, expected, run):
    return [words(f) for f in host["findings"] if not any(is_it(f, w) for w in expected.allowed(run))]


def answered(host, expected, run):
    """Questions that had to stay open."""
    left = [q["id"] for q in host["open"]]
    return [check for when, check in expected.open if when == run and check not in left]


def without_evidence(host):
    return [words(f) for f in host["findings"]
            if not f["evidence"] or not all(e.get("sent") and e.get("received") for e in f["evidence"])]

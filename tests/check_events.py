#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks files of events (JSON lines) against the program's own table of kinds and fields.

usage: check_events.py SIGNET FILE...

Says for each line that is wrong what is wrong with it, and for each kind how many there were.
Status 0 when all is as documented, 1 otherwise."""

import collections
import functools
import json
import re
import subprocess
import sys

TYPES = {
    "time": lambda v: isinstance(v, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", v),
    "kind": lambda v: isinstance(v, str),
    "severity": lambda v: v in ("info", "notice", "warning", "alert"),
    "result": lambda v: v in ("success", "failure"),
    "text": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0,
    "hex": lambda v: isinstance(v, str) and re.fullmatch(r"0x[0-9a-f]+", v),
    "bool": lambda v: isinstance(v, bool),
    "dialect": lambda v: v in ("1", "2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"),
    "letter": lambda v: isinstance(v, str) and len(v) == 1,
    "real": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "key": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9a-f]+", v),
    "texts": lambda v: isinstance(v, list) and all(isinstance(i, str) for i in v),
    "numbers": lambda v: isinstance(v, list) and all(isinstance(i, int) for i in v),
    "dialects": lambda v: isinstance(v, list) and all(isinstance(i, str) for i in v),
    "evidence": lambda v: isinstance(v, list) and all(set(i) <= {"name", "value", "packet"} and "name" in i for i in v),
    "status": lambda v: isinstance(v, str) and re.fullmatch(r"STATUS_[A-Z0-9_]+|0x[0-9a-f]{8}", v),
}


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError("a field twice")
    return dict(pairs)


def faults(event, kinds, fields, reasons):
    kind = event.get("kind")
    if kind not in kinds:
        yield f"kind {kind!r} is not documented"
        return
    for name, value in event.items():
        field = fields.get(name)
        if field is None:
            yield f"field {name!r} is not documented"
        elif kind not in field["may"]:
            yield f"{kind} cannot have {name!r}"
        elif not TYPES[field["type"]](value):
            yield f"{name} = {value!r} is no {field['type']}"
    for name, field in fields.items():
        if kind in field["always"] and name not in event:
            yield f"{kind} lacks {name!r}"
    said = event.get("limit" if kind == "limit" else "reason")
    if kind in reasons and said is not None and said not in reasons[kind]:
        yield f"reason {said!r} of {kind} is not documented: it needs a row in src/event/event_reasons.c"
    # Not in the table: how things must fit each other.
    failed = event.get("result") == "failure"
    status = str(event.get("status", ""))
    error = int(status, 16) >= 0x80000000 if status.startswith("0x") else status not in ("", "STATUS_SUCCESS")
    # To what was never answered there is no status.
    if failed and event.get("status") == "STATUS_SUCCESS" and event.get("reason") != "unanswered":
        yield "a failure with STATUS_SUCCESS"
    if event.get("result") == "success" and error and event.get("status") not in (
        "STATUS_PENDING", "STATUS_MORE_PROCESSING_REQUIRED", "STATUS_STOPPED_ON_SYMLINK"):
        yield f"a success with {event['status']}"


def faults_of_lines(lines, table, counts):
    """"LINE: what is wrong" for each fault of these lines (bytes); counts the kinds."""
    kinds = set(table["kinds"])
    fields = {field["name"]: field for field in table["fields"]}
    reasons = collections.defaultdict(set)
    for row in table["reasons"]:
        if row["name"] != "other":
            reasons[row["kind"]].add(row["name"])
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line.decode("utf-8"), object_pairs_hook=no_duplicates)
            wrong = list(faults(event, kinds, fields, reasons))
            counts[event.get("kind")] += 1
        except (ValueError, AttributeError) as error:
            wrong = [f"not an event: {error}"]
        for text in wrong:
            yield f"{number}: {text}"


def check_file(path, table, counts):
    bad = 0
    with open(path, "rb") as lines:
        for text in faults_of_lines(lines, table, counts):
            bad += 1
            if bad <= 50:
                print(f"{path}:{text}")
    return bad


@functools.cache
def table_of(program):
    return json.loads(subprocess.run([program, "help", "events-json"], check=True, capture_output=True).stdout)


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    table = table_of(sys.argv[1])
    counts = collections.Counter()
    bad = sum(check_file(path, table, counts) for path in sys.argv[2:])
    for kind in table["kinds"]:
        if counts[kind]:
            print(f"{counts[kind]:8} {kind}")
    print(f"{sum(counts.values())} events, {bad} faults")
    return 1 if bad or not counts else 0


if __name__ == "__main__":
    sys.exit(main())

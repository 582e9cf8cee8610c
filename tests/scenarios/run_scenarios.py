#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Captures of attacks, of findings, and of what only looks like one: of each, `signet watch` raises exactly the
alerts that its row in scenarios.tsv names, no other and none twice. After `then` comes another run, with what the
one before it learned; the last is judged.

usage: run_scenarios.py SIGNET [PREFIX]   (only the captures whose name begins with it)"""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def watch(signet, captures, config, state, options):
    """All events of the captures, seen as one."""
    command = [signet, "watch", "--json", "--config", config, *options]
    if state:
        command += ["--state", state]
    for capture in captures:
        command += ["-r", str(capture)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"status {done.returncode}: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def watch_runs(signet, captures, settings):
    """The events of the last run; what is learned goes from run to run. Settings with -- are options, with files."""
    options = [part if part.startswith("--") else str(HERE / part) for s in settings if s.startswith("--")
               for part in s.split()]
    learns = any("_learn_s" in s for s in settings)
    with tempfile.TemporaryDirectory(prefix="signet-scenario-") as directory:
        config = pathlib.Path(directory, "watch.conf")
        config.write_text("[detect]\n" + "".join(f"{s}\n" for s in settings if not s.startswith("--")))
        for run in " ".join(captures).split(" then "):
            events = watch(signet, [HERE / c for c in run.split()], config, f"{directory}/state" if learns else None,
                           options)
    return events


def brief(alert):
    """ntlm_relay/alert/succeeded*1: what the table says of an alert."""
    parts = [alert["detection"], alert["severity"]]
    if "outcome" in alert:
        parts.append(alert["outcome"])
    return "/".join(parts)


def story_of(alerts, story):
    """What is wrong unless these detections' alerts are one incident, one after the other."""
    told = sorted((a for a in alerts if a["detection"] in story), key=lambda a: a["time"])
    if [a["detection"] for a in told] != story or len({a["incident"] for a in told}) != 1:
        return [f"not the story {story}: {[(a['time'], a['detection'], a['incident']) for a in told]}"]
    return []


def differences(events, expected, hosts, story):
    alerts = [e for e in events if e["kind"] == "alert"]
    left, wrong = list(expected), []
    for alert in alerts:
        if brief(alert) in left:
            left.remove(brief(alert))
        else:
            wrong.append(f"not expected: {brief(alert)}: {alert['title']}")
    wrong += [f"missing: {name}" for name in left]
    for alert in alerts:
        if not alert["evidence"] or not any(item.get("packet") for item in alert["evidence"]):
            wrong.append(f"without evidence: {brief(alert)}")
    if hosts and hosts not in [a["hosts"][: len(hosts)] for a in alerts]:
        wrong.append(f"no alert names the hosts {hosts}: {[a['hosts'] for a in alerts]}")
    return wrong + (story_of(alerts, story) if story else [])


def rows():
    for line in (HERE / "scenarios.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            captures, settings, expected, hosts, story = (line.split("\t") + [""] * 4)[:5]
            yield captures.split(), [s for s in settings.split(";") if s], expected.split(), hosts.split(), story.split()


def tell(number, name, wrong):
    """A case's lines of TAP."""
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    for line in wrong:
        print(f"# {line}")


def main():
    signet, prefix = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    failed, number = 0, 0
    for captures, settings, expected, hosts, story in rows():
        name = " ".join(captures) + (f" ({'; '.join(settings)})" if settings else "")
        if not name.startswith(prefix):
            continue
        number += 1
        try:
            wrong = differences(watch_runs(signet, captures, settings), expected, hosts, story)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            wrong = [str(error)]
        failed += bool(wrong)
        tell(number, name, wrong)
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

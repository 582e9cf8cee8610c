#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Attacks on a server that seals everything, seen by its own detectors: real smbclient, real files.

What must be told is done for real, and beside it what looks like it and must not be. What is not told is looked for
when the server has ended: then all that it saw is judged."""

import random
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from interop_tools import ENVIRONMENT, check_events, stop_cleanly
from signet_server import BINARY, PASSWORD, Report, SignetServer

FILES = 30
FEW = 5
GUESSES = 12


def alerts(server, detection):
    return [e for e in server.events("alert") if e["detection"] == detection]


def wait_for_alert(server, detection, timeout=60):
    return server.wait_for_event("alert", timeout, detection=detection) or {}


def evidence(alert):
    return {e["name"]: e["value"] for e in alert.get("evidence", [])}


def fill(server, folder, count=FILES):
    path = server.share / folder
    path.mkdir()
    for i in range(count):
        (path / f"report{i}.txt").write_text(f"line {i}: nothing but words\n" * 200)
    return path


def run(server, commands, user="alice"):
    server.smbclient("; ".join(commands), user=user, timeout=120)


def part_ransom(report, server):
    fill(server, "docs")
    local = server.dir / "local"
    local.mkdir()
    rng = random.Random(1)
    commands = [f"lcd {local}", "cd docs", "prompt off"]
    for i in range(FILES):
        (local / f"cipher{i}").write_bytes(rng.randbytes(6000))
        commands += [f"get report{i}.txt", f"put cipher{i} report{i}.txt", f"rename report{i}.txt report{i}.txt.sealed"]
    (local / "READ_ME.txt").write_text("pay\n")
    run(server, commands + ["put READ_ME.txt READ_ME.txt"])
    alert = wait_for_alert(server, "mass_modification")
    report.check("a wave of encryption is told", alert, str(server.events("alert")))
    report.check("of alice, as an alert", alert.get("accounts") == ["alice"] and alert.get("severity") == "alert",
                 str(alert))
    report.check("with the extension that all have got", ".sealed" in evidence(alert).get("new_extension", ""),
                 str(alert))
    report.check("all of its files in one", alert.get("repeated") == FILES, str(alert))


def part_honest(server):
    """Atomic saves, backups and a bulk rename, as many files each."""
    fill(server, "work")
    local = server.dir / "honest"
    local.mkdir()
    saves = [f"lcd {local}", "cd work", "prompt off"]
    for i in range(FILES):
        (local / f"new{i}").write_text(f"line {i}: other words\n" * 200)
        saves += [f"get report{i}.txt", f"put new{i} report{i}.txt.tmp", f"rename report{i}.txt report{i}.txt.old",
                  f"rename report{i}.txt.tmp report{i}.txt", f"del report{i}.txt.old"]
    for i in range(FILES):  # the careless way
        saves += [f"put new{i} report{i}.txt.tmp", f"del report{i}.txt", f"rename report{i}.txt.tmp report{i}.txt"]
    run(server, saves, "bob")
    run(server, [f"lcd {local}", "mkdir copies", "cd copies"] + [f"put new{i} new{i}" for i in range(FILES)]
        + [f"put new{i} new{i}" for i in range(FILES)], "bob")
    run(server, ["cd copies"] + [f"rename new{i} new{i}.2026" for i in range(FILES)], "bob")


def check_waves(report, server):
    """What was told too much of."""
    waves = alerts(server, "mass_modification")
    report.check("a wave of encryption is told once", [e["accounts"] for e in waves] == [["alice"]], str(waves))
    done = server.wait_for_event("file_rename", target_path=f"copies/new{FILES - 1}.2026")
    told = [e for e in server.events("alert") if "bob" in e["accounts"] and e["detection"] != "decoy_touched"]
    report.check("atomic saves, backups and renames are not", done and not told, str(told))
    touched = [e["accounts"] for e in alerts(server, "decoy_touched")]
    report.check("a listing does not touch a decoy", touched == [["bob"]], str(touched))


def overwrite_in_place(server, user, folder, count=FILES):
    """As an encryptor does, in another process: each file is read, and its bytes are written over."""
    home = server.dir / f"smbc-{user}"
    (home / ".smb").mkdir(parents=True)
    (home / ".smb" / "smb.conf").write_text("[global]\n")
    program = ("import os, smbc, sys\n"
               "where, user, password, count = sys.argv[1:]\n"
               "c = smbc.Context(auth_fn=lambda *a: ('WORKGROUP', user, password))\n"
               "for i in range(int(count)):\n"
               "    f = c.open(f'{where}/report{i}.txt', os.O_RDWR)\n"
               "    n = len(f.read())\n"
               "    f.seek(0)\n"
               "    f.write(os.urandom(n))\n"
               "    f.close()\n")
    return subprocess.run(
        [sys.executable, "-c", program, f"smb://127.0.0.1:{server.port}/data/{folder}", user, PASSWORD + user,
         str(count)], env=ENVIRONMENT | {"HOME": str(home)}, capture_output=True, text=True, check=False, timeout=120)


def check_wave(report, server, user, what):
    """Told once of all files, by their entropy: no name has changed."""
    told = [e for e in alerts(server, "mass_modification") if e["accounts"] == [user]]
    alert = told[0] if len(told) == 1 else {}
    seen = evidence(alert)
    report.check(f"{what}: told, all of it", alert.get("repeated") == FILES, str(server.events("alert")))
    report.check(f"{what}: by what was written", seen.get("overwritten_with_random") == str(FILES), str(alert))
    before, after = (float(word) for word in re.findall(r"[0-9.]+", seen.get("entropy", "9 9")))
    report.check(f"{what}: words before, noise after", before < 5 and after > 7.5, str(seen))


def part_entropy(report):
    """Nothing is renamed: a sealed session's bytes alone tell, and only the server sees them."""
    with SignetServer(users=("dave", "erin", "frank", "grace")) as server:
        local = server.dir / "noise"
        local.mkdir()
        rng = random.Random(2)
        for i in range(FILES):
            (local / f"report{i}.txt").write_bytes(rng.randbytes(40000 if i % 2 else 5000))
        fill(server, "read")
        run(server, [f"lcd {local}", "cd read", "prompt off"]
            + [f"get report{i}.txt taken; put report{i}.txt" for i in range(FILES)], "dave")
        fill(server, "unread")
        run(server, [f"lcd {local}", "cd unread"] + [f"put report{i}.txt" for i in range(FILES)], "erin")
        fill(server, "place")
        done = overwrite_in_place(server, "frank", "place")
        report.check("a client that writes in place", done.returncode == 0, done.stderr)
        part_backup(server)
        check_events(report, "events of waves", server)
        stop_cleanly(report, "the server of waves", server)
        check_wave(report, server, "dave", "read, and put again as noise")
        check_wave(report, server, "erin", "noise put over what was not read")
        check_wave(report, server, "frank", "written over in place")
        told = [e for e in server.events("alert") if "grace" in e["accounts"]]
        report.check("texts and photos, new and once more, are not told", not told, str(told))


def part_backup(server):
    """Texts and photos, new and over older ones."""
    words, photos = server.dir / "words", server.dir / "photos"
    rng = random.Random(3)
    words.mkdir()
    photos.mkdir()
    for i in range(FILES):
        (words / f"w{i}").write_text("".join(f"line {rng.random()}\n" for _ in range(1000)))
        (photos / f"p{i}").write_bytes((b"\xff\xd8\xff\xe0" if i % 2 else b"") + rng.randbytes(90000))
    put_words = [f"lcd {words}"] + [f"put w{i}" for i in range(FILES)]
    put_photos = [f"lcd {photos}"] + [f"put p{i}" for i in range(FILES)]
    run(server, ["mkdir backup", "cd backup"] + put_words + put_words + put_photos + put_photos, "grace")


def part_guessing(report, server):
    def guess(i):
        subprocess.run(["smbclient", "-s", "/dev/null", "-p", str(server.port), "//127.0.0.1/data", "-U",
                        f"carol%guess{i}", "-c", "ls"], env=ENVIRONMENT, capture_output=True, check=False, timeout=60)

    with ThreadPoolExecutor(GUESSES) as pool:
        list(pool.map(guess, range(GUESSES)))
    alert = wait_for_alert(server, "brute_force")
    report.check("guessed passwords are told", "carol" in alert.get("accounts", []), str(server.events("alert")))


def part_decoy(report, server):
    (server.share / "passwords.xlsx").write_bytes(b"nothing")
    server.smbclient("ls")
    server.smbclient(f"get passwords.xlsx {server.dir}/taken", user="bob")
    alert = wait_for_alert(server, "decoy_touched")
    report.check("who opens a decoy is told", alert.get("accounts") == ["bob"], str(alert))


def part_management(server):
    """What an attacker's tools and an administrator's habit ask for first."""
    for user, shares in (("alice", ("ADMIN$", "C$", "D$")), ("bob", ("ADMIN$", "C$"))):
        for share in shares:
            server.smbclient("ls", user=user, share=share, check=False)


def check_management(report, server):
    """Behind the server's end, when all that grows is told."""
    told = alerts(server, "lateral_movement")
    report.check("who looks for what manages a server is told, once and as a remark",
                 [(a["accounts"], a["severity"]) for a in told] == [(["alice"], "notice")], str(told))
    report.check("with what was asked for", told and "admin$" in evidence(told[0]).get("target", "").lower(), str(told))


def reload(server, detect):
    server.write_config({}, {}, "[detect]\n" + detect)
    seen = len(server.events("config_reload"))
    server.process.send_signal(signal.SIGHUP)
    end = time.time() + 30
    while len(server.events("config_reload")) == seen and time.time() < end:
        time.sleep(0.05)
    return (server.events("config_reload") or [{}])[-1].get("result")


def part_settings(report):
    """[detect] counts from the start, and from each SIGHUP."""
    with SignetServer(more_config=f"[detect]\nmass_modification_files = {FEW}\n") as server:
        shown = subprocess.run([BINARY, "serve", "--config", server.config, "--check"], capture_output=True, text=True,
                               check=False).stdout
        told = f"mass_modification_files    {FEW} (default: 20)" in shown
        report.check("--check shows what is not as by default", told and "smb_sweep" not in shown, shown)
        fill(server, "few", FEW)
        overwrite_in_place(server, "alice", "few", FEW)
        alert = wait_for_alert(server, "mass_modification")
        report.check("a threshold of the configuration counts", alert.get("repeated") == FEW, str(alert))
        (server.share / "passwords.xlsx").write_bytes(b"nothing")
        server.smbclient(f"get passwords.xlsx {server.dir}/taken")
        report.check("SIGHUP takes other settings", reload(server, "decoys = data/passwords.*\n") == "success")
        server.smbclient(f"get passwords.xlsx {server.dir}/taken", user="bob")
        alert = wait_for_alert(server, "decoy_touched")
        report.check("what they ask for is looked for from then on", alert.get("accounts") == ["bob"], str(alert))
        report.check("a number out of range is refused", reload(server, "brute_force_failures = 1\n") == "failure",
                     server.log.read_text())
        check_events(report, "events after other settings", server)
        stop_cleanly(report, "the server with other settings", server)


def part_off(report):
    with SignetServer(server={"detect": "off"}, more_config="[detect]\ndecoys = data/*.xlsx\n") as server:
        (server.share / "passwords.xlsx").write_bytes(b"nothing")
        server.smbclient(f"get passwords.xlsx {server.dir}/taken")
        closed = server.wait_for_event("file_close", path="passwords.xlsx")
        report.check("SIGHUP does not let them begin", reload(server, "") == "success"
                     and "detect = on takes a restart" in server.log.read_text(), server.log.read_text())
        stop_cleanly(report, "the server without detectors", server)
        report.check("detect = off: nothing is told", closed and not server.events("alert"),
                     str(server.events("alert")))


def main():
    report = Report()
    with SignetServer(users=("alice", "bob", "carol"), more_config="[detect]\ndecoys = data/passwords.*\n") as server:
        part_ransom(report, server)
        part_honest(server)
        part_decoy(report, server)
        part_guessing(report, server)
        part_management(server)
        check_events(report, "events", server)
        stop_cleanly(report, "the server", server)
        check_waves(report, server)
        check_management(report, server)
    part_entropy(report)
    part_settings(report)
    part_off(report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""signet watch as its users run it: captures from files and standard input, whole, cut and damaged; what is
kept of them and asked for again; syslog and Zeek's logs; a real session on loopback, seen while it happens, also on
a terminal."""

import collections
import ipaddress
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from signet_server import BINARY, PASSWORD, ROOT, Report, SignetServer
from terminal import Terminal
import check_events

SCENARIOS = ROOT / "tests" / "scenarios"
CAPTURES = sorted(SCENARIOS.glob("*.pcap"))
RELAY = SCENARIOS / "A01_relay_ok.pcap"
SEALED = SCENARIOS / "C03_encrypted_ntlm.pcap"
CORPUS = ROOT.parent / "shared" / "corpus"


def signet(*arguments, **options):
    return subprocess.run([BINARY, *arguments], capture_output=True, timeout=120, **options)


def events_of(output):
    return [json.loads(line) for line in output.splitlines()]


def faults_of(output):
    lines = output.splitlines(keepends=True)
    return list(check_events.faults_of_lines(lines, check_events.table_of(BINARY), collections.Counter()))


def kinds(events, kind):
    return [e for e in events if e["kind"] == kind]


def expect(*pairs):
    """(condition, what is wrong otherwise), ...: the first that does not hold."""
    for holds, text in pairs:
        if not holds:
            return False, text
    return True, ""


# --- captures ---------------------------------------------------------------------------------------


def all_captures_give_documented_events(_):
    for capture in CAPTURES:
        done = signet("watch", "-r", capture, "--json")
        wrong = faults_of(done.stdout)
        if done.returncode != 0 or wrong:
            return False, f"{capture.name}: {done.returncode} {wrong[:2]} {done.stderr[-300:]}"
    return len(CAPTURES) > 0, "no captures"


def verdict_of_a_sealed_session(_):
    sessions = kinds(events_of(signet("watch", "-r", SEALED, "--json").stdout), "session")
    s = sessions[0] if sessions else {}
    return expect((len(sessions) == 1, f"{len(sessions)} sessions"), (s.get("all_sealed"), f"not sealed: {s}"),
        (s.get("grade") == "B", f"grade {s.get('grade')}"), (s.get("reasons") == ["ntlm"], s.get("reasons")))


def a_relay_is_told_with_its_packets(_):
    alerts = kinds(events_of(signet("watch", "-r", RELAY, "--json").stdout), "alert")
    relays = [a for a in alerts if a["detection"] == "ntlm_relay"]
    return expect((len(relays) == 1, f"{len(relays)} relays in {[a['detection'] for a in alerts]}"),
        (relays and any("packet" in e for e in relays[0]["evidence"]), "no packet numbers"))


def statuses(t):
    junk = t / "junk.pcap"
    junk.write_bytes(b"this is no capture at all, is it?")
    wanted = [(["-r", SEALED], 0), (["-r", RELAY, "--fail-on", "alert"], 3), (["-r", SEALED, "--fail-on", "alert"], 0),
        (["-r", t / "none.pcap"], 1), (["-r", junk], 1), (["-r", SEALED, t / "none.pcap"], 1), ([], 2),
        (["-r", SEALED, "-i", "lo"], 2), (["-r", SEALED, "--fail-on", "much"], 2), (["--nonsense"], 2),
        (["-r", SEALED, "--min-severity"], 2), (["-i", "no-such-interface"], 1), (["-r", "-", "-r", "-"], 2)]
    for arguments, status in wanted:
        done = signet("watch", *arguments, stdin=subprocess.DEVNULL)
        if done.returncode != status:
            return False, f"{arguments}: {done.returncode}, not {status}: {done.stderr[-200:]}"
        if status in (1, 2) and not done.stderr:
            return False, f"{arguments}: nothing was said"
    return True, ""


def standard_input_is_a_capture(_):
    from_file = events_of(signet("watch", "-r", RELAY, "--json").stdout)
    piped = events_of(signet("watch", "-r", "-", "--json", input=RELAY.read_bytes()).stdout)
    for e in from_file + piped:
        e.pop("capture", None)
    return from_file == piped, f"{len(from_file)} events from the file, {len(piped)} from standard input"


def cut_anywhere(t):
    """Read as far as it goes, and said so; never a crash or a fault in what is told."""
    whole = RELAY.read_bytes()
    cut = t / "cut.pcap"
    for length in range(24, len(whole), max(1, len(whole) // 60)):
        cut.write_bytes(whole[:length])
        done = signet("watch", "-r", cut, "--json")
        events, wrong = events_of(done.stdout), faults_of(done.stdout)
        damaged = [e for e in kinds(events, "capture") if e.get("reason") == "damaged"]
        if done.returncode != 0 or wrong or len(damaged) != (0 if is_whole(whole, length) else 1):
            return False, f"cut to {length}: {done.returncode}, {len(damaged)} damaged {wrong[:2]} {done.stderr[-200:]}"
    return True, ""


def is_whole(pcap, length):
    """Whether a capture that is cut there ends with a whole packet."""
    at = 24
    while at < length:
        at += 16 + struct.unpack_from("<I", pcap, at + 8)[0] if at + 16 <= length else 16
    return at == length


def damaged_in_the_middle(t):
    whole = bytearray(RELAY.read_bytes())
    at = 24
    for _ in range(30):
        at += 16 + struct.unpack_from("<I", whole, at + 8)[0]
    struct.pack_into("<I", whole, at + 8, 0xffffffff)  # a packet's length
    (t / "damaged.pcap").write_bytes(whole)
    done = signet("watch", "-r", t / "damaged.pcap", SEALED, "--json")
    events = events_of(done.stdout)
    return expect((done.returncode == 0, f"status {done.returncode}"),
        (b"damaged.pcap: after packet 30" in done.stderr, done.stderr[-200:]),
        ([e for e in kinds(events, "capture") if e["reason"] == "damaged"], "no event says so"),
        ([e for e in kinds(events, "session") if e.get("all_sealed")], "the other capture was not read"))


def mutated(t):
    """Bytes changed all over: whatever is told is well-formed."""
    whole, path = RELAY.read_bytes(), t / "mutated.pcap"
    for seed in range(40):
        bad = bytearray(whole)
        for i in range(40):
            bad[40 + (seed * 7919 + i * 104729) % (len(bad) - 40)] ^= 1 << (seed + i) % 8
        path.write_bytes(bad)
        done = signet("watch", "-r", path, "--json")
        wrong = faults_of(done.stdout)
        if done.returncode != 0 or wrong:
            return False, f"seed {seed}: {done.returncode} {wrong[:2]} {done.stderr[-300:]}"
    return True, ""


def captures_are_read_by_time(t):
    """One capture dealt out to two files packet by packet is one conversation still."""
    whole = RELAY.read_bytes()
    parts, at, turn = [whole[:24], whole[:24]], 24, 0
    while at < len(whole):
        end = at + 16 + struct.unpack_from("<I", whole, at + 8)[0]
        parts[turn] += whole[at:end]
        at, turn = end, 1 - turn
    for i in range(2):
        (t / f"part{i}.pcap").write_bytes(parts[i])
    one = events_of(signet("watch", "-r", RELAY, "--json").stdout)
    two = events_of(signet("watch", "-r", t / "part0.pcap", t / "part1.pcap", "--json").stdout)
    told = [[(e["kind"], e["time"], e.get("detection")) for e in events if e["kind"] != "capture"] for events in (one, two)]
    return told[0] == told[1], f"{len(told[0])} and {len(told[1])} events"


def terminal_is_safe(t):
    """Names from the wire are shown, but steer nothing."""
    bad = RELAY.read_bytes().replace("alice".encode("utf-16le"), "\u202e\x1b[2J".encode("utf-16le"))
    (t / "steer.pcap").write_bytes(bad)
    out = signet("watch", "-r", t / "steer.pcap").stdout
    return expect((b"[2J" in out and b"\\u{202e}" in out, "the name is not shown"),
        (not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", out), "control characters are shown"),
        ("\u202e".encode() not in out, "a change of direction is shown"))


def severities(_):
    events = events_of(signet("watch", "-r", RELAY, "--json", "--min-severity", "alert").stdout)
    return expect((events, "nothing is left"), (all(e["severity"] == "alert" for e in events), "less severe ones are left"))


def settings(t):
    config = t / "watch.conf"
    config.write_text("[detect]\ndisabled = ntlm_relay unsigned_session\n[watch]\nfail_on = alert\n")
    quiet = signet("watch", "-r", RELAY, "--json", "--config", config)
    config.write_text("[detect]\nrelay_window_s = soon\n\n[watch]\nnonsense = 1\n")
    wrong = signet("watch", "-r", RELAY, "--config", config)
    ids = {e["detection"] for e in kinds(events_of(quiet.stdout), "alert")}
    return expect((quiet.returncode in (0, 3), quiet.stderr[-200:]), (not ids & {"ntlm_relay", "unsigned_session"}, ids),
        (wrong.returncode == 2, f"status {wrong.returncode}"), (b"watch.conf:2: " in wrong.stderr, wrong.stderr),
        (b"watch.conf:5: " in wrong.stderr, wrong.stderr))


# --- what is kept -----------------------------------------------------------------------------------


def kept_and_asked_for(t):
    state = t / "state"
    told = events_of(signet("watch", "-r", RELAY, SEALED, "--json", "--state", state).stdout)
    sessions = events_of(signet("sessions", "--state", state, "--json").stdout)
    alerts = events_of(signet("alerts", "--state", state, "--json").stdout)
    relays = events_of(signet("alerts", "--state", state, "--json", "--detection", "ntlm_relay").stdout)
    host = relays[0]["hosts"][0] if relays else "?"
    of_host = events_of(signet("alerts", "--state", state, "--json", "--host", host).stdout)
    severe = events_of(signet("alerts", "--state", state, "--json", "--min-severity", "alert").stdout)
    graded = events_of(signet("sessions", "--state", state, "--json", "--grade", "B").stdout)
    newest = events_of(signet("sessions", "--state", state, "--json", "--limit", "1").stdout)
    none = signet("sessions", "--state", state, "--since", "1s").stdout
    key = lambda e: json.dumps(e, sort_keys=True)  # noqa: E731
    return expect(
        (sorted(map(key, sessions)) == sorted(map(key, kinds(told, "session"))), "other sessions than were told"),
        (sorted(map(key, alerts)) == sorted(map(key, kinds(told, "alert"))), "other alerts than were told"),
        (relays, "no relay"), (all(host in a["hosts"] for a in of_host) and relays[0] in of_host, "of another host"),
        (severe and all(a["severity"] == "alert" for a in severe), "of another severity"),
        (graded and all(s["grade"] == "B" for s in graded), "of another grade"),
        (newest == [max(sessions, key=lambda s: s["time"])], "not the newest"), (none == b"", "of long ago"),
        (signet("alerts", "--state", t / "none").returncode == 1, "what is not there was found"),
        ((state / "signet.db").stat().st_mode & 0o77 == 0, "others may read it"),
        (b"ntlm_relay" in signet("alerts", "--state", state).stdout, "no table"))


def stories_of_another_run(t):
    """What two runs found in one state: the stories of the second have numbers of their own."""
    state = t / "runs"
    incidents = [{a["incident"] for a in kinds(events_of(signet("watch", "-r", RELAY, "--json", "--state", state).stdout), "alert")}
                 for _ in range(2)]
    return expect((all(incidents), "no incident"), (not incidents[0] & incidents[1], f"both: {incidents}"))


def kept_for_other_versions(t):
    state = t / "versions"
    signet("watch", "-r", SEALED, "--json", "--state", state)
    with sqlite3.connect(state / "signet.db") as db:
        db.execute("PRAGMA user_version = 99")
    done = signet("watch", "-r", SEALED, "--json", "--state", state)
    return done.returncode == 1 and b"version 99" in done.stderr, f"{done.returncode} {done.stderr}"


def a_map_of_it(t):
    state = t / "mapped"
    signet("watch", "-r", RELAY, "--json", "--state", state)
    of_captures = json.loads(signet("map", "-r", RELAY, "--json").stdout)
    of_state = json.loads(signet("map", "--state", state, "--json").stdout)
    pairs = {(e["client"], e["server"]) for e in of_captures["edges"]}
    nft = signet("map", "-r", RELAY, "--allow", "nftables").stdout.decode()
    windows = signet("map", "-r", RELAY, "--allow", "windows").stdout.decode()
    dot = signet("map", "-r", RELAY, "--dot").stdout.decode()
    return expect((pairs, "no edges"), (of_captures == of_state, "captures and what was kept differ"),
        (all(f"{c} . {s} . 445" in nft for c, s in pairs), nft), (nft.count(" . 445") == len(pairs), "more is let through"),
        (all(f"'{c}'" in windows for c, _ in pairs), windows), (all(f'"{c}" -> "{s}"' in dot for c, s in pairs), dot))


def mapped_with_addresses(t):
    """A state with both families of addresses and another port than usual."""
    state = t / "firewalls"
    signet("watch", "-r", RELAY, SEALED, "--json", "--state", state)
    with sqlite3.connect(state / "signet.db") as db:
        rows = [r[0] for r in db.execute("SELECT rowid FROM session ORDER BY rowid")]
        db.execute("UPDATE session SET client = '2001:db8::21', server = '2001:db8::10' WHERE rowid = ?", rows[:1])
        db.execute("UPDATE session SET server_port = 4450 WHERE rowid = ?", rows[1:2])
    edges = json.loads(signet("map", "--state", state, "--json").stdout)["edges"]
    return state, {(e["client"], e["server"], e["port"]) for e in edges}


def a_map_for_nftables(t):
    """nft itself takes it over, in a network of its own, and has then just the pairs that were seen."""
    if not shutil.which("nft") or os.geteuid() != 0:
        return None, "nft and root are needed"
    state, edges = mapped_with_addresses(t)
    rules = signet("map", "--state", state, "--allow", "nftables").stdout
    check = subprocess.run(["unshare", "-n", "nft", "-c", "-f", "-"], input=rules, capture_output=True, timeout=30)
    load = subprocess.run(["unshare", "-n", "sh", "-c", "nft -f - && nft -j list ruleset"], input=rules,
        capture_output=True, timeout=30)
    if check.returncode != 0 or load.returncode != 0:
        return False, f"{check.stderr + load.stderr}\n{rules.decode()}"
    told = json.loads(load.stdout)["nftables"]
    pairs = {tuple(e["concat"]) for item in told if "set" in item for e in item["set"].get("elem", [])}
    hooks = {item["chain"].get("hook") for item in told if "chain" in item}
    return expect((pairs == edges, f"{pairs} and not {edges}"), ({p[2] for p in edges} == {445, 4450}, edges),
        ({"input", "forward"} <= hooks, hooks))


WINDOWS_RULE = re.compile(r"New-NetFirewallRule -DisplayName '([^']+)' -Direction Inbound -Action Allow -Protocol TCP "
    r"-LocalPort (\d+) -LocalAddress '([^']+)' -RemoteAddress ('[^']+'(?:,'[^']+')*)")
WINDOWS_LINES = ("Get-NetFirewallRule -Group '@FirewallAPI.dll,-28502' -Direction Inbound | Disable-NetFirewallRule",
    "Set-NetFirewallProfile -All -DefaultInboundAction Block")


def a_map_for_windows(t):
    """No PowerShell runs here: each line is one of those that the script may have, and its texts are addresses."""
    state, edges = mapped_with_addresses(t)
    pairs, names = set(), []
    for line in signet("map", "--state", state, "--allow", "windows").stdout.decode("ascii").splitlines():
        if line.startswith("#") or line in WINDOWS_LINES:
            continue
        rule = WINDOWS_RULE.fullmatch(line)
        if not rule:
            return False, f"no rule: {line}"
        names.append(rule[1])
        server = ipaddress.ip_address(rule[3])
        for client in rule[4].split(","):
            pairs.add((str(ipaddress.ip_address(client.strip("'"))), str(server), int(rule[2])))
    return expect((pairs == edges, f"{pairs} and not {edges}"), (len(set(names)) == len(names), names))


def a_map_of_hostile_names(t):
    """Whoever can write to the database puts no word into what an administrator runs: only addresses get there."""
    state = t / "hostile"
    signet("watch", "-r", RELAY, SEALED, "--json", "--state", state)
    forms = ([], ["--json"], ["--dot"], ["--allow", "nftables"], ["--allow", "windows"])
    before = [signet("map", "--state", state, *form).stdout for form in forms]
    names = ["10.0.0.1'; Remove-Item C:\\ #", '$(calc)', 'a" -> "b', "10.0.0.1 . 10.0.0.9 . 1 } } flush ruleset #",
        "10.0.0.1\n10.0.0.2", "\x1b[2J", "0.0.0.0/0", "\u2019; calc; \u2019"]
    with sqlite3.connect(state / "signet.db") as db:
        columns = [c[1] for c in db.execute("PRAGMA table_info(session)") if not c[5]]
        for end in ("client", "server"):
            as_it_was = ", ".join("?1" if c == end else c for c in columns)
            for name in names:
                db.execute(f"INSERT INTO session ({', '.join(columns)}) SELECT {as_it_was} FROM session LIMIT 1", [name])
    told = [signet("map", "--state", state, *form) for form in forms]
    return expect(([d.stdout for d in told] == before, [d.stdout for d in told]),
        (all(b"left out" in d.stderr for d in told), [d.stderr for d in told]))


def syslog(t, kind):
    """What arrives is RFC 5424, with the alert's JSON."""
    path = t / f"{kind}.sock"
    server = socket.socket(socket.AF_UNIX if kind == "unix" else socket.AF_INET,
        socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    server.bind(str(path) if kind == "unix" else ("127.0.0.1", 0))
    server.settimeout(20)
    if kind == "tcp":
        server.listen()
    where = f"unix:{path}" if kind == "unix" else f"{kind}:127.0.0.1:{server.getsockname()[1]}"
    got = []

    def receive():
        if kind == "tcp":
            connection, _ = server.accept()
            got.append(b"".join(iter(lambda: connection.recv(65536), b"")))
        else:
            got.append(server.recv(65536))

    thread = threading.Thread(target=receive, daemon=True)
    thread.start()
    done = signet("watch", "-r", RELAY, "--json", "--syslog", where)
    thread.join(20)
    server.close()
    alerts = kinds(events_of(done.stdout), "alert")
    text = got[0] if got else b""
    if kind == "tcp":
        length, _, text = text.partition(b" ")
        text = text[:int(length or 0)]
    match = re.fullmatch(rb"<(\d+)>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ signet \d+ (\w+) - (\{.*\})", text)
    return expect((match, f"no message: {text[:200]}"), (match and json.loads(match[3]) == alerts[0], "not the first alert"),
        (match and match[2].decode() == alerts[0]["detection"], "not its id"))


def rows_of(log):
    """A log's rows; a baseline that was made without header lines has none."""
    lines = log.read_text(errors="replace").splitlines()
    if not any(line.startswith("#fields") for line in lines):
        return []
    fields = next(line for line in lines if line.startswith("#fields")).split("\t")[1:]
    types = next(line for line in lines if line.startswith("#types")).split("\t")[1:]
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(fields) == len(types) and all(len(r) == len(fields) for r in rows), f"{log.name}: columns"
    return [dict(zip(fields, r)) for r in rows]


def zeek_logs(t):
    signet("watch", "-r", RELAY, "--json", "--zeek", t / "zeek")
    signet("watch", "-r", RELAY, "--json", "--zeek", t / "again")
    told = events_of(signet("watch", "-r", RELAY, "--json").stdout)
    logs = {name: rows_of(t / "zeek" / f"{name}.log") for name in ("smb_files", "smb_mapping", "ntlm", "kerberos")}
    again = rows_of(t / "again" / "ntlm.log")
    names = {r["username"] for r in logs["ntlm"]}
    return expect((logs["ntlm"] == again, "ids differ from run to run"),
        (names == {e["account"] for e in kinds(told, "auth")}, names), (logs["smb_mapping"], "no mapping"),
        (all(r["uid"].startswith("C") for r in logs["ntlm"]), "uid"))


# All that both fill in: Zeek's times are blotted out in its baselines, and ids are each one's own. What Signet leaves
# out is in signet-watch(8).
ZEEK_CONNECTION = ["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"]
ZEEK_COLUMNS = {
    "smb_files": ["action", "path", "name", "prev_name"],
    "smb_mapping": ["path", "service", "native_file_system", "share_type"],
    "kerberos": ["request_type", "client", "service", "success", "error_msg", "cipher"],
    "ntlm": ["username", "hostname", "domainname", "server_nb_computer_name", "server_dns_computer_name", "success"],
}
# Zeek has the KDC's own words, or the code's name, for what is a reason of ours.
ZEEK_ERRORS = {
    "CLIENT_NOT_FOUND": "principal_unknown", "PREAUTH_FAILED": "wrong_key", "CLIENT EXPIRED": "account_expired",
    "CLIENT KEY EXPIRED": "password_expired", "CANT_FIND_CLIENT_KEY": "encryption_not_supported",
    "LOCKED_OUT": "client_revoked", "SERVER_NOT_FOUND": "service_unknown", "TICKET NOT RENEWABLE": "bad_option",
    "KRB_ERR_GENERIC": "kerberos_error",
}


def zeek_tso(theirs, ours):
    """The client is named as the KDC spells it; that preauthentication is wanted is no failure."""
    for row in theirs + ours:
        row["client"] = row["client"].lower()
    return [r for r in theirs if r["error_msg"] != "KDC_ERR_PREAUTH_REQUIRED"], ours


def zeek_kinit(theirs, ours):
    """An anonymous client is told by the ticket's realm, Zeek's by the request's; what is refused does not say what
    it was: one asks for a ticket-granting ticket with AS, here also with TGS to renew it, and for a service with
    TGS, here also with AS."""
    for row in theirs + ours:
        row["client"] = row["client"].replace("WELLKNOWN:ANONYMOUS", "VLADG.NET")
        if row["success"] == "F":
            row["request_type"] = "-"
    return theirs, ours


def zeek_no_client(theirs, ours):
    """An error without a client's name: Zeek takes the service's for it."""
    for row in theirs + ours:
        row["client"] = "-"
    return theirs, ours


def zeek_read_and_write(theirs, ours):
    """Its test has Zeek log reads and writes too."""
    return [r for r in theirs if r["action"] in ("SMB::FILE_OPEN", "SMB::FILE_RENAME", "SMB::FILE_DELETE")], ours


def zeek_channels(theirs, ours):
    """To Zeek each connection is by itself: of files that another one opened it knows neither share nor deletion."""
    first = {r["id.orig_p"] for r in theirs if r["path"] != "-"}
    known = {(r["id.orig_p"], r["action"], r["name"]) for r in theirs}
    for row in ours:
        if row["id.orig_p"] not in first and row["path"] != "-":
            row["path"] = "-"
    return theirs, [r for r in ours if r["action"] != "SMB::FILE_DELETE" or (r["id.orig_p"], r["action"], r["name"]) in known]


# Nothing else may differ.
ZEEK_DIFFERS = {
    "krb/kerberos_tso.pcapng": zeek_tso, "krb/kinit.pcap": zeek_kinit, "krb/optional-service-name.pcap": zeek_no_client,
    "smb/smb2readwrite.pcap": zeek_read_and_write, "smb/smb3_multichannel.pcap": zeek_channels,
}


def zeek_compare(trace, name, theirs, ours):
    if trace in ZEEK_DIFFERS:
        theirs, ours = ZEEK_DIFFERS[trace](theirs, ours)
    for row in theirs:
        row["error_msg"] = ZEEK_ERRORS.get(row.get("error_msg"), row.get("error_msg"))
    columns = ZEEK_CONNECTION + ZEEK_COLUMNS[name]
    key = lambda r: tuple(r[c] for c in columns)  # noqa: E731
    return set(map(key, theirs)), set(map(key, ours))


def zeek_agrees(t):
    """The same facts as in Zeek's own logs of Zeek's own captures. NTLM within DCE/RPC over TCP and LDAP is not
    looked at here; no baseline has NTLM within SMB."""
    uses = CORPUS / "peers" / "zeek" / "USES.tsv"
    compared, rows = 0, 0
    for line in uses.read_text().splitlines()[1:]:
        trace, _, baselines = (line.split("\t") + [""] * 3)[:3]
        trace = trace.removeprefix("Traces/")
        for baseline in baselines.split(","):
            name = Path(baseline).name.removesuffix(".log")
            if name not in ZEEK_COLUMNS or not baseline.endswith(".log") or "dce-rpc/" in trace:
                continue
            out = t / f"zeek{compared}"
            done = signet("watch", "-r", uses.parent / "Traces" / trace, "--json", "--zeek", out)
            theirs, ours = zeek_compare(trace, name, rows_of(uses.parent / baseline), rows_of(out / f"{name}.log"))
            compared += 1
            rows += len(theirs)
            if theirs != ours:
                return False, f"{trace} {name}: missing {theirs - ours}, more {ours - theirs} {done.stderr[-200:]}"
    return compared > 9 and rows > 100, f"{compared} logs with {rows} rows were compared"


# --- live -------------------------------------------------------------------------------------------


def is_sanitized():
    """Then there is no wall of system calls."""
    return b"__asan_init" in BINARY.read_bytes() or b"__tsan_init" in BINARY.read_bytes()


def status_within_walls(process):
    """What the kernel says of it once it listens: what it needs privileges for it has by then."""
    end = time.monotonic() + 30
    while True:
        text = Path(f"/proc/{process}/status").read_text()
        if time.monotonic() > end or re.search(r"^CapEff:\s+0+$", text, re.M) and (
                is_sanitized() or re.search(r"^Seccomp:\s+2$", text, re.M)):
            return text
        time.sleep(0.05)


def live(t):
    """A real client's sealed session on loopback, told while it happens; then an end by SIGINT."""
    out = t / "live.json"
    with SignetServer(users=("alice",)) as server:
        with open(out, "wb") as f, open(t / "live.err", "wb") as err:
            watch = subprocess.Popen([BINARY, "watch", "-i", "lo", "--json", "--state", t / "live"], stdout=f, stderr=err)
        user = status_within_walls(watch.pid)
        (server.dir / "smb.conf").write_text("[global]\n")
        client = subprocess.run(["smbclient", "-s", server.dir / "smb.conf", "-p", str(server.port), "//127.0.0.1/data",
            "-U", f"alice%{PASSWORD}alice", "-c", "ls; put /etc/hostname h; get h /dev/null"], capture_output=True, timeout=60)
        session = {}
        for _ in range(300):
            lines = [json.loads(line) for line in out.read_bytes().splitlines() if line.endswith(b"}")]
            found = [e for e in kinds(lines, "session") if e.get("server_port") == server.port]
            if found:
                session = found[0]
                break
            time.sleep(0.1)
        watch.send_signal(signal.SIGINT)
        status = watch.wait(20)
        server.stop()
    kept = events_of(signet("sessions", "--state", t / "live", "--account", "alice", "--json").stdout)
    end = kinds(events_of(out.read_bytes()), "capture")[-1:]
    wrong = faults_of(out.read_bytes())
    return expect((client.returncode == 0, client.stdout[-200:]), (session.get("all_sealed"), f"session: {session}"),
        (session.get("account") == "alice" and session.get("session_dialect") == "3.1.1", session),
        (session.get("grade") == "B", session.get("grade")), (status == 0, f"status {status}"),
        (end and end[0]["reason"] == "end", "no summary"), (session in kept, "not kept"), (not wrong, wrong[:2]),
        (not re.search(r"^Uid:\s+0\b", user, re.M), "it is still root"),
        (re.search(r"^CapEff:\s+0+$", user, re.M), "it has capabilities"),
        (is_sanitized() or re.search(r"^Seccomp:\s+2$", user, re.M), "it may make all system calls"))


# --- on a terminal ----------------------------------------------------------------------------------


def watch_of(t, expression):
    """A watch of nothing else: others use this machine's loopback too."""
    config = t / "terminal.conf"
    config.write_text(f"[watch]\nfilter = {expression}\n")
    return [BINARY, "watch", "-i", "lo", "--config", config]


def live_table(t):
    """A session is in the table while it lasts, and in the summary afterwards; the table follows the terminal's size,
    writes little when little happens, steps aside for the shell, and leaves the terminal as it was."""
    with SignetServer(users=("alice",)) as server, Terminal(watch_of(t, f"tcp port {server.port}")) as terminal:
        (server.dir / "smb.conf").write_text("[global]\n")
        seen = {"begun": terminal.wait_to_show("no session yet"), "quiet keys": terminal.modes() != terminal.before}
        client = subprocess.Popen(["smbclient", "-s", server.dir / "smb.conf", "-p", str(server.port), "//127.0.0.1/data",
            "-U", f"alice%{PASSWORD}alice"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        client.stdin.write(b"ls\n")
        client.stdin.flush()
        row = rf"B 127\.0\.0\.1 -> 127\.0\.0\.1:{server.port}\s+\S*alice\s+3\.1\.1\s+sealed AES"
        seen["while it lasts"] = terminal.wait_to_show(rf"\* {row}") and terminal.shows("1 sessions, 1 open")
        before, end = terminal.written, time.monotonic() + 3
        while time.monotonic() < end:
            terminal.read(0.1)
        seen["little is written"] = terminal.written - before < 3 * 400
        terminal.resize(40, 10)
        seen["in 40x10"] = terminal.wait_to_show(r"(?m)^\* B 127") and terminal.wait_to_show(r"1 sess 0 alerts 0 lost$")
        terminal.screen.faults.clear()  # a frame of the former size may have been on its way
        terminal.resize(42, 11)
        seen["in 42x11"] = terminal.wait_to_show(r"(?m)^\* B 127") and terminal.wait_to_show(r"0 lost$")
        terminal.resize(140, 40)
        seen["in 140x40"] = terminal.wait_to_show(rf"\* {row}") and terminal.wait_to_show(r"0 lost   q ends$")
        terminal.type(b"\x1a")
        seen["stopped"] = terminal.wait_for_shell(r"\[stopped\]") and "alice" not in terminal.screen.stream
        seen["again"] = terminal.wait_to_show(rf"\* {row}")
        text = terminal.screen.text()
        client.communicate(b"", timeout=30)
        seen["when it ended"] = terminal.wait_to_show(rf"(?m)^  {row}") and terminal.wait_to_show("1 sessions, 0 open")
        terminal.type(b"q")
        seen["ended"] = terminal.wait_for_shell(r"\[status 0\]")
        said = terminal.screen.stream
        seen["in the summary"] = re.search(r"session  \S*B\S*  127\.0\.0\.1 .*alice", said) and "sessions  1   B 1" in said
        seen["as before"] = terminal.is_as_before()
        server.stop()
    missing = [name for name, there in seen.items() if not there]
    return expect((not missing, f"{missing}\n{text}\n{said[-500:]}"),
        (not terminal.screen.faults, terminal.screen.faults[:3]))


def replay_on_loopback(capture):
    """Its packets, as the interface brings them."""
    at = 24
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind(("lo", 0))
        while at < len(capture):
            length = struct.unpack_from("<I", capture, at + 8)[0]
            s.send(capture[at + 16:at + 16 + length])
            at += 16 + length
            time.sleep(0.005)


def live_alerts_are_safe(t):
    """An attack with names that would steer the terminal: told in the table with its evidence, and harmless."""
    bad = RELAY.read_bytes().replace("alice".encode("utf-16le"), "\u202e\x1b[2J".encode("utf-16le"))
    with Terminal(watch_of(t, "net 10.77.0.0/24"), 160, 40) as terminal:
        terminal.wait_to_show("no session yet")
        replay_on_loopback(bad)
        alert = terminal.wait_to_show(r"ALERT ntlm_relay, succeeded: .*\n +\S+ = \S.*\(packet \d+\)", 30)
        name = terminal.wait_to_show(r"\\u\{202e\}\?\[2J")
        worst = terminal.shows(r"(?m)^. E 10\.77\.0\.\d+ +-> 10\.77.*\n. D 10\.77")
        text = terminal.screen.text()
        terminal.type(b"\x03")
        ended = terminal.wait_for_shell(r"\[status 0\]")
        said = terminal.screen.stream
        restored = terminal.is_as_before()
    return expect((alert, f"no alert: {text}"), (name, f"no name: {text}"), (worst, f"order: {text}"), (ended, "not ended"),
        ("ntlm_relay (T1557.001), succeeded: " in said and "alerts    5" in said, f"not in the summary: {said[-300:]}"),
        (not terminal.screen.faults, terminal.screen.faults[:3]), (restored, f"not as before: {terminal.screen.modes}"))


def terminal_is_restored(t):
    """However it ends."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV, signal.SIGSYS):
        with Terminal(watch_of(t, "port 9")) as terminal:
            shown = terminal.wait_to_show("no session yet")
            os.kill(terminal.job(), number)
            told = terminal.wait_for_shell(r"\[status (\d+)\]")
            graceful = number in (signal.SIGTERM, signal.SIGHUP)
            wrong = [what for what, holds in (("not shown", shown), ("not as before", terminal.is_as_before()),
                ("status", told and (told[1] == "0") == graceful)) if not holds]
        if wrong:
            return False, f"{number.name}: {wrong} {terminal.screen.stream[-200:]}"
    return True, ""


def lines_where_there_is_no_terminal(t):
    """Redirected, on a terminal that can do nothing, or with captures: lines, without a sequence of movement."""
    out = t / "redirected"
    for command, environment in ((["sh", "-c", f'exec "$@" >{out}', "sh", *watch_of(t, "port 9")], {}),
            (watch_of(t, "port 9"), {"TERM": "dumb"}), ([BINARY, "watch", "-r", RELAY], {})):
        with Terminal(command, **environment) as terminal:
            terminal.wait_for_shell(r"\[status", 1.5)
            modes = dict(terminal.screen.modes)
            terminal.type(b"\x03")
            ended = terminal.wait_for_shell(r"\[status 0\]")
        said = terminal.screen.stream + (out.read_text() if command[0] == "sh" else "")
        moves = re.search(r"\x1b\[[0-9;?]*[HJhl]", said)
        if modes["other"] or moves or not ended or "sessions  " not in said:
            return False, f"{command[-1]}: {modes} {said[-300:]}"
    return True, ""


LIVE = (live, live_table, live_alerts_are_safe, terminal_is_restored, lines_where_there_is_no_terminal)
CASES = (all_captures_give_documented_events, verdict_of_a_sealed_session, a_relay_is_told_with_its_packets, statuses,
    standard_input_is_a_capture, cut_anywhere, damaged_in_the_middle, mutated, captures_are_read_by_time,
    terminal_is_safe, severities, settings, kept_and_asked_for, stories_of_another_run, kept_for_other_versions, a_map_of_it, a_map_for_nftables,
    a_map_for_windows,
    a_map_of_hostile_names, zeek_logs)


def main():
    report = Report()
    with tempfile.TemporaryDirectory(prefix="signet-watch-", dir="/var/tmp") as directory:
        t = Path(directory)
        for case in CASES:
            held, text = case(t)
            if held is None:
                report.skip(case.__name__, text)
            else:
                report.check(case.__name__, held, text)
        for kind in ("udp", "tcp", "unix"):
            report.check(f"syslog_{kind}", *syslog(t, kind))
        if (CORPUS / "peers" / "zeek" / "USES.tsv").exists():
            report.check("zeek_agrees", *zeek_agrees(t))
        else:
            report.skip("zeek_agrees", "../shared/corpus is not here")
        for case in LIVE:
            if os.geteuid() == 0:
                report.check(case.__name__, *case(t))
            else:
                report.skip(case.__name__, "capturing needs root")
    return report.exit_status()


if __name__ == "__main__":
    raise SystemExit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The page that Prometheus reads: what is refused is counted under the words of its event, whoever hangs there
disturbs nobody, and the dashboard asks for nothing that does not exist."""

import collections
import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from interop_tools import check_log, smbclient, stop_cleanly
from run_fuzz_session import test_program
from signet_server import BINARY, PASSWORD, ROOT, Report, SignetServer, free_port

PROBE = test_program("security_probe")
HANGING = 40  # more than the page takes at once
PAGE_TIMEOUT_S = 5


def get(port, path="/metrics", method="GET", timeout=20):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return answer.read().decode()


def values(page):
    """{(name, frozenset of labels): value}"""
    found = {}
    for line in page.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
        pairs = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")
        found[name, frozenset(pairs)] = float(value)
    return found


def value(port, name, **labels):
    return sum(v for (n, has), v in values(get(port)).items() if n == name and labels.items() <= dict(has).items())


def becomes(port, wanted, name, **labels):
    """Counters are kept when the event is emitted, which can be after the client has its answer."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        got = value(port, name, **labels)
        if got == wanted:
            return True, ""
        time.sleep(0.05)
    return False, f"{name} {labels} is {got}, not {wanted}"


def log_on(server, user, password):
    (server.dir / "smb.conf").write_text("[global]\n")
    return subprocess.run(["smbclient", "-s", server.dir / "smb.conf", "-p", str(server.port), "//127.0.0.1/data", "-U",
                           f"{user}%{password}", "-c", "ls"], capture_output=True, timeout=60, stdin=subprocess.DEVNULL)


def probe(server, case):
    subprocess.run([PROBE, "127.0.0.1", str(server.port), "alice", f"{PASSWORD}alice", "data", case],
                   capture_output=True, timeout=60)


def connect_from(address, port):
    """True when the server closes it at once."""
    with socket.socket() as s:
        s.bind((address, 0))
        s.settimeout(10)
        s.connect(("127.0.0.1", port))
        try:
            return s.recv(1) == b""
        except ConnectionResetError:
            return True


def group_refusals(report, server, port):
    smbclient(server, "ls")
    report.check("a session is counted by its protection", *becomes(
        port, 1, "signet_sessions_opened_total", dialect="3.1.1", cipher="AES-128-GCM", signing="AES-GMAC",
        mechanism="ntlmv2"))
    report.check("and is none now", *becomes(port, 0, "signet_sessions"))
    log_on(server, "alice", "wrong")
    log_on(server, "nobody", "wrong")
    report.check("a wrong password is counted", *becomes(
        port, 1, "signet_authentications_total", result="failure", reason="wrong_password"))
    report.check("an unknown account is counted", *becomes(
        port, 1, "signet_authentications_total", result="failure", reason="unknown_account"))
    for case, reason in {"plain_echo": "unsealed_request", "wrong_seal_tag": "wrong_seal",
                         "replayed": "message_id_replayed", "second_negotiate": "second_negotiate"}.items():
        probe(server, case)
        report.check(f"{reason} is counted", *becomes(port, 1, "signet_policy_violations_total", reason=reason))
    probe(server, "smb1")
    report.check("smb1 is counted", *becomes(port, 1, "signet_refusals_total", reason="smb1"))
    report.check("a network is refused", connect_from("127.9.0.1", server.port))
    report.check("and is counted", *becomes(port, 1, "signet_connections_refused_total", reason="network_not_admitted"))
    held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(6)]
    report.check("a limit is counted", *becomes(
        port, 2, "signet_limits_reached_total", limit="max_connections_per_peer"))
    for s in held:
        s.close()
    subprocess.run(["smbclient", "-s", server.dir / "smb.conf", "-p", str(server.port), "//127.0.0.1/nothing", "-U",
                    f"alice%{PASSWORD}alice", "-c", "ls"], capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    report.check("a share that is not there is counted", *becomes(
        port, 1, "signet_tree_connects_refused_total", reason="no_such_share"))


def group_same_as_events(report, server, port):
    """Whatever is in the file of events is on the page, under the same words."""
    end = time.monotonic() + 30
    told, counted = {}, None
    while told != counted and time.monotonic() < end:  # neither waits for the other
        page = values(get(port))
        told = collections.Counter(e["kind"] for e in server.events())
        counted = {kind: sum(v for (n, l), v in page.items() if n == "signet_events_total" and ("kind", kind) in l)
                   for kind in told}
    for kind in sorted(told):
        report.check(f"as many as events: {kind}", counted[kind] == told[kind], f"{counted[kind]}, not {told[kind]}")
    other = {n: v for (n, l), v in page.items() if ("reason", "other") in l or ("limit", "other") in l if v}
    report.check("each reason has its row", not other, str(other))


def group_work(report, server, port):
    (server.share / "file").write_bytes(bytes(1 << 20))
    before = value(port, "signet_read_bytes_total")
    reads = value(port, "signet_request_duration_seconds_count", command="read")
    smbclient(server, "get file /dev/null")
    report.check("bytes are counted", value(port, "signet_read_bytes_total") == before + (1 << 20))
    report.check("requests are counted", value(port, "signet_request_duration_seconds_count", command="read") > reads)
    page = values(get(port))
    counts = [v for (n, l), v in page.items()
              if n == "signet_request_duration_seconds_count" and ("command", "read") in l]
    last = [v for (n, l), v in page.items()
            if n == "signet_request_duration_seconds_bucket" and {("command", "read"), ("le", "+Inf")} <= l]
    report.check("the last bucket has them all", counts == last, f"{counts} {last}")
    report.check("nothing is open or charged afterwards", *becomes(port, 0, "signet_open_files"))
    report.check("the posture is strict", value(port, "signet_posture_strict") == 1
                 and value(port, "signet_share_posture_strict", share="data") == 1)


def group_http(report, server, port):
    for path, method, wanted in (("/", "GET", 404), ("/metrics", "POST", 405), ("/metrics", "DELETE", 405)):
        try:
            get(port, path, method)
            got = 200
        except urllib.error.HTTPError as e:
            got = e.code
        report.check(f"{method} {path} is answered {wanted}", got == wanted, str(got))
    report.check("HEAD has no body", get(port, method="HEAD") == "")
    report.check("a network that may not connect gets nothing", connect_from("127.9.0.1", port))
    checker = shutil.which("promtool")
    if checker is None:
        report.skip("promtool check metrics", "no promtool")
        return
    done = subprocess.run([checker, "check", "metrics"], input=get(port), text=True, capture_output=True)
    report.check("promtool has nothing to say", done.returncode == 0 and not done.stderr, done.stderr + done.stdout)


def group_hanging(report, server, port):
    """Clients that never finish their request, more than the page takes at once."""
    hanging = [socket.create_connection(("127.0.0.1", port)) for _ in range(HANGING)]
    for s in hanging:
        s.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
    begin = time.time()
    status, out = smbclient(server, "ls")
    report.check("who hangs there disturbs no client of SMB", status == 0 and time.time() - begin < PAGE_TIMEOUT_S, out)
    report.check("and is thrown out", "signet_build_info" in get(port, timeout=8 * PAGE_TIMEOUT_S))
    for s in hanging:
        s.close()


def group_load(report, server, port):
    """Pages are read as fast as they come while clients work."""
    stop, pages = threading.Event(), []

    def read_pages():
        while not stop.is_set():
            pages.append(values(get(port)))

    readers = [threading.Thread(target=read_pages) for _ in range(2)]
    for r in readers:
        r.start()
    work = "; ".join(["put smb.conf f", "ls", "del f"] * 20)
    results = [smbclient(server, f"lcd {server.dir}; {work}") for _ in range(3)]
    stop.set()
    for r in readers:
        r.join()
    report.check("clients work while the page is read", all(status == 0 for status, _ in results), str(results)[:300])
    name = "signet_connections_total", frozenset()
    seen = [p[name] for p in pages]
    report.check("the page is whole each time", len(pages) > 10 and all(len(p) == len(pages[0]) for p in pages),
                 f"{len(pages)} pages")
    report.check("counters only grow", max(seen) >= seen[0])


def group_posture(report):
    port = free_port()
    weak = {"encryption": "desired"}
    with SignetServer(server={"metrics": f"0.0.0.0:{port}"} | weak, share=weak) as server:
        told = subprocess.run([BINARY, "serve", "--check", "--config", server.config], text=True, capture_output=True)
        report.check("an address beyond loopback is named", f"metrics = 0.0.0.0:{port}: not a loopback" in told.stdout,
                     told.stdout)
        report.check("a weakened posture is told", value(port, "signet_posture_strict") == 0
                     and value(port, "signet_share_posture_strict", share="data") == 0)
        stop_cleanly(report, "posture", server)


def group_dashboard(report):
    names = set(subprocess.run([BINARY, "help", "metrics-names"], text=True, capture_output=True).stdout.split())
    dashboard = json.loads((Path(ROOT) / "packaging" / "grafana" / "signet.json").read_text())
    asked = {}
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            for name in re.findall(r"\bsignet_\w+", target["expr"]):
                asked.setdefault(name, panel["title"])
    missing = {name: title for name, title in asked.items() if name not in names}
    report.check("the dashboard asks for what there is", asked and not missing, str(missing))
    unused = {n for n in names if n not in asked} - {"signet_build_info"}
    report.check("and for all of it", not unused, str(sorted(unused)))
    if shutil.which("promtool") is None:
        report.skip("the dashboard's queries are well formed", "no promtool")
        return
    rules = [{"record": f"q{i}:x", "expr": target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*")}
             for i, target in enumerate(t for p in dashboard["panels"] for t in p.get("targets", []))]
    done = subprocess.run(["promtool", "check", "rules", "/dev/stdin"], text=True, capture_output=True,
                          input=json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    report.check("the dashboard's queries are well formed", done.returncode == 0, done.stderr + done.stdout)


def main():
    report = Report()
    port = free_port()
    with SignetServer(server={"metrics": f"127.0.0.1:{port}", "networks": "127.0.0.0/8 !127.9.0.0/16",
                              "max_connections_per_peer": 4}) as server:
        for group in (group_refusals, group_same_as_events, group_work, group_http, group_hanging, group_load):
            group(report, server, port)
        check_log(report, "all", server)
        stop_cleanly(report, "all", server)
    group_posture(report)
    group_dashboard(report)
    return report.exit_status()


if __name__ == "__main__":
    raise SystemExit(main())

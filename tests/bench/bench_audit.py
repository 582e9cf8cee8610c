#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long `signet audit` and nmap take for many hosts, in one run.

    bench_audit.py [--hosts N] [--dead PERCENT] [--server signet|samba] [--build DIR] [--json FILE]

The hosts are addresses of 127.0.0.0/8, all answered by one server that listens on every address, in a network
namespace of its own (nmap's scripts know port 445 alone). The dead are behind a cable that nobody listens at: nothing
comes back, not even a refusal. nmap runs smb2-security-mode and smb-protocols, which is less than an audit asks
(about eight connections a host, the audit makes some thirty). Server, audit and nmap share the machine, so that what
the server takes is in both times. Needs root.
"""
import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_servers import cpu_seconds

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))
PORT = 445


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=1000, help="targets in all (1000)")
    parser.add_argument("--dead", type=float, default=5, help="percent of them that answer nothing (5)")
    parser.add_argument("--server", choices=("signet", "samba"), default="signet", help="who answers (signet)")
    parser.add_argument("--build", type=lambda text: Path(text).resolve(), default=ROOT / "build", help="the build directory")
    parser.add_argument("--json", help="write all results here")
    parser.add_argument("--without-nmap", action="store_true", help="for trying out")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def network():
    """Loopback, and a cable to nowhere: without ARP its packets just leave."""
    for command in ("link set lo up", "link add nowhere0 type veth peer name nowhere1", "link set nowhere0 arp off up",
                    "link set nowhere1 arp off up", "address add 10.99.255.254/16 dev nowhere0"):
        subprocess.run(["ip", *command.split()], check=True)


def peers(living):
    """Each host is reached from an address of its own: a server counts failed log-ons by peer, and a thousand servers
    would each see one where the one that plays them all would see a thousand, and delay its answers the more."""
    routes = "".join(f"route add local {a}/32 dev lo src {a} table local\n" for a in living)
    subprocess.run(["ip", "-batch", "-"], input=routes, text=True, check=True)


def targets(options):
    dead = round(options.hosts * options.dead / 100)
    living = [f"127.77.{i // 250}.{i % 250 + 1}" for i in range(options.hosts - dead)]
    every = max(options.hosts // dead, 1) if dead else options.hosts + 1
    mixed = list(living)
    for i in range(dead):
        mixed.insert(i * every, f"10.99.{i // 250}.{i % 250 + 1}")
    return mixed, living


def measured(command):
    """Seconds, CPU seconds of it and its children, largest resident set; a child between tells the last of its child."""
    tell = "import resource, subprocess, sys; s = subprocess.call(sys.argv[1:]); " \
           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(s)"
    process = subprocess.Popen([sys.executable, "-c", tell, *map(str, command)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    out, err = process.communicate()
    seconds, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with status {process.returncode}: {err[-1000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu": cpu, "peak_kib": int(err.split()[-1]), "out": out}


def signet_server(base):
    from signet_server import SignetServer
    server = SignetServer(users=(), base=base, share={"users": "", "write": ""}, server={
        "listen": f"0.0.0.0:{PORT}", "networks": "127.0.0.0/8", "max_connections_per_peer": 100000, "max_connections": 100000,
        "max_memory_per_peer": "4G"})
    server.port = PORT
    return server


class SambaServer:
    def __init__(self, base):
        sys.path.insert(0, str(ROOT / "tests" / "interop" / "audit"))
        import servers
        servers.NETWORK = "127.0.0"
        self.host = servers.SambaHost("samba", base, 1, "disable spoolss = yes\nload printers = no\nbind interfaces only = no\n"
                                      "max smbd processes = 0", servers.CLOSED)
        self.process = None

    def start(self):
        import servers
        self.host.start()
        self.process = self.host.process
        servers.wait_for(self.host)

    def stop(self):
        self.host.stop()


def check_audit(out, living, all_targets):
    """What was measured must have been an audit."""
    hosts = {host["address"]: host for host in json.loads(out)["hosts"]}
    bad = [a for a in living if hosts.get(a, {}).get("outcome") != "done" or not hosts[a]["findings"]]
    if bad or len(hosts) != len(all_targets):
        raise RuntimeError(f"{len(bad)} of {len(living)} hosts not audited: {[hosts.get(a) for a in bad[:2]]}"[:2000])
    return len({json.dumps(sorted(f["id"] for f in hosts[a]["findings"])) for a in living})


def check_nmap(out, living):
    found = out.count("smb-protocols")
    if found < len(living):
        raise RuntimeError(f"nmap's scripts ran for {found} of {len(living)} hosts")


def row(name, result, hosts, base=None):
    ratio = f"{base['seconds'] / result['seconds']:.1f} times" if base else ""
    return (f"{name:24} {result['seconds']:8.2f} s {hosts / result['seconds']:8.0f} hosts/s {result['cpu']:7.2f} s CPU "
            f"(server {result['server_cpu']:.2f} s) {result['peak_kib'] / 1024:6.1f} MiB   {ratio}")


def inside(options):
    network()
    base = tempfile.mkdtemp(prefix="signet-bench-", dir="/var/tmp")
    os.chmod(base, 0o755)
    server = signet_server(base) if options.server == "signet" else SambaServer(base)
    all_targets, living = targets(options)
    names = Path(base) / "targets"
    names.write_text("\n".join(all_targets) + "\n")
    results = {"hosts": len(all_targets), "dead": len(all_targets) - len(living), "server": options.server}
    try:
        peers(living)
        server.start()
        audit = [options.build / "signet", "audit", "--json", "--rate", 0, "--quiet", f"@{names}"]
        before = cpu_seconds(server.process.pid)
        results["audit"] = measured(audit)
        results["audit"]["server_cpu"] = cpu_seconds(server.process.pid) - before
        answers = check_audit(results["audit"].pop("out"), living, all_targets)
        if answers != 1:
            raise RuntimeError(f"one server, {answers} different judgements")
        if not options.without_nmap:
            before = cpu_seconds(server.process.pid)
            results["nmap"] = measured(["nmap", "-n", "-Pn", "-p", PORT, "--script", "smb2-security-mode,smb-protocols",
                                           "-iL", names])
            results["nmap"]["server_cpu"] = cpu_seconds(server.process.pid) - before
            check_nmap(results["nmap"].pop("out"), living)
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
    print(f"{len(living)} hosts ({options.server}) and {results['dead']} dead ones, {os.cpu_count()} cores")
    print(row("signet audit", results["audit"], len(all_targets), results.get("nmap")))
    if "nmap" in results:
        print(row("nmap", results["nmap"], len(all_targets)))
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    return 0


def main():
    options = arguments()
    if os.geteuid() != 0 or not shutil.which("nmap"):
        print("bench_audit: needs root and nmap", file=sys.stderr)
        return 77
    if not options.inside:
        os.environ["SIGNET"] = str(options.build / "signet")
        return subprocess.call(["unshare", "--net", sys.executable, __file__, "--inside", *sys.argv[1:]])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return inside(options)


if __name__ == "__main__":
    sys.exit(main())

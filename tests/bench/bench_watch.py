#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`signet watch`, tshark and Suricata on the same captures in one run.

    bench_watch.py [--quick] [--repeat N] [--captures DIR] [--json FILE]

The captures are made here, of real traffic: smbclient against a Signet that seals, one that only signs,
and a Samba, in a network namespace whose loopback has Ethernet's MTU and no segmentation offload. "bulk" is
large files there and back, "records" thousands of small ones, signed, so that all tools see each request.
With --captures they are kept in DIR and used again.

What counts is CPU time (user and system) of the whole process, reading a file that is in the page cache, and
its peak memory. All three write what they extract to a file: Signet its JSON events, tshark
the fields of each SMB2 message, Suricata its SMB, Kerberos and flow log with no rules loaded and
reassembly as deep as Signet's (all of each stream). A peer that is not installed is left out. At the end a watch looks
on while smbclient copies a file there and back, as fast as it can: "packets_lost" if it missed any. Needs root.
"""
import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))
SIGNET = Path(os.environ.get("SIGNET", ROOT / "build" / "signet"))
MIB = 1 << 20
FIELDS = ["frame.number", "frame.time_epoch", "smb2.cmd", "smb2.flags.response", "smb2.nt_status", "smb2.filename",
          "smb2.tree", "smb2.sesid", "ntlmssp.auth.username", "ntlmssp.auth.domain"]
SURICATA = """%YAML 1.1
---
default-log-dir: {directory}
outputs:
  - eve-log:
      enabled: yes
      filetype: regular
      filename: eve.json
      types: [smb, krb5, dcerpc, flow]
logging:
  default-log-level: error
app-layer:
  protocols:
    smb: {{ enabled: yes, detection-ports: {{ dp: "139, 445" }} }}
    krb5: {{ enabled: yes }}
    dcerpc: {{ enabled: yes }}
stream:
  memcap: 1gb
  reassembly: {{ memcap: 2gb, depth: 0 }}
"""


# --- the captures -------------------------------------------------------------------------------------

def ethernet_like_loopback():
    """A capture of the usual loopback has packets of 64 KiB, which no network has."""
    subprocess.run(["ip", "link", "set", "lo", "up", "mtu", "1500"], check=True)
    subprocess.run(["ethtool", "-K", "lo", "gso", "off", "tso", "off", "gro", "off"], check=True, capture_output=True)


class Capture:
    """tcpdump around what is done inside of it."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.process = subprocess.Popen(["tcpdump", "-i", "lo", "-s", "0", "-B", "262144", "-w", self.path, "tcp"],
                                        stderr=subprocess.PIPE, text=True)
        while "listening on" not in (line := self.process.stderr.readline()):
            if not line:
                raise RuntimeError("tcpdump does not start")

    def __exit__(self, *unused):
        time.sleep(1)
        self.process.terminate()
        told = self.process.communicate()[1]
        lost = re.search(r"(\d+) packets dropped by kernel", told)
        print(f"  {self.path.name}: {self.path.stat().st_size / MIB:.0f} MiB, {lost[1] if lost else '?'} lost", file=sys.stderr)


def fill(directory, sizes):
    directory.mkdir()
    for i, size in enumerate(sizes):
        with open(directory / f"file {i:05}.bin", "wb") as out:
            while size > 0:
                size -= out.write(os.urandom(min(size, MIB)))


def client(server, commands):
    subprocess.run(["smbclient", "-s", "/dev/null", "-p", str(server.port), f"//127.0.0.1/{server.share}", "-U",
                    f"{server.user}%{server.password}", "-c", commands], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def there_and_back(server, directory):
    back = directory.parent / f"back-{directory.name}"
    back.mkdir()
    client(server, f'prompt; lcd "{directory}"; mput *; lcd "{back}"; mget *')
    shutil.rmtree(back)


def server_of(name, base):
    """On SMB's own port, where tshark and Suricata look for it: the namespace is ours alone."""
    import samba_server
    import signet_server
    from bench_servers import Samba, Signet
    signet_server.free_port = samba_server.free_port = lambda: 445
    if name == "samba":
        return Samba("signed", base)
    server = Signet(name, base)
    config = server.server.config
    config.write_text(config.read_text().replace("encryption = desired", "encryption = off"))
    return server


def traffic(names, base, directory):
    for name in names:
        server = server_of(name, base)
        server.start()
        try:
            there_and_back(server, directory)
        finally:
            server.stop()


def make_captures(directory, quick):
    """Runs in a network namespace of its own."""
    ethernet_like_loopback()
    with tempfile.TemporaryDirectory(prefix="signet-bench-", dir="/var/tmp") as base:
        base = Path(base)
        os.chmod(base, 0o755)
        large = 16 * MIB if quick else 96 * MIB
        fill(base / "large", [large, large])
        fill(base / "small", [1000 + 37 * (i % 1000) for i in range(200 if quick else 4000)])
        with Capture(directory / "bulk.pcap"):
            traffic(("sealed", "signed", "samba"), base, base / "large")
        with Capture(directory / "records.pcap"):
            traffic(("signed", "samba"), base, base / "small")


def captures(options):
    directory = Path(options.captures or tempfile.mkdtemp(prefix="signet-captures-", dir="/var/tmp"))
    directory.mkdir(exist_ok=True, parents=True)
    names = [directory / "bulk.pcap", directory / "records.pcap"]
    if not all(n.exists() for n in names):
        print("making the captures", file=sys.stderr)
        again = [sys.executable, __file__, "--inside", str(directory)] + (["--quick"] if options.quick else [])
        subprocess.run(["unshare", "--net", *again], check=True)
    return directory, names


# --- live ---------------------------------------------------------------------------------------------

def live(quick):
    """What a single smbclient can produce on this machine, watched as it happens: is a packet lost?"""
    ethernet_like_loopback()
    with tempfile.TemporaryDirectory(prefix="signet-bench-", dir="/var/tmp") as base:
        base = Path(base)
        os.chmod(base, 0o755)
        fill(base / "large", [(16 if quick else 256) * MIB])
        server = server_of("sealed", base)
        server.start()
        out = base / "events"
        with open(out, "wb") as f:
            watch = subprocess.Popen([SIGNET, "watch", "-i", "lo", "--json"], stdout=f)
        time.sleep(1)
        try:
            begun = time.monotonic()
            there_and_back(server, base / "large")
            seconds = time.monotonic() - begun
        finally:
            watch.send_signal(signal.SIGINT)
            _, _, used = os.wait4(watch.pid, 0)
            watch.returncode = 0
            server.stop()
        told = [e for e in map(json.loads, out.read_text().splitlines()) if e["kind"] == "capture"]
        moved = 2 * (base / "large" / "file 00000.bin").stat().st_size
        print(f"\nlive: {moved / seconds / 1e6:.0f} MB/s, {(used.ru_utime + used.ru_stime) / seconds:.2f} of a core, "
              f"{used.ru_maxrss / 1024:.0f} MiB")
        for e in told:
            print(f"  {e['reason']}: {e['detail']}")


# --- the tools ----------------------------------------------------------------------------------------

def cost(command, output):
    """CPU seconds and peak memory in MiB of a command; it must succeed."""
    with open(output, "wb") as out:
        process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def suricata_command(capture, directory):
    config = directory / "suricata.yaml"
    config.write_text(SURICATA.format(directory=directory))
    return ["suricata", "-c", config, "-r", capture, "-l", directory, "-S", "/dev/null", "-k", "none",
            "--runmode", "single"]


def tools(directory):
    found = {"signet": lambda capture: [SIGNET, "watch", "-r", capture, "--json"]}
    if shutil.which("suricata"):
        found["suricata"] = lambda capture: suricata_command(capture, directory)
    if shutil.which("tshark"):
        fields = [part for field in FIELDS for part in ("-e", field)]
        found["tshark"] = lambda capture: ["tshark", "-n", "-r", capture, "-Y", "smb2", "-T", "fields", *fields]
    return found


def measure(commands, capture, directory, repeat):
    """In turns, so that all tools share the machine's slow moments; tshark, which takes longest, once in between."""
    runs = {name: [] for name in commands}
    for i in range(repeat):
        for name, command in commands.items():
            if name == "tshark" and i != repeat // 2:
                continue
            for old in ("eve.json", "out"):
                (directory / old).unlink(missing_ok=True)
            runs[name].append(cost(command(capture), directory / "out"))
    return [{"tool": name, "capture": capture.name, "cpu": statistics.median(r[0] for r in costs),
             "memory": max(r[1] for r in costs)} for name, costs in runs.items()]


def facts_of(capture):
    told = subprocess.run(["capinfos", "-T", "-M", "-c", "-s", "-r", capture], capture_output=True, text=True, check=True)
    _, packets, size = told.stdout.strip().split("\t")[:3]
    return int(packets), int(size)


def records_of(capture, directory):
    """SMB2 messages, as tshark counts them; those inside of seals are not seen."""
    done = subprocess.run(["tshark", "-n", "-r", capture, "-Y", "smb2", "-T", "fields", "-e", "smb2.cmd"],
                          capture_output=True, text=True, check=True)
    return sum(line.count(",") + 1 for line in done.stdout.splitlines() if line)


def table(results, packets, size, records):
    print(f"{'':10} {'CPU s':>8} {'Gbit/s':>8} {'packets/s':>11} {'records/s':>11} {'MiB':>7} {'x Signet':>9}")
    mine = next(r for r in results if r["tool"] == "signet")
    for r in results:
        cpu = max(r["cpu"], 0.001)
        print(f"{r['tool']:10} {r['cpu']:8.2f} {size * 8 / cpu / 1e9:8.2f} {packets / cpu:11.0f} {records / cpu:11.0f} "
              f"{r['memory']:7.0f} {r['cpu'] / max(mine['cpu'], 0.001):9.1f}")


def compare(options):
    directory, names = captures(options)
    work = Path(tempfile.mkdtemp(prefix="signet-bench-", dir="/var/tmp"))
    everything = []
    try:
        for capture in names:
            packets, size = facts_of(capture)
            records = records_of(capture, work) if shutil.which("tshark") else 0
            print(f"\n{capture.name}: {size / MIB:.0f} MiB, {packets} packets, {records} SMB2 messages in the clear")
            results = measure(tools(work), capture, work, options.repeat)
            table(results, packets, size, records)
            everything += [r | {"packets": packets, "bytes": size, "records": records} for r in results]
    finally:
        shutil.rmtree(work)
        if options.captures is None:
            shutil.rmtree(directory)
    if options.json:
        Path(options.json).write_text(json.dumps(everything, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the traffic")
    parser.add_argument("--repeat", type=int, default=3, help="runs of Signet and Suricata (tshark: one)")
    parser.add_argument("--captures", help="keep the captures in this directory, or use those that are there")
    parser.add_argument("--json", help="the figures, as JSON")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--live", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        make_captures(Path(options.inside), options.quick)
    elif options.live:
        live(options.quick)
    else:
        compare(options)
        quick = ["--quick"] if options.quick else []
        subprocess.run(["unshare", "--net", sys.executable, __file__, "--live", *quick], check=True)


if __name__ == "__main__":
    sys.exit(main())

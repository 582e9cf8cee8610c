# SPDX-License-Identifier: Apache-2.0
"""What nmap's scripts say of hosts, as far as an audit says the same thing."""

import re
import subprocess
import xml.etree.ElementTree as ET

SCRIPTS = "smb2-security-mode,smb-protocols,smb2-capabilities,smb2-time,smb-security-mode"
DIALECTS = {"NT LM 0.12": "smb1", "202": "2.0.2", "210": "2.1", "300": "3.0", "302": "3.0.2", "311": "3.1.1"}


def run(addresses):
    """{address: {script: its output}}"""
    out = subprocess.run(["nmap", "-n", "-Pn", "-p", "445", "--script", SCRIPTS, "-oX", "-", *addresses], check=True,
                         capture_output=True, text=True, timeout=120).stdout
    return {host.find("address").get("addr"): {s.get("id"): s.get("output") for s in host.iter("script")}
            for host in ET.fromstring(out).iter("host")}


def findings(scripts):
    """{check: whether the host has it}, of what can be told."""
    found = {}
    dialects = {DIALECTS[d] for d in re.findall(r"NT LM 0\.12|\b(?:202|210|300|302|311)\b", scripts.get("smb-protocols", ""))}
    if dialects:
        found["smb1_accepted"] = "smb1" in dialects
        found["old_dialect_accepted"] = bool(dialects & {"2.0.2", "2.1"})
        found["dialect_below_311"] = bool(dialects & {"3.0", "3.0.2"})
        found["smb311_not_offered"] = "3.1.1" not in dialects
    mode = scripts.get("smb2-security-mode", "")
    if mode:
        found["signing_not_required"] = "enabled and required" not in mode
    return found

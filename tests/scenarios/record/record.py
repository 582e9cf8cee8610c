#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records the captures that impacket's and Samba's own tools make against real Samba: attacks, and the work that looks
like one. What `signet watch` has to say of each is in ../scenarios.tsv; what was recorded is in ../README.md. Not run
by CI, which only watches what is there. Needs root, tcpdump, ethtool and the tests' packages.

usage: record.py DIRECTORY [NAME...]   (all of it, or the captures of these names)"""

import os
import sys
import tempfile
from pathlib import Path

import lab
import on_coercion
import on_days
import on_execution
import on_nat
import on_relays
import on_secrets
import on_smb1
import on_tickets
import on_wmi
from net import Net

SCENARIOS = (on_coercion.coercion_refused, on_coercion.coercion_print, on_coercion.coercion_efs,
             on_coercion.coercion_sealed, on_coercion.benign_printing, on_coercion.benign_dfs,
             on_coercion.benign_shadow_copies, on_relays.story_coercion_relay_files, on_relays.relay_smb,
             on_secrets.secrets_of_registry, on_secrets.secrets_of_directory, on_secrets.benign_registry,
             on_secrets.benign_directory, on_secrets.benign_replication, on_execution.remote_execution,
             on_execution.attacks_on_signet, on_execution.benign_administration, on_tickets.kerberos_relay,
             on_tickets.kerberos_ticket_stolen, on_tickets.kerberos_other_service, on_tickets.benign_kerberos,
             on_smb1.smb1_signed, on_smb1.smb1_tampered, on_wmi.wmi, on_nat.benign_office_behind_one_address,
             on_days.waves, on_days.kerberos_guesses, on_days.anonymous_enumeration)


def main():
    lab.in_private_network(sys.argv)
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    wanted = [s for s in SCENARIOS if not sys.argv[2:] or s.__name__ in sys.argv[2:]]
    with lab.Lab(tempfile.mkdtemp(prefix="signet-record-", dir="/var/tmp")) as network:
        net = Net(network, Path(sys.argv[1]).resolve())
        for scenario in wanted:
            print(scenario.__name__, flush=True)
            scenario(net)


if __name__ == "__main__":
    main()

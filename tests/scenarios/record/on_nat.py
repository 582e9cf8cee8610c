# SPDX-License-Identifier: Apache-2.0
"""An office behind one address: its people's clients, each in a namespace of its own, masqueraded by the router."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

from lab import DOMAIN, REALM, Host, host_files, password_of
from net import expect

PEOPLE = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")
MISTYPED = {"carol": 1, "dave": 1, "erin": 3, "frank": 1, "grace": 1}
INSIDE = "192.168.7"
ROUTER = f"""sysctl -qw net.ipv4.ip_forward=1; ip link add inside type bridge; ip addr add {INSIDE}.1/24 dev inside
ip link set inside up; nft add table ip nat
nft 'add chain ip nat out {{ type nat hook postrouting priority 100 ; }}'
nft add rule ip nat out oifname eth0 masquerade"""


class Hidden(Host):
    """A host of the network behind the router."""

    def __init__(self, base, name, router, number):  # pylint: disable=super-init-not-called
        self.name, self.address = name, f"{INSIDE}.{number}"
        self.dir = base / name
        self.started = []
        script = host_files(self.dir, name) + "; ip link set lo up; echo ready; exec sleep infinity"
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "--uts", "sh", "-c", script],
                                       stdout=subprocess.PIPE)
        if self.holder.stdout.readline() != b"ready\n":
            raise RuntimeError(f"no namespaces for {name}")
        link = f"v-{name}"
        subprocess.run(f"ip link add {link} type veth peer name eth0 netns {self.holder.pid} && "
                       f"ip link set {link} netns {router.holder.pid}", shell=True, check=True)
        router.run("sh", "-c", f"ip link set {link} master inside; ip link set {link} up")
        self.run("sh", "-c", f"ip addr add {self.address}/24 dev eth0; ip link set eth0 up; "
                             f"ip route add default via {INSIDE}.1; ethtool -K eth0 tso off gso off tx off >/dev/null")


def office(net):
    def make():
        router = net.ws1
        router.run("sh", "-c", ROUTER)
        for user in PEOPLE[2:]:
            net.dc.tool("user", "create", user, password_of(user))
        for member in (net.files, net.files2):
            for user in PEOPLE[2:]:
                member.know(user)
        hosts = {}
        for i, user in enumerate(PEOPLE):
            hosts[user] = net.lab.hosts[f"desk{i}"] = Hidden(net.lab.base, f"desk{i}", router, 10 + i)
        return hosts
    return net.machine("office", make)


def use(host, user, server, password, *options):
    name = f"{user}@{REALM}" if options else f"{DOMAIN}\\{user}"
    return host.run("smbclient", f"//{server}/docs", "-U", f"{name}%{password}", *options, "-c",
                    "get plan.txt /dev/null", check=False)


def morning(net, user, host):
    """A few passwords are typed anew; one of them uses Kerberos; all go to both servers, again and again."""
    for number in range(MISTYPED.get(user, 0)):
        expect(use(host, user, net.files.host.address, f"Passw0rd{number}"), "LOGON_FAILURE")
    options = ("--use-kerberos=required",) if user == "heidi" else ()
    for server in (net.files, net.files2, net.files):
        to = f"{server.host.name}.test.lab" if options else server.host.address
        expect(use(host, user, to, password_of(user), *options), "getting file")


def benign_office_behind_one_address(net):
    hosts = office(net)
    with net.capture("benign_office_behind_one_address", f"host {net.ws1.address} and (tcp port 445 or port 88)"):
        for user in ("alice", "bob"):  # who come early
            morning(net, user, hosts[user])
        with ThreadPoolExecutor(len(PEOPLE)) as pool:
            list(pool.map(lambda user: morning(net, user, hosts[user]), PEOPLE[2:]))

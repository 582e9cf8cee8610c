# SPDX-License-Identifier: Apache-2.0
"""A private MIT KDC: a realm with users and services, in a directory of its own, touching nothing of the machine."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from signet_server import free_port

AES = "aes256-cts-hmac-sha1-96:normal,aes128-cts-hmac-sha1-96:normal"
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"

CONFIG = """[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  qualify_shortname = ""
  udp_preference_limit = 1
  allow_weak_crypto = true
  allow_rc4 = true
  permitted_enctypes = {permitted}
  default_ccache_name = FILE:{dir}/cc
  forwardable = true
[realms]
  {realm} = {{
    kdc = 127.0.0.1:{port}
  }}
[domain_realm]
  .test.lab = {realm}
  localhost = {realm}
"""

KDC = """[kdcdefaults]
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  {realm} = {{
    database_name = {dir}/principal
    key_stash_file = {dir}/stash
    acl_file = {dir}/acl
    max_life = 10h
    master_key_type = aes256-cts-hmac-sha1-96
    supported_enctypes = {enctypes}
    disable_pac = {disable_pac}
  }}
[logging]
  kdc = FILE:{dir}/kdc.log
"""


class Realm:
    """A context manager; self.env is what its clients run with."""

    def __init__(self, realm="TEST.LAB", users=("alice", "bob"), clock="", disable_pac=True):
        self.dir = Path(tempfile.mkdtemp(prefix="signet-realm-", dir="/var/tmp"))
        self.realm = realm
        self.users = users
        self.clock = clock  # as libfaketime has it: the KDC and its clients live then
        self.port = free_port()
        self.process = None
        permitted = ("aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128 aes256-cts-hmac-sha1-96 "
                     "aes128-cts-hmac-sha1-96 rc4-hmac")
        fields = {"realm": realm, "dir": self.dir, "port": self.port, "permitted": permitted,
                  "enctypes": AES.replace(",", " "), "disable_pac": "true" if disable_pac else "false"}
        (self.dir / "krb5.conf").write_text(CONFIG.format(**fields))
        (self.dir / "kdc.conf").write_text(KDC.format(**fields))
        (self.dir / "acl").write_text("")
        self.env = os.environ | {"KRB5_CONFIG": str(self.dir / "krb5.conf"), "PATH": PATH,
                                 "KRB5_KDC_PROFILE": str(self.dir / "kdc.conf"), "LC_ALL": "C.UTF-8",
                                 "KRB5CCNAME": f"FILE:{self.dir}/cc"}
        self.env.pop("KRB5_KTNAME", None)
        # AddressSanitizer would not start behind libfaketime, which does not come in its way.
        self.env["ASAN_OPTIONS"] = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))

    def fake(self, clock=None):
        """What a command line begins with to run at another time."""
        clock = self.clock if clock is None else clock
        return ["faketime", "-f", clock] if clock else []

    def run(self, *command, check=True, env=None, **more):
        done = subprocess.run([str(c) for c in command], env=self.env | (env or {}), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, **more)
        if check and done.returncode != 0:
            raise RuntimeError(f"{command}: {done.stdout}")
        return done

    def kadmin(self, query):
        done = self.run(*self.fake(), "kadmin.local", "-r", self.realm, "-q", query)
        if "while" in done.stdout and "WARNING" not in done.stdout.split("while")[0]:
            raise RuntimeError(f"{query}: {done.stdout}")
        return done.stdout

    def add_service(self, name, enctypes=AES):
        self.kadmin(f"addprinc -randkey -e {enctypes} {name}")

    def export(self, keytab, *names, enctypes=None, keep_keys=False):
        """New keys of the services into the keytab (or, with keep_keys, those that they have)."""
        options = (f"-e {enctypes} " if enctypes else "") + ("-norandkey " if keep_keys else "")
        for name in names:
            self.kadmin(f"ktadd -k {keytab} {options}{name}")
        os.chmod(keytab, 0o600)
        return keytab

    def start(self):
        self.run(*self.fake(), "kdb5_util", "-r", self.realm, "create", "-s", "-P", "master")
        for user in self.users:
            self.kadmin(f"addprinc -pw {self.password(user)} {user}")
        self.process = subprocess.Popen([*self.fake(), "krb5kdc", "-n", "-P", str(self.dir / "pid")], env=self.env,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the KDC does not answer: " + (self.dir / "kdc.log").read_text())

    @staticmethod
    def password(user):
        return f"Krb-{user}-1"

    def kinit(self, user, *options, cache="cc", clock=None):
        """A ticket in a cache of this name; what clients' environment has to have for it."""
        env = {"KRB5CCNAME": f"FILE:{self.dir}/{cache}"}
        self.run(*self.fake(clock), "kinit", *options, user, env=env, input=self.password(user) + "\n")
        return env

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                pid = int((self.dir / "pid").read_text())
                os.kill(pid, 15)
            except (OSError, ValueError):
                pass
            self.process.wait(10)
            self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

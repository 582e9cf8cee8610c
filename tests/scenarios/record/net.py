# SPDX-License-Identifier: Apache-2.0
"""The machines of the lab, and the tools that are run on them."""

import os
from pathlib import Path

from lab import ADMIN_PASSWORD, DOMAIN, Controller, Member, wait_for

HERE = Path(__file__).resolve().parent
EXAMPLES = Path("/usr/share/doc/python3-impacket/examples")
PYTHON = "/usr/bin/python3"
ADMIN = f"{DOMAIN}/Administrator:{ADMIN_PASSWORD}@"
CLEAR = " server smb encrypt = off\n"  # what can seal is sealed by impacket, and then nobody sees what was called


class Net:
    """The lab's machines, made when they are wanted."""

    def __init__(self, lab, folder):
        self.lab, self.folder, self.made = lab, Path(folder), {}

    def machine(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    @property
    def dc(self):
        return self.machine("dc", lambda: Controller(self.lab))

    def member(self, name, more=""):
        self.dc
        return self.machine(name, lambda: Member(self.lab, name, more))

    @property
    def files(self):  # speaks in clear
        return self.member("files", CLEAR)

    @property
    def files2(self):  # seals for whoever wants it
        return self.member("files2")

    @property
    def print1(self):
        public = "[public]\n path = {dir}/docs\n read only = no\n"
        return self.member("print1", CLEAR + " print notify backchannel = yes\n" + public)

    def __getattr__(self, name):
        return self.lab.host(name)

    def capture(self, name, *more, **also):
        return self.lab.capture(self.folder / f"{name}.pcap", *more, **also)


def python(host, script, *arguments, **more):
    more.setdefault("env", os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    more.setdefault("cwd", host.dir)
    return host.run(PYTHON, script, *arguments, check=False, **more)


def impacket(host, name, *arguments, **more):
    return python(host, EXAMPLES / f"{name}.py", *arguments, **more)


def admin_tool(host, *arguments, **more):
    """A tool of Samba's, as the domain's administrator."""
    return host.run(*arguments, "-U", f"{DOMAIN}\\Administrator%{ADMIN_PASSWORD}", check=False, **more)


def expect(said, *words):
    """The recording is worth nothing unless the tools got as far as this."""
    if not all(w in said for w in words):
        raise RuntimeError(f"{words} not in {said[-2000:]}")
    return said

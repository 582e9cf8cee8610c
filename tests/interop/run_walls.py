#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The server's own walls: what a running server has given up, and that it can still do its work.

    run_walls.py [PART ...]"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from interop_tools import smbclient, stop_cleanly
from signet_server import BINARY, ROOT, Report, SignetServer

NOBODY = pwd.getpwnam("nobody")
MAY_STAY = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 21  # DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, SYS_ADMIN: of root alone


class Started(SignetServer):
    """Started by another command than the program's own, with other variables, or with sockets."""

    prefix = ()
    extra = {}
    sockets = ()

    def start(self):
        def hand_over():
            for n, s in enumerate(self.sockets):
                os.dup2(s.fileno(), 3 + n)
                os.set_inheritable(3 + n, True)  # also if it was that one already

        command = [*self.prefix, self.binary(), "serve", "--config", str(self.config)]
        if self.sockets:
            command = ["sh", "-c", f'LISTEN_FDS={len(self.sockets)} LISTEN_PID=$$ exec "$@"', "sh", *command]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.dir, env=os.environ | self.extra, close_fds=False,
                preexec_fn=hand_over if self.sockets else None)
        for _ in range(600):
            if self.process.poll() is not None or self.answers():
                return self
            time.sleep(0.05)
        raise RuntimeError("signet does not answer:\n" + self.log.read_text())

    def binary(self):
        """A copy that another user can get at, wherever the program lies."""
        if not self.prefix:
            return str(BINARY)
        copy = self.dir / "signet"
        if not copy.exists():
            shutil.copy(BINARY, copy)
            copy.chmod(0o755)
        return str(copy)

    def answers(self):
        # With sockets of its manager's, a connection is taken before it is there.
        if "listening on" not in self.log.read_text():
            return False
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def give_to(self, user):
        """What the server needs becomes the user's."""
        for path in (self.state, self.share, self.dir, *self.state.iterdir(), *self.share.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)


def status(server):
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def tasks(server):
    """The status of each thread: walls are a thread's own."""
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        yield dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)


def is_instrumented(server):
    return "sanitizers" in server.wait_for_event("walls")["detail"]


def works(report, name, server):
    code, out = smbclient(server, "mkdir d; put /etc/services d\\x; rename d\\x y; allinfo y; get y /dev/null; del y; rmdir d; ls")
    report.check(f"{name}: files are made, moved, read and removed", code == 0 and "NT_STATUS" not in out, out[-600:])


def check_given_up(report, name, server, may_stay):
    every = list(tasks(server))
    capabilities = [int(t[k].strip(), 16) for t in every for k in ("CapPrm", "CapEff")]
    report.check(f"{name}: {len(every)} threads have no other capabilities",
                 len(every) > 2 and all(c & ~may_stay == 0 for c in capabilities), f"{capabilities}")
    report.check(f"{name}: and cannot get any", all(int(t["CapInh"], 16) == int(t["CapAmb"], 16) == 0 and
                                                    t["NoNewPrivs"].strip() == "1" for t in every))
    if is_instrumented(server):
        report.skip(f"{name}: system calls", "a build with sanitizers")
        return
    report.check(f"{name}: system calls are filtered", all(t["Seccomp"].strip() == "2" for t in every))
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    report.check(f"{name}: no core is dumped", re.search(r"Max core file size +0 +0", limits), limits)
    report.check(f"{name}: its memory is nobody else's", os.stat(f"/proc/{server.process.pid}/mem").st_uid == 0)


def reload(server, result):
    count = len(server.events("config_reload"))
    server.process.send_signal(signal.SIGHUP)
    for _ in range(200):
        told = server.events("config_reload")[count:]
        if told:
            return told[0]["result"] == result, f"{told} {server.log.read_text()[-400:]}"
        time.sleep(0.03)
    return False, "nothing was told"


# --- parts ----------------------------------------------------------------------------------------------

def part_root(report):
    """Started by root, as a try-out is: it keeps rights over files, within its walls."""
    with Started() as server:
        works(report, "root", server)
        check_given_up(report, "root", server, MAY_STAY)
        told = server.events("walls")
        report.check("root: an event tells of the walls", len(told) == 1 and "Landlock" in told[0]["detail"], f"{told}")
        report.check("root: the log warns of root", "running as root" in server.log.read_text())
        stop_cleanly(report, "root", server)


def part_user(report):
    """Started by root to go on as somebody else."""
    server = Started(server={"user": "nobody"})
    server.give_to(NOBODY)
    with server:
        works(report, "user", server)
        s = status(server)
        report.check("user: it is that user", s["Uid"].split() == [str(NOBODY.pw_uid)] * 4 and
                     s["Gid"].split() == [str(NOBODY.pw_gid)] * 4, f"{s['Uid']} {s['Gid']}")
        report.check("user: root's groups are gone", "0" not in s["Groups"].split(), s["Groups"])
        check_given_up(report, "user", server, 0)
        os.rename(server.events_file, server.dir / "rotated")
        report.check("user: events are made anew after rotation", *reload(server, "success"))
        report.check("user: accounts are read again", *account_is_added(server))
        stop_cleanly(report, "user", server)
    server = Started(server={"user": "nobody-of-that-name"})
    server.start()
    report.check("user: one who does not exist is refused", server.process.wait(10) == 1 and
                 "no such user" in server.log.read_text(), server.log.read_text())
    shutil.rmtree(server.dir)


def account_is_added(server):
    subprocess.run([BINARY, "user", "add", "carol", "--config", server.config, "--password-stdin", "--ntlm"],
                   input="Passw0rd-carol\n", text=True, check=True, capture_output=True)
    for _ in range(100):
        if any(e.get("detail") == "accounts" for e in server.events("config_reload")):
            return True, ""
        time.sleep(0.05)
    return False, server.log.read_text()[-400:]


def low_port():
    for port in range(1023, 600, -1):
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no port below 1024 is free")


def part_unprivileged(report):
    """Never root: a port below 1024 by one capability, which is given up once it is bound."""
    port = low_port()
    server = Started(server={"listen": f"127.0.0.1:{port}"})
    server.port = port
    server.prefix = ("setpriv", "--reuid", "nobody", "--regid", str(NOBODY.pw_gid), "--clear-groups")
    server.give_to(NOBODY)
    server.start()
    report.check("unprivileged: no port below 1024 without a right to it", server.process.wait(10) == 1 and
                 "CAP_NET_BIND_SERVICE" in server.log.read_text(), server.log.read_text())
    server.log.unlink()
    server.prefix += ("--inh-caps", "+net_bind_service", "--ambient-caps", "+net_bind_service")
    with server:
        works(report, "unprivileged", server)
        check_given_up(report, "unprivileged", server, 0)
        stop_cleanly(report, "unprivileged", server)


def part_service(report):
    """As systemd starts it: the socket is there before the server, which tells when it is ready and ends."""
    server = Started(server={"listen": "127.0.0.1:1"})  # which it could not bind: another one was handed over
    server.give_to(NOBODY)
    server.prefix = ("unshare", "--net",  # as PrivateNetwork=yes of the unit
                     "setpriv", "--reuid", "nobody", "--regid", str(NOBODY.pw_gid), "--clear-groups")
    with socket.socket() as listening, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        listening.bind(("127.0.0.1", server.port))
        listening.listen()
        manager.bind(str(server.dir / "notify"))
        os.chmod(server.dir / "notify", 0o666)
        manager.settimeout(10)
        server.sockets, server.extra = (listening,), {"NOTIFY_SOCKET": str(server.dir / "notify")}
        with server:
            report.check("service: it tells that it is ready", manager.recv(200) == b"READY=1")
            works(report, "service", server)
            check_given_up(report, "service", server, 0)
            server.process.send_signal(signal.SIGTERM)
            report.check("service: it tells that it stops", manager.recv(200) == b"STOPPING=1")
            server.process.wait(60)  # a second signal would end it at once
            stop_cleanly(report, "service", server)
        with socket.create_connection(("127.0.0.1", server.port), timeout=5):
            report.passed("service: clients wait for the next one meanwhile")
    with socket.socket(socket.AF_UNIX) as wrong:
        wrong.bind(str(server.dir / "wrong") if server.dir.exists() else "\0signet-wrong")
        wrong.listen()
        server = Started()
        server.sockets = (wrong,)
        server.start()
        report.check("service: another kind of socket is refused", server.process.wait(10) == 1 and
                     "ListenStream=" in server.log.read_text(), server.log.read_text())
        shutil.rmtree(server.dir)


def part_files(report):
    """Landlock, seen from outside: what the user may read but the walls do not hold stays unread."""
    with Started() as server:
        if "Landlock" not in server.wait_for_event("walls")["detail"]:
            report.skip("files", "this kernel has no Landlock")
            return
    outside = Path("/var/tmp") / f"signet-walls-{os.getpid()}"
    outside.mkdir()
    with Started() as server:
        first = server.config.read_text()
        (outside / "other.conf").write_text(first)
        server.config.unlink()
        server.config.symlink_to(outside / "other.conf")
        report.check("files: a configuration outside of the walls is not read", *reload(server, "failure"))
        server.config.unlink()
        server.config.write_text(first)
        report.check("files: one that replaces the old is", *reload(server, "success"))
        (outside / "share").mkdir()
        server.config.write_text(first + f"[share more]\npath = {outside}/share\nusers = alice\nwrite = alice\n")
        report.check("files: a share outside of the walls is refused", *reload(server, "failure"))
        report.check("files: and it is said what to do", "restart the server" in server.log.read_text())
        (server.share / "below").mkdir()
        server.config.write_text(first + f"[share below]\npath = {server.share}/below\nusers = alice\nwrite = alice\n")
        report.check("files: one within them is taken", *reload(server, "success"))
        code, out = smbclient(server, "put /etc/services x; ls", share="below")
        report.check("files: and can be used", code == 0 and "NT_STATUS" not in out, out)
        mounted(report, server, outside)
        stop_cleanly(report, "files", server)
    read_only(report)
    shutil.rmtree(outside)


def mounted(report, server, outside):
    (server.share / "mounted").mkdir()
    done = subprocess.run(["mount", "--bind", outside, server.share / "mounted"], capture_output=True)
    if done.returncode != 0:
        report.skip("files: a mount within a share", "nothing can be mounted here")
        return
    try:
        code, out = smbclient(server, "put /etc/services mounted\\x; get mounted\\x /dev/null; rename mounted\\x mounted\\y; ls mounted\\*")
        report.check("files: a mount within a share, made after the start", "NT_STATUS" not in out and " y " in out, out)
    finally:
        subprocess.run(["umount", server.share / "mounted"], check=True)


def read_only(report):
    """A share that nobody may write to is out of the server's own reach for writing."""
    server = SignetServer(share={"write": ""})
    (server.share / "there").write_text("read")
    server.config.write_text(server.config.read_text().replace("write = \n", ""))
    with server:
        code, out = smbclient(server, "get there /dev/null")
        report.check("read-only share: is read", code == 0 and "NT_STATUS" not in out, out)
        server.config.write_text(server.config.read_text() + "write = alice\n")
        report.check("read-only share: the first writer takes a restart", *reload(server, "failure"))
        server.stop()
        server.start()
        code, out = smbclient(server, "put /etc/services new")
        report.check("read-only share: and has it then", code == 0 and "NT_STATUS" not in out, out)
        stop_cleanly(report, "read-only share", server)


def part_unit(report):
    """systemd's own judgement of the unit, which the manual states."""
    if shutil.which("systemd-analyze") is None:
        report.skip("unit", "systemd is not installed")
        return
    unit = ROOT / "packaging" / "systemd" / "signet.service"
    out = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", unit], text=True, capture_output=True,
                         env=os.environ | {"LC_ALL": "C"}).stdout
    level = re.search(r"Overall exposure level for signet.service: ([0-9.]+)", out)
    stated = re.search(r"exposure level ([0-9.]+[0-9])", (ROOT / "docs" / "man" / "signet-serve.8").read_text())
    report.check("unit: it is no more exposed than the manual says", level and stated and
                 float(level[1]) <= float(stated[1]), f"{level and level[1]} {stated and stated[1]} {out[-300:]}")
    out = subprocess.run(["systemd-analyze", "verify", unit], text=True, capture_output=True).stderr
    wrong = [line for line in out.splitlines() if "signet.s" in line and "not executable" not in line and "'man " not in line]
    report.check("unit: systemd understands all of it", not wrong, f"{wrong}")


PARTS = {"root": part_root, "user": part_user, "unprivileged": part_unprivileged, "service": part_service,
         "files": part_files, "unit": part_unit}


def main():
    report = Report()
    if shutil.which("smbclient") is None or os.geteuid() != 0:
        report.skip("walls", "needs smbclient and root")
        return 0
    os.umask(0o022)
    for part in sys.argv[1:] or PARTS:
        PARTS[part](report)
    return report.exit_status()


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""What runs in the machine of run_unit.py, as root, beside systemd: packaging/systemd as an administrator would use
it. Writes PASS and FAIL lines to its standard output."""

import fcntl
import json
import os
import re
import subprocess
import threading
import time
import traceback
from pathlib import Path

CONFIG = Path("/etc/signet/signet.conf")
EVENTS = Path("/var/log/signet/events.json")
SHARES = Path("/srv")
PASSWORD = "Corr3ct-Horse"
LIMIT = 60
# What may not be reached in the shares of file systems that find files by other names than they list.
RULES = {"short": '"secret folder" folder-of-all/hidden-file.txt', "folded": "secret straße/hidden"}


def say(line):
    os.write(1, (line.replace("\n", " ") + "\n").encode())


def check(name, condition, why=""):
    say(f"PASS {name}" if condition else f"FAIL {name} {why}")
    return condition


def run(*command, **more):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, **more)
    return done.returncode, done.stdout


def smbclient(command, share="data", *options):
    return run("smbclient", "-s", "/dev/null", f"//127.0.0.1/{share}", "-U", f"alice%{PASSWORD}", "-t", "50", *options,
               "-c", command, stdin=subprocess.DEVNULL)


def prop(name, unit="signet.service"):
    return run("systemctl", "show", "--value", "-p", name, unit)[1].strip()


def events(kind):
    found = []
    for line in EVENTS.read_text().splitlines() if EVENTS.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            pass
    return [e for e in found if e.get("kind") == kind]


def wait_for(condition, limit=LIMIT):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if got := condition():
            return got
        time.sleep(0.1)
    return condition()


def configure(*shares):
    text = f"[server]\nname = machine\nevents = {EVENTS}\nlater_shares = {SHARES}\n"
    text += "".join(f"[access {s}]\nshare = {s}\nusers = alice\ndeny = {r}\n" for s, r in RULES.items() if s in shares)
    CONFIG.write_text(text + "".join(f"[share {s}]\npath = {SHARES / s}\nusers = alice\nwrite = alice\n" for s in shares))


def prepare():
    """As the manual has it: the user, the configuration, an account, the shares."""
    code, out = run("systemd-sysusers", "/usr/lib/sysusers.d/signet.conf")
    check("the user is made", code == 0 and "signet:" in Path("/etc/passwd").read_text(), out)
    code, out = run("systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/signet.conf")
    check("its folders are made", code == 0 and Path("/var/lib/signet").owner() == "signet", out)
    for name in ("data", "later"):
        (SHARES / name).mkdir()
        run("chown", "signet:signet", str(SHARES / name))
    configure("data", *RULES)
    mount_second_names()
    code, out = run("systemctl", "enable", "--now", "signet.socket")
    check("the socket is enabled, and listens", code == 0 and prop("ActiveState", "signet.socket") == "active", out)
    check("the service waits for a client", prop("ActiveState") == "inactive", prop("ActiveState"))
    code, out = run("signet", "user", "add", "alice", "--ntlm", "--password-stdin", "--config", str(CONFIG), input=f"{PASSWORD}\n")
    check("an account is made, by root", code == 0, out)


def check_service():
    (Path("/tmp") / "text").write_text("hello\n")
    code, out = smbclient("put /tmp/text text; mkdir d; rename text d\\text; get d\\text /tmp/got; ls")
    check("the first client is served: it writes, renames, reads", code == 0 and "NT_STATUS" not in out and
          Path("/tmp/got").read_text() == "hello\n", out + why())
    made = SHARES / "data" / "d" / "text"
    check("the file is the service's user's", made.exists() and made.owner() == "signet", str(list((SHARES / "data").iterdir())))
    if not check("the service is up, and has said so", prop("ActiveState") == "active" and prop("SubState") == "running", why()):
        raise SystemExit


def why():
    return " ".join(run("journalctl", "-u", "signet", "-o", "cat", "-n", "30", "--no-pager")[1].split())[-500:]


def status(pid):
    text = Path(f"/proc/{pid}/status").read_text()
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def check_walls():
    pid = prop("MainPID")
    s = status(pid)
    user = run("id", "-u", "signet")[1].strip()
    check("it runs as its own user, without capabilities", s["Uid"].split() == [user] * 4 and
          int(s["CapPrm"], 16) == int(s["CapBnd"], 16) == 0 and s["NoNewPrivs"].strip() == "1", f"{s['Uid']} {s['CapBnd']}")
    check("system calls are filtered, by the unit and by itself", s["Seccomp"].strip() == "2" and
          int(s["Seccomp_filters"]) > 2, s.get("Seccomp_filters"))
    told = events("walls")
    check("Landlock and its own filter are up", told and "Landlock" in told[-1]["detail"] and
          "not" not in told[-1]["detail"].lower() and "system calls" in told[-1]["detail"], f"{told}")
    out = Path(f"/proc/{pid}/net/dev").read_text()
    same = os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net")
    check("its network is its own, with nothing in it", set(re.findall(r"^\s*(\w+):", out, re.M)) == {"lo"} and not same, out)
    code, out = run("nsenter", "-t", pid, "-m", "--", "sh", "-c", "true")
    check("nothing else can be executed where it is", code != 0 and "Permission denied" in out, out)
    seen = {line.split()[4]: line.split()[5].split(",") for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()}
    check("the system is read-only to it, but for what it needs", "ro" in seen["/"] and "rw" in seen["/srv"] and
          "rw" in seen["/var/lib/signet"], f"{seen}")
    for folder, mode in (("/var/lib/signet", 0o700), ("/var/log/signet", 0o700)):
        st = os.stat(folder)
        check(f"{folder} is its own", (st.st_mode & 0o777, str(st.st_uid)) == (mode, user), f"{oct(st.st_mode)} {st.st_uid}")


def reloads():
    return len(events("config_reload"))


def check_reload():
    before, pid = reloads(), prop("MainPID")
    configure("data", "later", *RULES)
    code, out = run("systemctl", "reload", "signet")
    check("reload: systemctl is content", code == 0, out + why())
    told = wait_for(lambda: events("config_reload")[before:])
    check("reload: is told of", told and told[0]["result"] == "success", f"{told} {why()}")
    code, out = smbclient("put /tmp/text text; ls", "later")
    check("reload: the new share is there, by the same process", code == 0 and prop("MainPID") == pid, out)
    before = reloads()
    good = CONFIG.read_text()
    CONFIG.write_text(good + "nonsense = 1\n")
    run("systemctl", "reload", "signet")
    told = wait_for(lambda: events("config_reload")[before:])
    check("reload: a wrong configuration is refused, and the old one goes on", told and told[0]["result"] == "failure" and
          smbclient("ls", "later")[0] == 0 and prop("ActiveState") == "active", f"{told}")
    CONFIG.write_text(good)


class Steady(threading.Thread):
    """A client whose upload goes on while the server restarts."""

    def __init__(self):
        super().__init__()
        self.process = subprocess.Popen(["smbclient", "-s", "/dev/null", "//127.0.0.1/data", "-U", f"alice%{PASSWORD}"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said, self.stopped = "", threading.Event()

    def run(self):
        n = 0
        try:
            while not self.stopped.is_set() and self.process.poll() is None:
                self.process.stdin.write(f"put /tmp/block steady-{n}\n")
                self.process.stdin.flush()
                n += 1
                time.sleep(0.05)
        except OSError:
            pass
        try:
            self.said = self.process.communicate(timeout=LIMIT)[0]
        except (OSError, ValueError, subprocess.TimeoutExpired):
            self.process.kill()


def check_restart():
    Path("/tmp/block").write_bytes(b"0123456789abcdef" * 16384)
    pid = prop("MainPID")
    steady = Steady()
    steady.start()
    check("restart: a client is at work", wait_for(lambda: list((SHARES / "data").glob("steady-*"))))
    later = []
    newcomer = threading.Thread(target=lambda: later.append(smbclient("get d\\text /tmp/again; ls")))
    newcomer.start()
    code, out = run("systemctl", "restart", "signet")
    check("restart: systemctl is content", code == 0 and prop("MainPID") not in (pid, "0"), out + why())
    newcomer.join()
    steady.stopped.set()
    steady.join()
    code, out = smbclient("get d\\text /tmp/again; ls")
    check("restart: clients are served again", code == 0 and Path("/tmp/again").read_text() == "hello\n", out)
    whole = [p.stat().st_size for p in sorted((SHARES / "data").glob("steady-*"), key=lambda p: int(p.name[7:]))]
    check("restart: what was told to be written is whole", whole and all(n == 262144 for n in whole[:-1]), f"{whole}")
    closed = [e.get("reason") for e in events("session_close")]
    check("restart: sessions were ended in order", "server_stop" in closed, f"{closed[-6:]}")
    check("restart: it ended by itself, with status 0", prop("Result") == "success" and "SIGKILL" not in why() and
          "status=1" not in why(), why())


def mount_second_names():
    """Before the service starts: its own view of the mounts is made then."""
    for name, kind, options in (("short", "vfat", "loop,uid=signet,gid=signet,umask=022"), ("folded", "ext4", "loop")):
        folder = SHARES / name
        folder.mkdir()
        code, out = run("mount", "-t", kind, "-o", options, f"/test/{name}.img", str(folder))
        if not check(f"{name}: {kind} is mounted", code == 0, out):
            return False
    fold(SHARES / "folded")
    for name, files in (("short", ("secret folder/file", "folder-of-all/hidden-file.txt", "folder-of-all/seen-by-all.txt")),
                        ("folded", ("secret/file", "straße/hidden", "straße/seen"))):
        for f in files:
            (SHARES / name / f).parent.mkdir(exist_ok=True)
            (SHARES / name / f).write_text("content\n")
        run("chown", "-R", "signet:signet", str(SHARES / name))
    return True


def fold(folder):
    """An empty folder of its own, where names are equal whatever their case and form is: chattr +F."""
    flags = bytearray(8)
    for entry in folder.iterdir():
        entry.rmdir()
    fd = os.open(folder, os.O_RDONLY)
    fcntl.ioctl(fd, 0x80086601, flags)
    fcntl.ioctl(fd, 0x40086602, (int.from_bytes(flags[:4], "little") | 0x40000000).to_bytes(8, "little"))
    os.close(fd)


# The listed name first where it is allowed; then what the file system takes for it.
SECOND_NAMES = {
    "short": (["folder-of-all\\seen-by-all.txt", "FOLDER-OF-ALL\\Seen-By-All.txt"],
              ["secret folder\\file", "SECRET~1\\file", "secret~1\\FILE", "folder-of-all\\hidden-file.txt", "FOLDER~1\\hidden-file.txt",
               "FOLDER~1\\HIDDEN~1.TXT", "folder-of-all\\HIDDEN~1.TXT"], ("SECRET~1", "FOLDER~1/HIDDEN~1.TXT")),
    "folded": (["straße\\seen", "STRAßE\\SEEN"],
               ["secret\\file", "SECRET\\file", "se\u00adcret\\file", "\u017fecret\\file", "straße\\hidden", "strasse\\hidden", "stra\u017fse\\hidden",
                "straße\\hid\u200dden"], ("se\u00adcret", "strasse/hid\u200dden")),
}


def check_taken_names(share, denied):
    """A file renamed to what the file system takes for a denied one, and listings by that name. A folder's second name
    is that of no folder."""
    for name in denied:
        out = smbclient(f'put /tmp/text pawn; rename pawn "{name}" -f; rename pawn "{name}"; ls "{name}"; del pawn', share)[1]
        check(f"{share}: {name!a} can be no file's name, is not listed, and is not told to be there",
              len(re.findall(r"NT_STATUS_(?:ACCESS_DENIED|OBJECT_PATH_NOT_FOUND) renaming", out)) == 2 and re.search(
                  r"NT_STATUS_(NO_SUCH_FILE|OBJECT_(NAME|PATH)_NOT_FOUND) listing", out) and "blocks" not in out, out)


def check_second_names():
    """[access] rules hold whatever a file system finds a file by: vfat's short names, and on ext4 with casefold what
    Unicode holds equal."""
    for share, (allowed, denied, known) in SECOND_NAMES.items():
        real = [name for name in known if (SHARES / share / name).exists()]
        check(f"{share}: the file system does know second names", real == list(known), f"{real}")
        for name in allowed:
            code, out = smbclient(f'get "{name}" /tmp/{share}', share)
            check(f"{share}: {name!a} is read", code == 0, out)
        out = smbclient("; ".join(f'get "{name}" /tmp/stolen-{n}; put /tmp/text "{name}"; rename "{name}" "stolen-{n}"; del "{name}"'
                                  for n, name in enumerate(denied)), share)[1]
        for n, name in enumerate(denied):
            check(f"{share}: {name!a} is not", not os.path.exists(f"/tmp/stolen-{n}"), out)
        check(f"{share}: all of it was tried", out.count("NT_STATUS_") >= 4 * len(denied), out)
        check(f"{share}: no answer says that a name is taken", "COLLISION" not in out, out)
        check_taken_names(share, denied)
        folder = allowed[0].split("\\")[0]
        out = smbclient(f'ls "*"; ls "{folder}\\*"; ls "{"FOLDER~1" if share == "short" else "strasse"}\\*"', share)[1]
        check(f"{share}: nothing of it is listed", "hidden" not in out.lower() and "secret" not in out.lower() and "seen" in out, out)
        kept = [p.read_text() for p in (SHARES / share).rglob("*") if p.is_file()]
        check(f"{share}: nothing has changed", kept == ["content\n"] * 3, f"{kept}")


def check_crash_and_stop():
    pid = prop("MainPID")
    run("systemctl", "kill", "-s", "KILL", "signet.service")
    check("killed, it is started again", wait_for(lambda: prop("ActiveState") == "active" and prop("MainPID") not in (pid, "0")), why())
    code, out = smbclient("ls")
    check("killed, it serves again", code == 0, out)
    code, out = run("systemctl", "stop", "signet.service")
    check("stopped, it has ended well", code == 0 and prop("Result") == "success" and prop("ExecMainStatus") == "0",
          f"{prop('Result')} {prop('ExecMainStatus')} {why()}")
    code, out = smbclient("ls")
    check("the next client starts it", code == 0 and prop("ActiveState") == "active", out + why())


def main():
    run("mount", "-t", "tmpfs", "tmp", "/tmp")
    for step in (prepare, check_service, check_walls, check_second_names, check_reload, check_restart, check_crash_and_stop):
        try:
            step()
        except Exception:
            say(f"FAIL {step.__name__} {' | '.join(traceback.format_exc().splitlines()[-4:])} {why()}")
    say("done")


main()

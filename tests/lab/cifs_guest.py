#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The init of a user-mode Linux guest whose kernel mounts a share of Signet's; see run_kernel_cifs.py.

The guest's root is the host's, read-only. Arguments of the kernel's command line, as signet.KEY=VALUE:
exchange (a folder of the host, writable: results go there), modules (its kernel's), port, user,
password. Prints nothing; writes PASS and FAIL lines to exchange/results."""

import ctypes
import fcntl
import hashlib
import mmap
import os
import platform
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
ROOT = Path("/mnt/run")   # a tmpfs
CIFS = Path("/mnt/cifs")
NOBRL = Path("/mnt/nobrl")
MS_RDONLY = 1
PUNCH_HOLE, KEEP_SIZE = 2, 1
RESULTS = None


def say(line):
    RESULTS.write(line + "\n")
    RESULTS.flush()


def check(name, condition, why=""):
    say(f"PASS {name}" if condition else f"FAIL {name} {why}".replace("\n", " "))


def mount(source, target, kind, flags=0, data=""):
    os.makedirs(target, exist_ok=True)
    if LIBC.mount(source.encode(), str(target).encode(), kind.encode(), flags, data.encode()) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"mount {source} {target}: {os.strerror(error)}")


def load_modules(folder, wanted):
    """What modprobe does, without it."""
    folder = Path(folder) / platform.release()
    needs = {}
    for line in (folder / "modules.dep").read_text().splitlines():
        path, _, rest = line.partition(":")
        needs[Path(path).name.split(".")[0].replace("-", "_")] = [path, *rest.split()]
    for name in wanted:
        for path in reversed(needs.get(name, [])):
            with open(folder / path, "rb") as f:
                LIBC.syscall(313, f.fileno(), b"", 0)  # finit_module; what is there already says so


def network():
    for command in ("link set lo up", "link set eth0 up", "addr add 10.0.2.15/24 dev eth0", "route add default via 10.0.2.2"):
        subprocess.run(["/usr/sbin/ip" if os.path.exists("/usr/sbin/ip") else "/bin/ip", *command.split()], check=True)


def sha(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def digests(root):
    return {str(p.relative_to(root)): sha(p) if p.is_file() else "directory" for p in Path(root).rglob("*")}


# --- tests: each gets a folder of its own on the share ---------------------------------------------------

def test_tree(here):
    source = ROOT / "source"
    from interop_tools import difference, make_tree
    make_tree(source, files=500, largest=9 << 20, seed=11)
    subprocess.run(["cp", "-r", f"{source}/.", here], check=True)
    check("a tree copied there", not difference(digests(source), digests(here)), difference(digests(source), digests(here)))
    LIBC.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")
    back = ROOT / "back"
    subprocess.run(["cp", "-r", f"{here}/.", back], check=True)
    check("and back", not difference(digests(source), digests(back)), difference(digests(source), digests(back)))
    subprocess.run(["rm", "-r", *map(str, list(here.iterdir())[:5])], check=True)
    check("rm -r", len(list(here.iterdir())) == len(list(source.iterdir())) - 5)


def test_rename(here):
    (here / "a").write_bytes(b"a" * 1000)
    (here / "b").write_bytes(b"b")
    os.rename(here / "a", here / "b")
    check("rename over a file", (here / "b").read_bytes() == b"a" * 1000 and not (here / "a").exists())
    (here / "d").mkdir()
    os.rename(here / "b", here / "d" / "c")
    os.rename(here / "d", here / "e")
    check("rename a directory", (here / "e" / "c").exists())
    os.rename(here / "e", here / "E")
    check("rename to another case", os.listdir(here) == ["E"], f"{os.listdir(here)}")


def test_rename_over_open(here):
    (here / "a").write_bytes(b"new")
    (here / "b").write_bytes(b"old")
    with open(here / "b", "rb") as f:
        os.rename(here / "a", here / "b")
        check("rename over an open file: its reader reads on", f.read() == b"old")
    check("rename over an open file", (here / "b").read_bytes() == b"new")


def test_delete_open(here):
    (here / "f").write_bytes(b"x" * 5000)
    with open(here / "f", "r+b") as f:
        os.unlink(here / "f")
        check("unlink while open: reading", f.read() == b"x" * 5000)
        f.write(b"more")
    check("unlink while open: nothing is left", os.listdir(here) == [], f"{os.listdir(here)}")


def test_locks(here):
    path = here / "locked"
    path.write_bytes(b"x" * 100)
    code = ("import fcntl,sys,os\nf=open(sys.argv[1],'r+b')\n"
            "try:\n fcntl.{call}\n print('got')\nexcept OSError: print('denied')")

    def other(call):
        done = subprocess.run([sys.executable, "-c", code.replace("{call}", call), path], text=True, capture_output=True)
        return done.stdout.strip() + done.stderr

    with open(path, "r+b") as f:
        fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 5)
        check("fcntl lock: another process", other("lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB,10,5)") == "denied")
        check("fcntl lock: another range", other("lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB,10,50)") == "got")
        fcntl.lockf(f, fcntl.LOCK_UN, 10, 5)
        check("fcntl lock: unlocked", other("lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB,10,5)") == "got")
        fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        check("flock: another process", other("flock(f,fcntl.LOCK_EX|fcntl.LOCK_NB)") == "denied")
        fcntl.flock(f, fcntl.LOCK_UN)
        check("flock: unlocked", other("flock(f,fcntl.LOCK_SH|fcntl.LOCK_NB)") == "got")


def test_lock_wait(here):
    """A lock that is waited for is given when it is free, through a second mount of its own connection."""
    path = here / "waited"
    path.write_bytes(b"x" * 10)
    code = "import fcntl,sys\nf=open(sys.argv[1],'r+b')\nfcntl.lockf(f,fcntl.LOCK_EX,10,0)\nprint('got')"
    with open(path, "r+b") as f:
        fcntl.lockf(f, fcntl.LOCK_EX, 10, 0)
        waiting = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        check("lock: waits", waiting.poll() is None)
        fcntl.lockf(f, fcntl.LOCK_UN, 10, 0)
        check("lock: given when free", waiting.communicate(timeout=20)[0].strip() == "got")


def fallocate(fd, mode, offset, length):
    if LIBC.fallocate(fd, mode, ctypes.c_long(offset), ctypes.c_long(length)) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def test_sparse(here):
    path = here / "sparse"
    with open(path, "wb") as f:
        f.truncate(64 << 20)
        f.seek(32 << 20)
        f.write(b"y" * (4 << 20))
        os.fsync(f.fileno())
    check("sparse: size", path.stat().st_size == 64 << 20)
    with open(path, "r+b") as f:
        fallocate(f.fileno(), PUNCH_HOLE | KEEP_SIZE, 33 << 20, 2 << 20)
        f.seek(33 << 20)
        check("punch hole: reads as zeros", f.read(2 << 20) == bytes(2 << 20))
        f.seek(32 << 20)
        check("punch hole: the rest stays", f.read(1 << 20) == b"y" * (1 << 20))
        found = os.lseek(f.fileno(), 0, os.SEEK_DATA)
        check("sparse: SEEK_DATA", found == 32 << 20, f"{found}")
        found = os.lseek(f.fileno(), 32 << 20, os.SEEK_HOLE)
        check("sparse: SEEK_HOLE", found == 33 << 20, f"{found}")
    say(f"# sparse: {path.stat().st_blocks * 512 >> 20} MiB counted by du of 2 used")


def test_mmap_append(here):
    path = here / "m"
    path.write_bytes(bytes(1 << 20))
    with open(path, "r+b") as f, mmap.mmap(f.fileno(), 0) as m:
        m[5000:5005] = b"hello"
        m.flush()
    check("mmap: written", path.read_bytes()[4999:5006] == b"\0hello\0")
    for i in range(50):
        with open(path, "ab") as f:
            f.write(b"%04d" % i)
    check("append", path.read_bytes()[1 << 20:] == b"".join(b"%04d" % i for i in range(50)))


def test_sqlite(_here):
    """SQLite turns a shared lock into an exclusive one, which SMB's locks cannot (MS-FSA 2.1.5.7): without
    byte-range locks on the wire, as the kernel's documentation advises."""
    here = NOBRL / "sqlite"
    database = sqlite3.connect(here / "db.sqlite", timeout=10)
    database.execute("pragma journal_mode = delete")
    database.execute("create table t (n integer primary key, v text)")
    for i in range(10):
        with database:
            database.executemany("insert into t (v) values (?)", [(f"value {i} {k}",) for k in range(100)])
    database.close()
    database = sqlite3.connect(here / "db.sqlite")
    count, = database.execute("select count(distinct v) from t").fetchone()
    check("SQLite: 1000 rows", count == 1000, f"{count}")
    check("SQLite: integrity", database.execute("pragma integrity_check").fetchone() == ("ok",))
    database.close()


def git(*args, cwd):
    env = {"HOME": str(ROOT), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
           "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    done = subprocess.run(["git", "-c", "safe.directory=*", *args], cwd=cwd, env=env, text=True, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"git {args}: {done.stdout}{done.stderr}")
    return done.stdout


def test_git(here):
    origin = ROOT / "origin"
    origin.mkdir()
    git("init", "-q", cwd=origin)
    for i in range(60):
        (origin / f"file{i}").write_text(f"content {i}\n" * (i + 1))
    git("add", ".", cwd=origin)
    git("commit", "-q", "-m", "first", cwd=origin)
    git("clone", "-q", str(origin), str(here / "clone"), cwd=ROOT)
    status = git("status", "--porcelain", cwd=here / "clone")
    check("git clone, status is clean", status == "", status)
    (here / "clone" / "file1").write_text("changed\n")
    git("commit", "-q", "-am", "second", cwd=here / "clone")
    check("git commit", len(git("log", "--oneline", cwd=here / "clone").splitlines()) == 2)
    check("git fsck", git("fsck", cwd=here / "clone") == "")


def test_many_threads(here):
    wrong = []

    def work(n):
        for i in range(15):
            data = os.urandom(1000 * n + i)
            path = here / f"t{n}-{i}"
            path.write_bytes(data)
            if path.read_bytes() != data:
                wrong.append(path.name)
            os.rename(path, here / f"u{n}-{i}")
            os.unlink(here / f"u{n}-{i}")
    threads = [threading.Thread(target=work, args=(n,)) for n in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check("12 threads", not wrong and os.listdir(here) == [], f"{wrong[:3]} {os.listdir(here)[:3]}")


def test_attributes(here):
    path = here / "f"
    path.write_bytes(b"x")
    os.utime(path, (1000000000, 1111111111))
    check("utime", path.stat().st_mtime == 1111111111, f"{path.stat()}")
    os.setxattr(path, "user.colour", b"blue")
    check("xattr", os.getxattr(path, "user.colour") == b"blue" and "user.colour" in os.listxattr(path))
    usage = os.statvfs(here)
    check("statvfs", usage.f_blocks > 0 and usage.f_bavail <= usage.f_blocks)
    path.chmod(0o444)
    check("chmod a-w is READONLY", path.stat().st_mode & 0o222 == 0, oct(path.stat().st_mode))


def run_tests(wanted):
    for name, test in [(n[5:], f) for n, f in globals().items() if n.startswith("test_")]:
        if wanted and name not in wanted:
            continue
        here = CIFS / name
        try:
            here.mkdir()
            test(here)
        except Exception:
            text = traceback.format_exc().strip().splitlines()
            say(f"FAIL {name} {text[-1]} ({' '.join(t.strip() for t in text[-4:-1])})"[:600])


def arguments():
    words = Path("/proc/cmdline").read_text().split()
    return dict(w[len("signet."):].split("=", 1) for w in words if w.startswith("signet."))


def main():
    global RESULTS
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    os.environ["TMPDIR"] = str(ROOT)
    mount("proc", "/proc", "proc")
    mount("sys", "/sys", "sysfs")
    mount("tmpfs", "/mnt", "tmpfs")
    ROOT.mkdir()
    told = arguments()
    mount("none", "/mnt/exchange", "hostfs", 0, told["exchange"])
    RESULTS = open("/mnt/exchange/results", "w")
    network()
    load_modules(told["modules"], ["cifs", "gcm", "ccm", "cmac", "cifs_arc4", "cifs_md4", "nls_utf8", "aes_generic", "md5", "hmac",
                                   "ecb", "ctr", "ghash_generic", "seqiv", "sha512_generic", "sha256_generic"])
    options = (f"unc=\\\\10.0.2.2\\data,ip=10.0.2.2,port={told['port']},vers=3.1.1,seal,username={told['user']},"
               f"password={told['password']},iocharset=utf8,uid=0,gid=0,file_mode=0644,dir_mode=0755,nosharesock"
               f"{told.get('more', '')}")
    mount("//10.0.2.2/data", CIFS, "cifs", 0, options)
    mount("//10.0.2.2/data", NOBRL, "cifs", 0, options + ",nobrl")
    say("PASS mount vers=3.1.1,seal")
    run_tests(told.get("tests", "").split(",") if told.get("tests") else [])
    for place in (CIFS, NOBRL):
        if LIBC.umount2(str(place).encode(), 0) != 0:
            say(f"FAIL umount {os.strerror(ctypes.get_errno())}")
    say("done")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))
    try:
        main()
    except BaseException:
        if RESULTS:
            say(f"FAIL guest {traceback.format_exc()[-700:]!r}")
            say(subprocess.run(["dmesg"], text=True, capture_output=True).stdout[-1500:])
        traceback.print_exc()
    os.sync()
    Path("/proc/sysrq-trigger").write_text("o")
    time.sleep(5)

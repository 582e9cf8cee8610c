// SPDX-License-Identifier: Apache-2.0
// What the server, libuv, OpenSSL and the C library call once the server listens. Names that a machine's
// architecture does not have are passed over.
#include "walls/syscalls.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#define ANY_BIT 0xFFFFFFFFu

// clang-format off
const struct syscall_row syscall_rows[] = {
	// files
	{ "openat" }, { "openat2" }, { "close" }, { "read" }, { "write" }, { "readv" }, { "writev" },
	{ "pread64" }, { "pwrite64" }, { "preadv" }, { "pwritev" }, { "preadv2" }, { "pwritev2" }, { "lseek" },
	{ "fstat" }, { "newfstatat" }, { "statx" }, { "stat" }, { "lstat" }, { "fstatfs" }, { "statfs" },
	{ "readlink" }, { "readlinkat" }, { "access" }, { "faccessat" }, { "faccessat2" }, { "getdents64" },
	{ "mkdirat" }, { "unlinkat" }, { "renameat" }, { "renameat2" }, { "linkat" },
	{ "fchmod" }, { "fchmodat" }, { "fchmodat2" }, { "utimensat" }, { "umask" }, { "getcwd" },
	{ "ftruncate" }, { "fallocate" }, { "fsync" }, { "fdatasync" }, { "fadvise64" }, { "copy_file_range" },
	{ "flock" }, { "fcntl" }, { "dup" }, { "dup3" },
	{ "getxattr" }, { "fgetxattr" }, { "listxattr" }, { "flistxattr" },
	{ "setxattr" }, { "fsetxattr" }, { "removexattr" }, { "fremovexattr" },
	{ "inotify_init1" }, { "inotify_add_watch" }, { "inotify_rm_watch" }, { "name_to_handle_at" },
	// the same by their former names, for libraries
	{ "open" }, { "mkdir" }, { "rmdir" }, { "unlink" }, { "rename" }, { "link" }, { "chmod" }, { "dup2" }, { "pipe" },
	{ "select" }, { "pselect6" },
	// connections
	{ "accept4" }, { "accept" }, { "recvfrom" }, { "recvmsg" }, { "sendto" }, { "sendmsg" }, { "shutdown" },
	{ "getpeername" }, { "getsockname" }, { "getsockopt" }, { "setsockopt" },
	{ "connect", SYSCALL_UNIX_SOCKETS }, { "recvmmsg", SYSCALL_UNIX_SOCKETS }, { "sendmmsg", SYSCALL_UNIX_SOCKETS },
	// waiting
	{ "epoll_create1" }, { "epoll_ctl" }, { "epoll_wait" }, { "epoll_pwait" }, { "poll" }, { "ppoll" },
	{ "eventfd2" }, { "pipe2" }, { "futex" }, { "nanosleep" }, { "clock_nanosleep" }, { "sched_yield" },
	{ "restart_syscall" },
	// memory, threads, the process itself
	{ "brk" }, { "mmap" }, { "munmap" }, { "mremap" }, { "mprotect" }, { "madvise" }, { "mincore" },
	{ "mlock" }, { "mlock2" }, { "munlock" },
	{ "set_robust_list" }, { "rseq" }, { "gettid" }, { "getpid" }, { "sched_getaffinity" }, { "membarrier" },
	{ "exit" }, { "exit_group" }, { "getcpu" },
	{ "rt_sigaction" }, { "rt_sigprocmask" }, { "rt_sigreturn" }, { "sigaltstack" },
	{ "clock_gettime" }, { "clock_getres" }, { "gettimeofday" }, { "time" }, { "getrandom" },
	{ "getuid" }, { "geteuid" }, { "getgid" }, { "getegid" }, { "getppid" }, { "getrusage" }, { "uname" },
	{ "sysinfo" }, { "capget" }, { "getpriority" },
	// acting as somebody else
	{ "setfsuid", SYSCALL_CHANGE_IDENTITY }, { "setfsgid", SYSCALL_CHANGE_IDENTITY },
	{ "setresuid", SYSCALL_CHANGE_IDENTITY }, { "setresgid", SYSCALL_CHANGE_IDENTITY },
	{ "getresuid", SYSCALL_CHANGE_IDENTITY }, { "getresgid", SYSCALL_CHANGE_IDENTITY },
	{ "setgroups", SYSCALL_CHANGE_IDENTITY }, { "getgroups", SYSCALL_CHANGE_IDENTITY },

	// other programs and processes
	{ "execve", SYSCALL_NEVER }, { "execveat", SYSCALL_NEVER }, { "fork", SYSCALL_NEVER }, { "vfork", SYSCALL_NEVER },
	{ "ptrace", SYSCALL_NEVER }, { "process_vm_readv", SYSCALL_NEVER }, { "process_vm_writev", SYSCALL_NEVER },
	{ "process_madvise", SYSCALL_NEVER }, { "pidfd_open", SYSCALL_NEVER }, { "pidfd_getfd", SYSCALL_NEVER },
	{ "pidfd_send_signal", SYSCALL_NEVER }, { "kcmp", SYSCALL_NEVER },
	// the kernel's less trodden parts
	{ "bpf", SYSCALL_NEVER }, { "perf_event_open", SYSCALL_NEVER }, { "userfaultfd", SYSCALL_NEVER },
	{ "io_uring_setup", SYSCALL_NEVER }, { "io_uring_enter", SYSCALL_NEVER }, { "io_uring_register", SYSCALL_NEVER },
	{ "keyctl", SYSCALL_NEVER }, { "add_key", SYSCALL_NEVER }, { "request_key", SYSCALL_NEVER },
	{ "modify_ldt", SYSCALL_NEVER }, { "personality", SYSCALL_NEVER }, { "memfd_create", SYSCALL_NEVER },
	// what CAP_SYS_ADMIN and its like are for
	{ "mount", SYSCALL_NEVER }, { "umount2", SYSCALL_NEVER }, { "pivot_root", SYSCALL_NEVER }, { "chroot", SYSCALL_NEVER },
	{ "move_mount", SYSCALL_NEVER }, { "open_tree", SYSCALL_NEVER }, { "mount_setattr", SYSCALL_NEVER },
	{ "fsopen", SYSCALL_NEVER }, { "fsconfig", SYSCALL_NEVER }, { "fsmount", SYSCALL_NEVER }, { "fspick", SYSCALL_NEVER },
	{ "unshare", SYSCALL_NEVER }, { "setns", SYSCALL_NEVER }, { "open_by_handle_at", SYSCALL_NEVER },
	{ "init_module", SYSCALL_NEVER }, { "finit_module", SYSCALL_NEVER }, { "delete_module", SYSCALL_NEVER },
	{ "kexec_load", SYSCALL_NEVER }, { "kexec_file_load", SYSCALL_NEVER }, { "reboot", SYSCALL_NEVER },
	{ "swapon", SYSCALL_NEVER }, { "swapoff", SYSCALL_NEVER }, { "acct", SYSCALL_NEVER }, { "quotactl", SYSCALL_NEVER },
	{ "syslog", SYSCALL_NEVER }, { "iopl", SYSCALL_NEVER }, { "ioperm", SYSCALL_NEVER }, { "mknodat", SYSCALL_NEVER },
	{ "mknod", SYSCALL_NEVER }, { "sethostname", SYSCALL_NEVER }, { "setdomainname", SYSCALL_NEVER },
	{ "settimeofday", SYSCALL_NEVER }, { "clock_settime", SYSCALL_NEVER }, { "adjtimex", SYSCALL_NEVER },
	{ "clock_adjtime", SYSCALL_NEVER },
};
const size_t syscall_row_count = ARRAY_LEN(syscall_rows);

#define THREAD (CLONE_VM | CLONE_THREAD | CLONE_SIGHAND)
#define NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define FAN_CLASSES (FAN_CLASS_CONTENT | FAN_CLASS_PRE_CONTENT)

const struct syscall_argument_row syscall_argument_rows[] = {
	{ "clone", 0, THREAD | NAMESPACES, THREAD }, // threads, not processes
	{ "ioctl", 1, ANY_BIT, FS_IOC_FIEMAP }, { "ioctl", 1, ANY_BIT, FICLONERANGE },
	{ "ioctl", 1, ANY_BIT, FIONBIO }, { "ioctl", 1, ANY_BIT, FIOCLEX }, { "ioctl", 1, ANY_BIT, FIONREAD },
	{ "ioctl", 1, ANY_BIT, TCGETS },
	{ "ioctl", 1, ANY_BIT, TIOCGWINSZ, SYSCALL_TERMINAL }, { "ioctl", 1, ANY_BIT, TCSETS, SYSCALL_TERMINAL },
	{ "prctl", 0, ANY_BIT, PR_SET_NAME },                      // what libraries call their threads
	{ "sched_setattr", 0, ANY_BIT, 0 },                        // how urgent its own thread is
	{ "prlimit64", 2, ~0ull, 0 },                              // asks, sets nothing
	{ "fanotify_init", 0, FAN_CLASSES, 0 },                    // hears of accesses, does not decide on them
	{ "fanotify_mark", 1, FAN_MARK_FILESYSTEM | FAN_MARK_MOUNT, 0 }, // of single folders
};
const size_t syscall_argument_row_count = ARRAY_LEN(syscall_argument_rows);
// clang-format on

// SPDX-License-Identifier: Apache-2.0
#include "server/acting.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "auth/unix_user.h"
#include "base/log.h"
#include "walls/capabilities.h"

static struct unix_user *own;                         // the server's; written once, by acting_init
static _Thread_local const struct unix_user *current; // NULL: own

int acting_init(void)
{
	const uint64_t needed = 1ull << CAP_SETUID | 1ull << CAP_SETGID;
	if ((capabilities_effective() & needed) != needed)
		return -EPERM;
	int count = getgroups(0, NULL);
	struct unix_user *u = calloc(1, sizeof(*u) + (size_t)(count < 0 ? 0 : count) * sizeof(u->groups[0]));
	if (count < 0 || u == NULL || getgroups(count, u->groups) != count) {
		free(u);
		return -ENOMEM;
	}
	u->refs = 1;
	u->uid = geteuid();
	u->gid = getegid();
	u->group_count = (size_t)count;
	free(own);
	own = u;
	return 0;
}

static void give_up(const char *what)
{
	log_error("this thread's %s cannot be changed: whose files it would reach is not sure", what);
	abort();
}

// glibc's functions of these names change all threads; the system calls change this one.
static void become(const struct unix_user *from, const struct unix_user *to)
{
	if (syscall(SYS_setgroups, to->group_count, to->groups) != 0)
		give_up("groups");
	// These two cannot fail visibly: they return what was, and asked for an impossible id, what is.
	if (syscall(SYS_setfsgid, to->gid) != (long)from->gid || syscall(SYS_setfsgid, -1) != (long)to->gid)
		give_up("group");
	if (syscall(SYS_setfsuid, to->uid) != (long)from->uid || syscall(SYS_setfsuid, -1) != (long)to->uid)
		give_up("user");
}

static void change(const struct unix_user *to)
{
	if (to == current)
		return;
	become(current != NULL ? current : own, to != NULL ? to : own);
	current = to;
}

const struct unix_user *acting_user(void)
{
	return current;
}

struct acting acting_begin(const struct unix_user *u)
{
	struct acting a = { .before = current, .now = u != NULL ? u : current };
	change(a.now);
	return a;
}

void acting_end(struct acting *a)
{
	change(a->before);
}

int acting_as_owner(const struct statx *stat, int (*act)(void *arg), void *arg)
{
	const struct unix_user owner = { .uid = stat->stx_uid, .gid = stat->stx_gid };
	struct acting acting UNUSED CLEANUP(acting_end) = acting_begin(&owner);
	return act(arg);
}

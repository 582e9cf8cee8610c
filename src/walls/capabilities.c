// SPDX-License-Identifier: Apache-2.0
#include "walls/capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(cap) (1ull << (cap))

// CAP_SYS_ADMIN is for security.NTACL alone: in it, local users cannot change what clients may do. What
// else that capability is good for, the wall of system calls takes away.
#define OF_FILES (BIT(CAP_DAC_OVERRIDE) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_FOWNER) | BIT(CAP_SYS_ADMIN))
#define OF_IDENTITY (BIT(CAP_SETUID) | BIT(CAP_SETGID))

uint64_t capabilities_useful(bool change_identity)
{
	return change_identity ? OF_IDENTITY : OF_FILES;
}

uint64_t capabilities_of_identity(void)
{
	return OF_IDENTITY;
}

struct sets {
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3];
};

static struct __user_cap_header_struct header(void)
{
	return (struct __user_cap_header_struct){ .version = _LINUX_CAPABILITY_VERSION_3 };
}

static int sets_read(struct sets *s)
{
	struct __user_cap_header_struct h = header();
	return syscall(SYS_capget, &h, s->half) != 0 ? -errno : 0;
}

uint64_t capabilities_effective(void)
{
	struct sets s;
	return sets_read(&s) != 0 ? 0 : s.half[0].effective | (uint64_t)s.half[1].effective << 32;
}

static bool sets_reduce(struct sets *s, uint64_t kept)
{
	bool changed = false;
	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t left = (uint32_t)(kept >> 32 * i);
		struct __user_cap_data_struct *half = &s->half[i];
		struct __user_cap_data_struct reduced = {
			.permitted = half->permitted & left,
			.effective = half->permitted & left,
		};
		changed |= reduced.permitted != half->permitted || reduced.effective != half->effective ||
			   half->inheritable != 0;
		*half = reduced;
	}
	return changed;
}

// Those beyond the last that the kernel knows end the loop. Without CAP_SETPCAP the bounding set stays,
// which has no effect once no new privileges can be gained.
static void bound(uint64_t kept)
{
	for (unsigned long cap = 0; cap < 64 && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if ((kept >> cap & 1) == 0)
			(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	}
}

int capabilities_keep(uint64_t kept)
{
	struct sets s;
	struct __user_cap_header_struct h = header();
	int err = sets_read(&s);
	if (err != 0)
		return err;
	bound(kept);
	// Older than any kernel that has the other walls: cannot fail but on one without ambient sets.
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	// A service manager's filter may refuse capset to who has nothing to give up.
	if (!sets_reduce(&s, kept))
		return 0;
	return syscall(SYS_capset, &h, s.half) != 0 ? -errno : 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "walls/process_user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "walls/capabilities.h"

static int fail(struct walls_error *error, int err, const char *name, const char *what)
{
	(void)snprintf(error->text, sizeof(error->text), "user = %s: %s", name, what);
	return err;
}

static int become(const struct passwd *user, bool change_identity)
{
	// What changing identity later takes would be lost with root's id otherwise.
	if (change_identity && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
		return -errno;
	if (initgroups(user->pw_name, user->pw_gid) != 0 ||
		setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
		setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
		return -errno;
	return change_identity ? capabilities_keep(capabilities_of_identity()) : 0;
}

int process_user_become(const char *name, bool change_identity, struct walls_error *error)
{
	errno = 0;
	// cppcheck-suppress getpwnamCalled ; there are no threads yet
	const struct passwd *user = getpwnam(name);
	if (user == NULL)
		return fail(error, errno != 0 ? -errno : -ENOENT, name,
			"there is no such user; make it with adduser --system --group, or correct the name");
	if (user->pw_uid == geteuid())
		return 0;
	if (geteuid() != 0)
		return fail(error, -EPERM, name,
			"only root can become another user; start the server as root or as that user");
	int err = become(user, change_identity);
	return err == 0 ? 0 : fail(error, err, name, strerror(-err));
}

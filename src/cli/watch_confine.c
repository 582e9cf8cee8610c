// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_confine.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "walls/build.h"
#include "walls/capabilities.h"
#include "walls/process_memory.h"
#include "walls/process_user.h"

static bool complain(const char *what, int err)
{
	(void)fprintf(stderr, "signet watch: %s: %s\n", what, strerror(-err));
	return false;
}

// What lies in the working directory, and the directory itself.
static bool give_state_to(const char *name)
{
	static const char *const files[] = { "signet.db", "signet.db-wal", "signet.db-shm", "baseline", "." };
	// cppcheck-suppress getpwnamCalled ; there are no threads
	const struct passwd *user = getpwnam(name);
	for (size_t i = 0; user != NULL && i < ARRAY_LEN(files); i++) {
		if (lchown(files[i], user->pw_uid, user->pw_gid) != 0 && errno != ENOENT)
			return complain(files[i], -errno);
	}
	return true;
}

static bool drop_root(const char *user, bool has_state)
{
	struct walls_error error = { "" };
	if (has_state && !give_state_to(user))
		return false;
	if (process_user_become(user, false, &error) != 0) {
		(void)fprintf(stderr, "signet watch: %s\n", error.text);
		return false;
	}
	int err = capabilities_keep(0);
	return err == 0 || complain("capabilities", err);
}

bool watch_confine(bool live, const char *user, const char *state)
{
	if (live && state != NULL && chdir(state) != 0)
		return complain(state, -errno);
	if (live && geteuid() == 0 && !drop_root(user == NULL ? "nobody" : user, state != NULL))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return complain("no new privileges", -errno);
	int err = walls_build_is_instrumented ? 0 : process_memory_close();
	return err == 0 || complain("memory", err);
}

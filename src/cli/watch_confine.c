// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_confine.h"

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

static bool drop_root(const char *user)
{
	struct walls_error error = { "" };
	if (process_user_become(user == NULL ? "nobody" : user, false, &error) != 0) {
		(void)fprintf(stderr, "signet watch: %s\n", error.text);
		return false;
	}
	int err = capabilities_keep(0);
	return err == 0 || complain("capabilities", err);
}

bool watch_confine(bool live, const char *user)
{
	if (live && geteuid() == 0 && !drop_root(user))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return complain("no new privileges", -1);
	int err = walls_build_is_instrumented ? 0 : process_memory_close();
	return err == 0 || complain("memory", err);
}

// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_confine.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "walls/capabilities.h"
#include "walls/process_user.h"
#include "walls/walls.h"

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

static int plan_fill(struct walls_plan *plan, const struct watch_confinement *c)
{
	plan->admits_incomplete = true;
	plan->reaches_network = c->sends;
	plan->terminal = c->terminal;
	// By now that is the working directory of one who watches live.
	return walls_plan_add(plan, c->live && c->state != NULL ? "." : c->state, WALL_CHANGE, false);
}

static bool walls_up(const struct watch_confinement *c)
{
	struct walls_plan plan = { 0 };
	struct walls_error error = { "" };
	struct walls *walls = NULL;
	int err = plan_fill(&plan, c);
	if (err == 0)
		err = walls_raise(&plan, &walls, &error);
	walls_plan_done(&plan);
	if (err != 0)
		return complain(error.text[0] != '\0' ? error.text : "walls", err);
	if (c->live && walls_missing(walls)[0] != '\0')
		(void)fprintf(stderr, "signet watch: without these walls: %s\n", walls_missing(walls));
	walls_free(walls);
	return true;
}

bool watch_confine(const struct watch_confinement *c)
{
	if (c->live && c->state != NULL && chdir(c->state) != 0)
		return complain(c->state, -errno);
	if (c->live && geteuid() == 0 && !drop_root(c->user == NULL ? "nobody" : c->user, c->state != NULL))
		return false;
	return walls_up(c);
}

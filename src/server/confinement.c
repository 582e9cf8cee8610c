// SPDX-License-Identifier: Apache-2.0
#include "server/confinement.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "walls/process_user.h"

// --- what parts of the server need ------------------------------------------------------------------

typedef bool (*condition)(const struct config *c);

static bool uses_kerberos(const struct config *c)
{
	return c->keytab != NULL;
}

// Files are opened as the user whose session it is.
static bool changes_identity(const struct config *c)
{
	return c->identity == FILES_OF_UNIX_USERS;
}

// Sockets of the local kind: winbindd's, and those of name services.
static bool needs_unix_sockets(const struct config *c)
{
	return c->ntlm == NTLM_WINBIND || changes_identity(c);
}

// The machine's files that are read while it serves. A file of /etc that is replaced by another of its
// name (as useradd does with passwd) can be read until then, and anew after a restart.
static const struct machine_path {
	const char *path;
	condition when; // NULL: always
} machine_paths[] = {
	{ "/usr/lib", NULL }, // libraries that are loaded late
	{ "/lib", NULL },
	{ "/etc/ld.so.cache", NULL },
	{ "/etc/localtime", NULL },
	{ "/etc/ssl/openssl.cnf", NULL },
	{ "/sys/devices/system/cpu", NULL }, // how many there are
	{ "/dev/null", uses_kerberos },      // auth/kerberos_setup.h
	// Users and groups; all of it, for passwd is another file whenever somebody is added. And SSSD's.
	{ "/etc", changes_identity },
	{ "/var/lib/sss", changes_identity },
};

static int add_machine(const struct config *c, struct walls_plan *plan)
{
	int err = 0;
	for (size_t i = 0; i < ARRAY_LEN(machine_paths) && err == 0; i++) {
		const struct machine_path *m = &machine_paths[i];
		if (m->when == NULL || m->when(c))
			err = walls_plan_add(plan, m->path, WALL_READ, true);
	}
	return err;
}

// --- what the configuration names -------------------------------------------------------------------

// Made anew when it was rotated away, so that it takes its folder; a pipe or device is only written to.
static int add_events(const struct config *c, struct walls_plan *plan)
{
	struct stat st;
	if (strcmp(c->events, "-") == 0)
		return 0;
	if (stat(c->events, &st) == 0 && !S_ISREG(st.st_mode))
		return walls_plan_add(plan, c->events, WALL_APPEND, false);
	return walls_plan_add_folder_of(plan, c->events, WALL_APPEND);
}

static enum wall_access share_wall(const struct config_share *s)
{
	return s->write.name_count == 0 ? WALL_READ : WALL_CHANGE;
}

static int add_shares(const struct config *c, struct walls_plan *plan)
{
	int err = walls_plan_add(plan, c->later_shares, WALL_CHANGE, false);
	for (size_t i = 0; i < c->share_count && err == 0; i++)
		err = walls_plan_add(plan, c->shares[i].path, share_wall(&c->shares[i]), false);
	return err;
}

int confinement_plan(const struct config *c, struct walls_plan *plan)
{
	plan->unix_sockets = needs_unix_sockets(c);
	plan->change_identity = changes_identity(c);
	plan->admits_incomplete = c->walls == WALLS_AVAILABLE;
	int err = add_machine(c, plan);
	if (err == 0)
		err = walls_plan_add(plan, c->state, WALL_CHANGE, false);
	if (err == 0)
		err = walls_plan_add_replaceable(plan, c->file);
	if (err == 0)
		err = walls_plan_add_replaceable(plan, c->keytab);
	if (err == 0)
		err = add_events(c, plan);
	return err != 0 ? err : add_shares(c, plan);
}

// --- putting them up --------------------------------------------------------------------------------

static void tell(const struct walls *w)
{
	if (*walls_missing(w) != '\0')
		log_warning("walls: %s; missing: %s", walls_standing(w), walls_missing(w));
	else
		log_info("walls: %s", walls_standing(w));
	if (geteuid() == 0)
		log_warning("running as root: within its walls, files are reached with root's rights; "
			    "name a `user` to go on as, or start it as one");
}

int confinement_become_user(const struct config *c)
{
	struct walls_error error;
	int err = *c->user == '\0' ? 0 : process_user_become(c->user, changes_identity(c), &error);
	if (err != 0)
		log_error("%s", error.text);
	return err;
}

int confinement_raise(const struct config *c, struct walls **out)
{
	struct walls_plan plan = { 0 };
	struct walls_error error = { .text = "memory is out" };
	int err = confinement_plan(c, &plan);
	if (err == 0)
		err = walls_raise(&plan, out, &error);
	walls_plan_done(&plan);
	if (err == 0)
		tell(*out);
	else
		log_error("%s", error.text);
	return err;
}

// --- after a reload ---------------------------------------------------------------------------------

static int keytab_admits(const struct walls *w, const struct config *c, struct account_error *error)
{
	bool within = false;
	if (c->keytab == NULL)
		return 0;
	int err = walls_reach(w, c->keytab, WALL_READ, &within);
	if (err == 0 && within)
		return 0;
	(void)snprintf(error->text, sizeof(error->text),
		"keytab: %s is outside of the walls that were put up at the start; restart the server",
		c->keytab);
	return -EACCES;
}

int confinement_admits(const struct walls *w, const struct config *c, struct account_error *error)
{
	for (size_t i = 0; i < c->share_count; i++) {
		const struct config_share *s = &c->shares[i];
		bool within = false;
		int err = walls_reach(w, s->path, share_wall(s), &within);
		if (err == 0 && within)
			continue;
		(void)snprintf(error->text, sizeof(error->text),
			"share %s: %s is outside of the walls that were put up at the start%s; restart the "
			"server, or let later_shares name a folder above it before the next start",
			s->name, s->path, share_wall(s) == WALL_CHANGE ? ", or for reading alone" : "");
		return -EACCES;
	}
	return keytab_admits(w, c, error);
}

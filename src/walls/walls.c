// SPDX-License-Identifier: Apache-2.0
#include "walls/walls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "walls/build.h"
#include "walls/capabilities.h"
#include "walls/landlock.h"
#include "walls/process_memory.h"
#include "walls/syscalls.h"

enum { DEPTH_MAX = 4096 }; // of folders: no path is longer

struct place {
	dev_t dev;
	ino_t ino;
	enum wall_access access;
};

struct walls {
	bool restricts_files;
	struct place *places; // that may be reached
	size_t place_count;
	char standing[256];
	char missing[256];
};

// --- what stands ------------------------------------------------------------------------------------

static void PRINTF_LIKE(3, 4) list_add(char *list, size_t size, const char *format, ...)
{
	size_t used = strlen(list);
	va_list args;
	va_start(args, format);
	if (used != 0)
		used += (size_t)snprintf(list + used, size - used, ", ");
	if (used < size)
		(void)vsnprintf(list + used, size - used, format, args);
	va_end(args);
}

#define STANDS(w, ...) list_add((w)->standing, sizeof((w)->standing), __VA_ARGS__)
#define LACKS(w, ...) list_add((w)->missing, sizeof((w)->missing), __VA_ARGS__)

static int PRINTF_LIKE(3, 4) fail(struct walls_error *error, int err, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	(void)vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return err;
}

// --- putting them up --------------------------------------------------------------------------------

static int raise_process(const struct walls_plan *plan, struct walls *w, struct walls_error *error)
{
	int err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ? -errno : 0;
	if (err == 0)
		err = capabilities_keep(capabilities_useful(plan->change_identity));
	if (err != 0)
		return fail(error, err, "privileges cannot be given up: %s", strerror(-err));
	STANDS(w, "no new privileges, capabilities");
	if (walls_build_is_instrumented) {
		LACKS(w, "memory (a build with sanitizers)");
		return 0;
	}
	err = process_memory_close();
	if (err != 0)
		return fail(error, err, "core dumps cannot be switched off: %s", strerror(-err));
	STANDS(w, "memory");
	return 0;
}

static int raise_files(const struct walls_plan *plan, struct walls *w, struct walls_error *error)
{
	const char *failed = NULL;
	int abi = landlock_abi();
	if (abi < LANDLOCK_ABI_REFER && !plan->admits_incomplete)
		return fail(error, -ENOSYS,
			"this kernel has no Landlock, or was started without it, so files outside of the "
			"shares cannot be put out of reach; use Linux 5.19 or later, or write walls = "
			"available");
	if (abi < LANDLOCK_ABI_REFER) {
		LACKS(w, "files, TCP, signals (no Landlock in this kernel)");
		return 0;
	}
	int err = landlock_raise(plan, abi, &failed);
	if (err != 0)
		return fail(error, err, "%s cannot be put within the walls: %s",
			failed != NULL ? failed : "Landlock", strerror(-err));
	w->restricts_files = true;
	STANDS(w, "files (Landlock %d)", abi);
	if (abi < LANDLOCK_ABI_TRUNCATE)
		LACKS(w, "truncation (Linux 6.2)");
	if (abi < LANDLOCK_ABI_TCP)
		LACKS(w, "TCP (Linux 6.7)");
	else
		STANDS(w, plan->reaches_network ? "listening by TCP" : "TCP");
	if (abi < LANDLOCK_ABI_SCOPES)
		LACKS(w, "signals (Linux 6.12)");
	else
		STANDS(w, "signals");
	return 0;
}

static int raise_syscalls(const struct walls_plan *plan, struct walls *w, struct walls_error *error)
{
	if (walls_build_is_instrumented) {
		LACKS(w, "system calls (a build with sanitizers)");
		return 0;
	}
	int err = syscalls_raise(plan);
	if (err == 0) {
		STANDS(w, "system calls");
		return 0;
	}
	if (!plan->admits_incomplete)
		return fail(error, err,
			"system calls cannot be restricted: %s; use a kernel with seccomp, or write walls = "
			"available",
			strerror(-err));
	LACKS(w, "system calls (%s)", strerror(-err));
	return 0;
}

// --- what is within ---------------------------------------------------------------------------------

static int remember_places(struct walls *w, const struct walls_plan *plan)
{
	w->places = calloc(plan->path_count + 1, sizeof(*w->places));
	if (w->places == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < plan->path_count; i++) {
		struct stat st;
		if (stat(plan->paths[i].path, &st) == 0)
			w->places[w->place_count++] = (struct place){
				.dev = st.st_dev,
				.ino = st.st_ino,
				.access = plan->paths[i].access,
			};
	}
	return 0;
}

static bool is_place(const struct walls *w, const struct stat *st, enum wall_access access)
{
	for (size_t i = 0; i < w->place_count; i++) {
		const struct place *p = &w->places[i];
		if (p->dev == st->st_dev && p->ino == st->st_ino &&
			(p->access == access || p->access == WALL_CHANGE))
			return true;
	}
	return false;
}

// Up from fd, which is taken over, folder by folder, as Landlock itself does.
static int climb(const struct walls *w, int fd, enum wall_access access, bool *within)
{
	struct stat before = { 0 };
	for (int depth = 0; depth < DEPTH_MAX && fd >= 0; depth++) {
		struct stat st;
		if (fstat(fd, &st) < 0)
			break;
		bool is_root = depth > 0 && st.st_dev == before.st_dev && st.st_ino == before.st_ino;
		*within = is_place(w, &st, access);
		if (*within || is_root || !S_ISDIR(st.st_mode)) {
			close(fd);
			return 0;
		}
		int above = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = above;
		before = st;
	}
	int err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

int walls_reach(const struct walls *w, const char *path, enum wall_access access, bool *within)
{
	*within = !w->restricts_files;
	if (*within)
		return 0;
	int fd = open(path, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : climb(w, fd, access, within);
}

// --- all --------------------------------------------------------------------------------------------

int walls_raise(const struct walls_plan *plan, struct walls **out, struct walls_error *error)
{
	struct walls *w = calloc(1, sizeof(*w));
	if (w == NULL || remember_places(w, plan) != 0) {
		walls_free(w);
		return fail(error, -ENOMEM, "memory is out");
	}
	int err = raise_process(plan, w, error);
	if (err == 0)
		err = raise_files(plan, w, error);
	if (err == 0)
		err = raise_syscalls(plan, w, error); // the last: it forbids what the others need
	if (err != 0) {
		walls_free(w);
		return err;
	}
	*out = w;
	return 0;
}

void walls_free(struct walls *w)
{
	if (w == NULL)
		return;
	free(w->places);
	free(w);
}

const char *walls_standing(const struct walls *w)
{
	return w->standing;
}

const char *walls_missing(const struct walls *w)
{
	return w->missing;
}

// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "walls/walls.h"

// Takes path over.
static int add(struct walls_plan *plan, char *path, enum wall_access access, bool optional)
{
	struct wall_path *more = NULL;
	if (path != NULL && plan->path_count < WALL_PATHS_MAX)
		more = realloc(plan->paths, (plan->path_count + 1) * sizeof(*more));
	if (more == NULL) {
		bool full = path != NULL && plan->path_count == WALL_PATHS_MAX;
		free(path);
		return full ? -E2BIG : -ENOMEM;
	}
	more[plan->path_count++] = (struct wall_path){ .path = path, .access = access, .optional = optional };
	plan->paths = more;
	return 0;
}

int walls_plan_add(struct walls_plan *plan, const char *path, enum wall_access access, bool optional)
{
	return path == NULL ? 0 : add(plan, strdup(path), access, optional);
}

static char *folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	if (slash == NULL)
		return strdup(".");
	return slash == file ? strdup("/") : strndup(file, (size_t)(slash - file));
}

int walls_plan_add_folder_of(struct walls_plan *plan, const char *file, enum wall_access access)
{
	return add(plan, folder_of(file), access, false);
}

// Whether much lies in it that is not the server's: somebody's home, and what all programs use.
static bool is_common(const char *folder)
{
	static const char *const common[] = { "/", "/etc", "/home", "/root", "/srv", "/tmp", "/usr",
		"/usr/local/etc", "/var", "/var/lib", "/var/log", "/var/tmp" };
	const char *last = strrchr(folder, '/');
	for (size_t i = 0; i < ARRAY_LEN(common); i++) {
		if (strcmp(folder, common[i]) == 0)
			return true;
	}
	return last - folder == (ptrdiff_t)strlen("/home") && strncmp(folder, "/home/", 6) == 0;
}

static int add_folder_unless_common(struct walls_plan *plan, const char *file)
{
	char real[PATH_MAX];
	char *folder = folder_of(file);
	if (folder == NULL)
		return -ENOMEM;
	bool left_out = realpath(folder, real) == NULL || is_common(real);
	free(folder);
	return left_out ? 0 : walls_plan_add(plan, real, WALL_READ, false);
}

int walls_plan_add_replaceable(struct walls_plan *plan, const char *file)
{
	if (file == NULL || *file == '\0')
		return 0;
	// Itself too: it may be a link to elsewhere.
	int err = walls_plan_add(plan, file, WALL_READ, true);
	return err != 0 ? err : add_folder_unless_common(plan, file);
}

void walls_plan_done(struct walls_plan *plan)
{
	for (size_t i = 0; i < plan->path_count; i++)
		free(plan->paths[i].path);
	free(plan->paths);
	plan->paths = NULL;
	plan->path_count = 0;
}

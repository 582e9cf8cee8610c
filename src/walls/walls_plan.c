// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>

#include "walls/walls.h"

int walls_plan_add(struct walls_plan *plan, const char *path, enum wall_access access, bool optional)
{
	if (path == NULL)
		return 0;
	if (plan->path_count == WALL_PATHS_MAX)
		return -E2BIG;
	struct wall_path *more = realloc(plan->paths, (plan->path_count + 1) * sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	more[plan->path_count++] = (struct wall_path){ .path = path, .access = access, .optional = optional };
	plan->paths = more;
	return 0;
}

void walls_plan_done(struct walls_plan *plan)
{
	free(plan->paths);
	plan->paths = NULL;
	plan->path_count = 0;
}

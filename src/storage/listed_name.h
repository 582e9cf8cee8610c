// SPDX-License-Identifier: Apache-2.0
// What a directory calls a name: as dir_index_find, with regard to who may list it.
#ifndef SIGNET_STORAGE_LISTED_NAME_H
#define SIGNET_STORAGE_LISTED_NAME_H

#include <limits.h>
#include <stdbool.h>

#include "base/attributes.h"
#include "storage/share_root.h"

// In a directory that the thread may search but not list (a drop box), names are found in their own spelling
// alone: of a root with listed names only, in those that the directory's owner is shown, where one can act as
// him (share_root_set_as_owner); -EACCES where not. Else as dir_index_find.
int listed_name_find(struct share_root *root, int dir_fd, const char *name, bool may_block,
	char found[NAME_MAX + 1]) WARN_UNUSED;

#endif

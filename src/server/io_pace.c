// SPDX-License-Identifier: Apache-2.0
#include "server/io_pace.h"

#include <linux/magic.h>
#include <stddef.h>

#include "base/attributes.h"

// Not overlay or FUSE, for one does not know what is below them; not NFS and the like.
static const uint64_t local_file_systems[] = {
	EXT4_SUPER_MAGIC, // ext2 and ext3, too
	XFS_SUPER_MAGIC,
	BTRFS_SUPER_MAGIC,
	F2FS_SUPER_MAGIC,
	TMPFS_MAGIC,
};

void io_pace_init(struct io_pace *p, uint64_t fs_type)
{
	p->local = false;
	for (size_t i = 0; i < ARRAY_LEN(local_file_systems); i++)
		p->local = p->local || fs_type == local_file_systems[i];
	atomic_init(&p->slow_until_ms, 0);
}

bool io_pace_is_fast(const struct io_pace *p, uint64_t now_ms)
{
	return p->local && now_ms >= atomic_load_explicit(&p->slow_until_ms, memory_order_relaxed);
}

void io_pace_note(struct io_pace *p, uint64_t began_ms, uint64_t ended_ms)
{
	if (ended_ms - began_ms > IO_PACE_SLOW_MS)
		atomic_store_explicit(&p->slow_until_ms, ended_ms + IO_PACE_PENALTY_MS, memory_order_relaxed);
}

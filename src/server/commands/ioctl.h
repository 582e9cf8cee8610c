// SPDX-License-Identifier: Apache-2.0
// The controls that IOCTL carries: a table, and handlers in a file each subject.
#ifndef SIGNET_SERVER_COMMANDS_IOCTL_H
#define SIGNET_SERVER_COMMANDS_IOCTL_H

#include <stdint.h>

#include "base/nt_status.h"
#include "base/writer.h"
#include "wire/smb2/smb2_ioctl.h"

struct request;

// A handler writes its answer to w, which has room for MaxOutputResponse bytes.
typedef struct nt_status ioctl_handler(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w);

ioctl_handler ioctl_validate_negotiate, ioctl_network_interfaces;             // ioctl_network.c
ioctl_handler ioctl_pipe_transceive, ioctl_pipe_peek, ioctl_pipe_wait;        // ioctl_pipe.c
ioctl_handler ioctl_resume_key, ioctl_copychunk, ioctl_duplicate_extents;     // ioctl_copy.c
ioctl_handler ioctl_set_sparse, ioctl_zero_data, ioctl_allocated_ranges;      // ioctl_file.c
ioctl_handler ioctl_get_compression, ioctl_set_compression, ioctl_object_id;  // ioctl_file.c
ioctl_handler ioctl_file_regions, ioctl_trim, ioctl_integrity, ioctl_reparse; // ioctl_file.c
ioctl_handler ioctl_dfs_referrals, ioctl_snapshots;                           // ioctl_file.c

#endif

// SPDX-License-Identifier: Apache-2.0
// FLUSH (MS-SMB2 3.3.5.11): what it says is on the disk, is.
#include "wire/smb2/smb2_flush.h"

#include <errno.h>

#include "server/command_rules.h"
#include "server/open.h"
#include "server/request.h"
#include "storage/file_data.h"
#include "storage/node.h"
#include "wire/dtyp/access_mask.h"
#include "wire/smb2/smb2_close.h"

#include <unistd.h>

// A directory (and a stream) is held by a descriptor that cannot be synced: another one is made.
static int flush_node(const struct open *o)
{
	int fd = node_reopen(o->fd, NODE_READ);
	if (fd < 0)
		return fd;
	int err = file_flush(fd, false);
	close(fd);
	return err;
}

struct nt_status serve_flush(struct request *req)
{
	struct open *o = req->open;
	const uint32_t needed = FILE_WRITE_DATA | FILE_APPEND_DATA; // also ADD_FILE, ADD_SUBDIRECTORY
	int err = 0;
	if (o->pipe == NULL && (o->granted_access & needed) == 0)
		return STATUS(ACCESS_DENIED);
	if (o->pipe == NULL)
		err = o->is_directory || o->stream_name != NULL ? flush_node(o) : file_flush(o->fd, false);
	if (err != 0)
		return nt_status_of_errno(err);
	smb2_flush_response_encode(req->out, &(struct smb2_flush_response){ 0 });
	return STATUS(SUCCESS);
}

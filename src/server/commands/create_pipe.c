// SPDX-License-Identifier: Apache-2.0
// CREATE on IPC$: named pipes, and nothing else (MS-SMB2 3.3.5.9, "named pipe").
#include "server/commands/create_job.h"

#include <string.h>
#include <strings.h>

#include "base/utf16.h"
#include "server/open.h"
#include "server/pipe_open.h"
#include "server/request.h"
#include "server/session.h"
#include "wire/dtyp/access_mask.h"

// Some clients write "\PIPE\srvsvc", most just "srvsvc".
static const char *pipe_name_of(const char *name)
{
	while (*name == '\\')
		name++;
	return strncasecmp(name, "pipe\\", 5) == 0 ? name + 5 : name;
}

struct nt_status create_pipe(struct create_job *job)
{
	struct request *req = job->req;
	const char *name = utf16_to_utf8(req->arena, job->m.name);
	if (name == NULL)
		return STATUS(OBJECT_NAME_INVALID);
	name = pipe_name_of(name);
	job->name.path = (char *)(uintptr_t)name; // for the event of a refusal
	if (!rpc_pipe_exists(name))
		return STATUS(OBJECT_NAME_NOT_FOUND);
	job->open = open_new(req->tree, job->share);
	if (job->open == NULL)
		return STATUS(NO_MEMORY);
	job->open->pipe = pipe_open_new(name, req->session);
	job->open->path = strdup(name);
	job->open->granted_access =
		access_mask_map(job->m.desired_access, &generic_mapping_file) & FILE_ALL_ACCESS;
	job->action = FILE_OPENED;
	if (job->open->pipe != NULL && job->open->path != NULL)
		return STATUS(SUCCESS);
	create_abandon(job);
	return STATUS(NO_MEMORY);
}

// SPDX-License-Identifier: Apache-2.0
// A file that gets another name, or one more: what FileRenameInformation and FileLinkInformation share.
#ifndef SIGNET_SERVER_COMMANDS_RENAME_JOB_H
#define SIGNET_SERVER_COMMANDS_RENAME_JOB_H

#include <stdbool.h>

#include "base/attributes.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/request.h"
#include "storage/resolve.h"
#include "wire/fscc/file_set_info.h"

struct rename_job {
	struct request *req;
	struct open *open;
	const struct file_rename_info *info;
	struct resolved from;
	struct resolved to;
	struct path_text old_path;
	const char *asked_path; // the new one as the client spelt it
	char *new_path;         // in the arena
	bool replaces;          // an existing other file
	const char *refused_by; // name of the [access] rule, NULL: it was none
};

// Finds both ends and says whether anything is in the way (MS-FSA 2.1.5.15.11): rules, opens, rights, what is
// there under the new name. From then on `from`, `to` and `new_path` stand; the caller lets go of the ends
// whatever the outcome.
struct nt_status rename_prepare(struct rename_job *job) WARN_UNUSED;

// FileRenameInformation for a stream of the open's file (MS-FSA 2.1.5.15.11.1).
struct nt_status rename_stream(struct request *req, const struct file_rename_info *info) WARN_UNUSED;

#endif

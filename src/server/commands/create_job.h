// SPDX-License-Identifier: Apache-2.0
// One CREATE on its way (MS-SMB2 3.3.5.9, MS-FSA 2.1.5.1): what was asked, what was found, what came
// of it. Filled in by the steps in create_*.c in turn.
#ifndef SIGNET_SERVER_COMMANDS_CREATE_JOB_H
#define SIGNET_SERVER_COMMANDS_CREATE_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nt_status.h"
#include "storage/dos_attributes.h"
#include "storage/resolve.h"
#include "wire/dtyp/security_descriptor.h"
#include "wire/fscc/ea_list.h"
#include "wire/smb2/smb2_create.h"
#include "wire/smb2/smb2_create_contexts.h"

struct open;
struct request;
struct share;

struct create_job {
	struct request *req;
	struct share *share; // with a reference
	struct smb2_create_request m;
	struct smb2_create_contexts contexts;
	struct smb_path name;

	// From the contexts.
	bool has_security;
	struct security_descriptor security;
	struct ea_list eas;
	uint64_t allocation_size;

	struct resolved found;
	struct dos_attributes attributes; // of what was found, if it exists
	uint32_t desired_access;          // with what the disposition needs besides
	uint32_t mask;                    // the most that the share lets this user have on what was found
	const char *refused_by;           // name of the [access] rule, NULL: it was none
	uint32_t maximal_access;
	uint32_t action; // CreateAction
	struct open *open;
};

// Decodes and checks what can be judged from the request alone.
struct nt_status create_decode(struct create_job *job) WARN_UNUSED;
// What the [access] rules say: of the name as it was asked for, before the disk is looked at, and of what
// was found, whose path becomes the real one and whose rights job->mask. Both answer for what the user
// does not reach whatever is there.
struct nt_status create_reach_asked(struct create_job *job) WARN_UNUSED;
struct nt_status create_reach_found(struct create_job *job) WARN_UNUSED;
// Opens or overwrites what job->found is.
struct nt_status create_open_existing(struct create_job *job) WARN_UNUSED;
// Makes what job->found is not yet. OBJECT_NAME_COLLISION: somebody else just did.
struct nt_status create_new(struct create_job *job) WARN_UNUSED;
// A pipe on IPC$.
struct nt_status create_pipe(struct create_job *job) WARN_UNUSED;
// Ends the job with an open that can be used, and writes the response.
struct nt_status create_respond(struct create_job *job) WARN_UNUSED;

// Steps that both ways of coming to a file share (create_steps.c).

// An open of job->found with the rights granted, in the file's list if sharing allows it. *changed
// is set when the file was deleted meanwhile: look again.
struct nt_status create_attach(
	struct create_job *job, const char *stream, uint32_t granted, bool *changed) WARN_UNUSED;
// Gives the open its descriptor: data_fd if there is one already (taken over), else as its rights need.
struct nt_status create_open_data(struct create_job *job, int data_fd) WARN_UNUSED;
// Attributes, EAs and allocation of a file that was just made or overwritten.
struct nt_status create_set_initial(struct create_job *job, bool is_new) WARN_UNUSED;
// Undoes create_attach.
void create_abandon(struct create_job *job);
// Whether the disposition makes, or replaces, what is missing, or there.
bool create_makes(const struct create_job *job);
bool create_replaces(const struct create_job *job);

#endif

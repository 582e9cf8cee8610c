// SPDX-License-Identifier: Apache-2.0
#include "server/file_security.h"

#include <errno.h>

#include "auth/access/sd_inherit.h"
#include "auth/unix_user.h"
#include "server/acting.h"
#include "server/share.h"
#include "storage/nt_acl.h"
#include "storage/resolve.h"

// NULL: the Unix user's own SID will do.
static const struct sid *owner_of(const struct share *share, const struct statx *stat)
{
	return share->owners == NULL ? NULL : unix_owners_find(share->owners, stat->stx_uid);
}

// Users have to be held to the descriptor of a folder that they may not read (a drop box), as to any other;
// the kernel, which keeps it in an attribute of the user's kind, lets those read it who may list the folder.
static int load_as_owner(
	const struct share *share, int fd, const struct statx *stat, struct arena *a, struct span *out)
{
	const struct unix_user owner = { .uid = stat->stx_uid, .gid = stat->stx_gid };
	struct acting acting UNUSED CLEANUP(acting_end) = acting_begin(&owner);
	return nt_acl_load(fd, share->acl_place, a, out);
}

struct nt_status file_security_load(const struct share *share, int fd, const struct statx *stat,
	struct arena *a, struct security_descriptor *out)
{
	struct span bytes;
	int err = nt_acl_load(fd, share->acl_place, a, &bytes);
	if (err == -EACCES && acting_user() != NULL)
		err = load_as_owner(share, fd, stat, a, &bytes);
	if (err == -ENODATA || err == -EOPNOTSUPP) {
		bytes = nt_acl_default(stat, owner_of(share, stat), a);
		err = bytes.data == NULL ? -ENOMEM : 0;
	}
	if (err != 0)
		return err == -EBADMSG ? STATUS(ACCESS_DENIED) : nt_status_of_errno(err);
	if (security_descriptor_decode(bytes, a, out) != VERDICT_OK)
		return STATUS(ACCESS_DENIED);
	return STATUS(SUCCESS);
}

struct nt_status file_security_store(const struct share *share, int fd, const struct security_descriptor *sd)
{
	uint8_t bytes[NT_ACL_SD_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	security_descriptor_encode(sd, &w);
	if (!writer_ok(&w))
		return STATUS(INVALID_SECURITY_DESCR);
	return nt_status_of_errno(nt_acl_save(fd, share->acl_place, writer_since(&w, 0)));
}

static struct nt_status parent_security(
	const struct share *share, const struct resolved *r, struct arena *a, struct security_descriptor *out)
{
	struct statx stat;
	int err = node_stat(r->parent_fd, &stat);
	if (err != 0)
		return nt_status_of_errno(err);
	return file_security_load(share, r->parent_fd, &stat, a, out);
}

// With what the parent directory adds to the file's own descriptor.
static struct nt_status check_with_parent(const struct share *share, const struct resolved *r,
	const struct security_descriptor *sd, const struct file_access_question *q, struct arena *a,
	uint32_t *granted, uint32_t *maximal)
{
	struct security_descriptor parent = { 0 };
	const struct security_descriptor *above = r->is_root ? NULL : &parent;
	struct nt_status status = r->is_root ? STATUS(SUCCESS) : parent_security(share, r, a, &parent);
	if (!nt_status_ok(status))
		return status;
	if (maximal != NULL)
		*maximal = access_maximal_file(sd, above, q->token) & q->mask;
	return access_check_file(sd, above, q->token, q->desired, granted);
}

struct nt_status file_security_check(const struct share *share, const struct resolved *r,
	const struct file_access_question *q, struct arena *a, uint32_t *granted, uint32_t *maximal)
{
	struct security_descriptor sd;
	uint32_t wanted = access_mask_map(q->desired, &generic_mapping_file);
	struct nt_status status = file_security_load(share, r->node_fd, &r->stat, a, &sd);
	if (!nt_status_ok(status))
		return status;
	// Mostly the file itself gives all that is asked for; then its parent is not even looked at.
	bool alone = maximal == NULL && (wanted & ACCESS_MAXIMUM_ALLOWED) == 0 &&
		     nt_status_ok(access_check(&sd, q->token, q->desired, granted));
	if (!alone)
		status = check_with_parent(share, r, &sd, q, a, granted, maximal);
	if (!nt_status_ok(status))
		return status;
	if ((wanted & ~ACCESS_MAXIMUM_ALLOWED & ~q->mask) != 0)
		return STATUS(ACCESS_DENIED);
	*granted &= q->mask;
	return STATUS(SUCCESS);
}

struct nt_status file_security_may_add(const struct share *share, const struct resolved *r,
	const struct access_token *token, bool directory, struct arena *a)
{
	struct security_descriptor parent;
	uint32_t granted = 0;
	struct nt_status status = parent_security(share, r, a, &parent);
	if (!nt_status_ok(status))
		return status;
	return access_check(&parent, token, directory ? FILE_ADD_SUBDIRECTORY : FILE_ADD_FILE, &granted);
}

struct nt_status file_security_create(const struct share *share, const struct resolved *r,
	const struct access_token *token, const struct security_descriptor *given, struct arena *a,
	struct security_descriptor *out)
{
	struct security_descriptor parent;
	struct nt_status status = parent_security(share, r, a, &parent);
	if (!nt_status_ok(status))
		return status;
	if (given != NULL && given->owner != NULL && !access_token_may_own(token, given->owner))
		return STATUS(INVALID_OWNER);
	const struct sd_inherit_args args = {
		.parent = &parent,
		.creator = given,
		.token = token,
		.is_directory = S_ISDIR(r->stat.stx_mode),
	};
	if (!sd_inherit(&args, a, out))
		return STATUS(NO_MEMORY);
	status = file_security_store(share, r->node_fd, out);
	// Where the file system has no room for it, the default descriptor stands, which is no wider
	// than what the share's own lists allow; a descriptor that the client asked for must be kept.
	if (given == NULL && nt_status_equal(status, STATUS(NOT_SUPPORTED)))
		return STATUS(SUCCESS);
	return status;
}

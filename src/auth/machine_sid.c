// SPDX-License-Identifier: Apache-2.0
#include "auth/machine_sid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/state_file.h"
#include "base/secret.h"

static const char file_name[] = "machine-sid";

enum { NT_AUTHORITY = 5, NT_NON_UNIQUE = 21, SUB_AUTHORITIES = 4 };

static int sid_read(int dir, const char *dir_path, struct sid *out, struct account_error *error)
{
	struct stat st;
	struct sid sid;
	char *text;
	size_t len;

	int rc = state_file_read(dir, dir_path, file_name, &text, &len, &st, error);
	if (rc < 0)
		return rc;
	text[strcspn(text, "\n")] = 0;
	bool valid = sid_from_text(text, &sid) && sid.identifier_authority == NT_AUTHORITY &&
		     sid.sub_authority_count == SUB_AUTHORITIES && sid.sub_authority[0] == NT_NON_UNIQUE;
	free(text);
	if (!valid)
		return account_fail(error, -EINVAL,
			"%s/%s does not hold a SID of the form S-1-5-21-A-B-C; restore it from a backup (a "
			"new one "
			"makes all stored owners and ACLs strangers)",
			dir_path, file_name);
	*out = sid;
	return 0;
}

static int sid_create(int dir, const char *dir_path, struct sid *out, struct account_error *error)
{
	struct sid sid = { .identifier_authority = NT_AUTHORITY,
		.sub_authority_count = SUB_AUTHORITIES,
		.sub_authority = { NT_NON_UNIQUE } };
	char text[SID_TEXT_SIZE + 1];

	random_bytes(&sid.sub_authority[1], (SUB_AUTHORITIES - 1) * sizeof(sid.sub_authority[0]));
	sid_to_text(&sid, text);
	strcat(text, "\n");
	int rc = state_file_replace(dir, dir_path, file_name, span_of_str(text), error);
	if (rc == 0)
		*out = sid;
	return rc;
}

int machine_sid_load(int dir, const char *dir_path, struct sid *out, struct account_error *error)
{
	int rc = sid_read(dir, dir_path, out, error);
	if (rc != -ENOENT)
		return rc;

	CLEANUP(state_close) int lock = state_lock(dir, dir_path, error);
	if (lock < 0)
		return lock;
	rc = sid_read(dir, dir_path, out, error); // somebody else may have been faster
	return rc == -ENOENT ? sid_create(dir, dir_path, out, error) : rc;
}

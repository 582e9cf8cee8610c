// SPDX-License-Identifier: Apache-2.0
// Security descriptors of files: what is stored, or stands in for it, and what they grant to whom.
#ifndef SIGNET_SERVER_FILE_SECURITY_H
#define SIGNET_SERVER_FILE_SECURITY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "auth/access/access_check.h"
#include "base/arena.h"
#include "base/nt_status.h"
#include "wire/dtyp/security_descriptor.h"

struct open;
struct resolved;
struct share;

// The descriptor of the file fd (O_PATH will do), in the arena. stat needs type, uid and gid.
// ACCESS_DENIED when what is stored is damaged.
struct nt_status file_security_load(const struct share *share, int fd, const struct statx *stat,
	struct arena *a, struct security_descriptor *out) WARN_UNUSED;
struct nt_status file_security_store(
	const struct share *share, int fd, const struct security_descriptor *sd) WARN_UNUSED;

struct file_access_question {
	const struct access_token *token;
	uint32_t desired; // may hold generic rights and MAXIMUM_ALLOWED
	uint32_t mask;    // the most that the share lets this user have
};

// What the question comes to on an existing file, with what its parent directory adds. SUCCESS:
// *granted, and *maximal unless that is NULL, are set.
struct nt_status file_security_check(const struct share *share, const struct resolved *r,
	const struct file_access_question *q, struct arena *a, uint32_t *granted,
	uint32_t *maximal) WARN_UNUSED;
// Whether something may be made in the directory where r is not yet.
struct nt_status file_security_may_add(const struct share *share, const struct resolved *r,
	const struct access_token *token, bool directory, struct arena *a) WARN_UNUSED;
// Gives a file just made its descriptor: inherited, or as the client wanted it (given, may be NULL).
struct nt_status file_security_create(const struct share *share, const struct resolved *r,
	const struct access_token *token, const struct security_descriptor *given, struct arena *a,
	struct security_descriptor *out) WARN_UNUSED;

#endif

// SPDX-License-Identifier: Apache-2.0
// The kinds of information that QUERY_INFO gives, a file each. w is the client's output buffer.
#ifndef SIGNET_SERVER_COMMANDS_QUERY_INFO_H
#define SIGNET_SERVER_COMMANDS_QUERY_INFO_H

#include "base/nt_status.h"
#include "base/writer.h"
#include "wire/smb2/smb2_query_info.h"

struct request;

struct nt_status query_file_info(
	struct request *req, const struct smb2_query_info_request *m, struct writer *w) WARN_UNUSED;
struct nt_status query_ea_info(
	struct request *req, const struct smb2_query_info_request *m, struct writer *w) WARN_UNUSED;
struct nt_status query_fs_info(
	struct request *req, const struct smb2_query_info_request *m, struct writer *w) WARN_UNUSED;
struct nt_status query_security_info(
	struct request *req, const struct smb2_query_info_request *m, struct writer *w) WARN_UNUSED;

#endif

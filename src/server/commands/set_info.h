// SPDX-License-Identifier: Apache-2.0
// The kinds of information that SET_INFO changes, a file each.
#ifndef SIGNET_SERVER_COMMANDS_SET_INFO_H
#define SIGNET_SERVER_COMMANDS_SET_INFO_H

#include "base/nt_status.h"
#include "wire/fscc/file_set_info.h"
#include "wire/smb2/smb2_set_info.h"

struct request;

struct nt_status set_basic_info(struct request *req, const struct file_set_info *info) WARN_UNUSED;
struct nt_status set_rename_info(struct request *req, const struct file_set_info *info) WARN_UNUSED;
struct nt_status set_link_info(struct request *req, const struct file_set_info *info) WARN_UNUSED;
struct nt_status set_size_info(struct request *req, const struct file_set_info *info) WARN_UNUSED;
struct nt_status set_ea_info(struct request *req, const struct file_set_info *info) WARN_UNUSED;
struct nt_status set_security_info(struct request *req, const struct smb2_set_info_request *m) WARN_UNUSED;

// The event of a change that is no rename, deletion or ACL: "attributes", "times", "size", ...
void set_info_emit(const struct request *req, const char *change);

#endif

// SPDX-License-Identifier: Apache-2.0
// TREE_CONNECT (MS-SMB2 2.2.9, 2.2.10), with the request extension of 3.1.1 as raw bytes.
#ifndef SIGNET_WIRE_SMB2_SMB2_TREE_CONNECT_H
#define SIGNET_WIRE_SMB2_SMB2_TREE_CONNECT_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	SMB2_TREE_CONNECT_REQUEST_SIZE = 9,
	SMB2_TREE_CONNECT_RESPONSE_SIZE = 16,

	SMB2_TREE_CONNECT_FLAG_CLUSTER_RECONNECT = 0x0001,
	SMB2_TREE_CONNECT_FLAG_REDIRECT_TO_OWNER = 0x0002,
	SMB2_TREE_CONNECT_FLAG_EXTENSION_PRESENT = 0x0004,

	SMB2_SHARE_TYPE_DISK = 0x01,
	SMB2_SHARE_TYPE_PIPE = 0x02,
	SMB2_SHARE_TYPE_PRINT = 0x03,
};

#define SMB2_SHAREFLAG_MANUAL_CACHING 0x00000000u
#define SMB2_SHAREFLAG_AUTO_CACHING 0x00000010u
#define SMB2_SHAREFLAG_VDO_CACHING 0x00000020u
#define SMB2_SHAREFLAG_NO_CACHING 0x00000030u
#define SMB2_SHAREFLAG_DFS 0x00000001u
#define SMB2_SHAREFLAG_DFS_ROOT 0x00000002u
#define SMB2_SHAREFLAG_RESTRICT_EXCLUSIVE_OPENS 0x00000100u
#define SMB2_SHAREFLAG_FORCE_SHARED_DELETE 0x00000200u
#define SMB2_SHAREFLAG_ALLOW_NAMESPACE_CACHING 0x00000400u
#define SMB2_SHAREFLAG_ACCESS_BASED_DIRECTORY_ENUM 0x00000800u
#define SMB2_SHAREFLAG_FORCE_LEVELII_OPLOCK 0x00001000u
#define SMB2_SHAREFLAG_ENABLE_HASH_V1 0x00002000u
#define SMB2_SHAREFLAG_ENABLE_HASH_V2 0x00004000u
#define SMB2_SHAREFLAG_ENCRYPT_DATA 0x00008000u
#define SMB2_SHAREFLAG_IDENTITY_REMOTING 0x00040000u
#define SMB2_SHAREFLAG_COMPRESS_DATA 0x00100000u
#define SMB2_SHAREFLAG_ISOLATED_TRANSPORT 0x00200000u

#define SMB2_SHARE_CAP_DFS 0x00000008u
#define SMB2_SHARE_CAP_CONTINUOUS_AVAILABILITY 0x00000010u
#define SMB2_SHARE_CAP_SCALEOUT 0x00000020u
#define SMB2_SHARE_CAP_CLUSTER 0x00000040u
#define SMB2_SHARE_CAP_ASYMMETRIC 0x00000080u
#define SMB2_SHARE_CAP_REDIRECT_TO_OWNER 0x00000100u

struct smb2_tree_connect_request {
	uint16_t flags;
	struct span path; // UTF-16, \\server\share
	struct span
		extension; // with SMB2_TREE_CONNECT_FLAG_EXTENSION_PRESENT: all from its start; not encoded
};

struct smb2_tree_connect_response {
	uint8_t share_type;
	uint32_t share_flags;
	uint32_t capabilities;
	uint32_t maximal_access;
};

enum verdict smb2_tree_connect_request_decode(
	struct span message, struct smb2_tree_connect_request *out) WARN_UNUSED;
void smb2_tree_connect_request_encode(struct writer *w, const struct smb2_tree_connect_request *m);
enum verdict smb2_tree_connect_response_decode(
	struct span message, struct smb2_tree_connect_response *out) WARN_UNUSED;
void smb2_tree_connect_response_encode(struct writer *w, const struct smb2_tree_connect_response *m);

#endif

// SPDX-License-Identifier: Apache-2.0
// Create contexts (MS-SMB2 2.2.13.2, 2.2.14.2): the chain, and what each one carries.
#ifndef SIGNET_WIRE_SMB2_SMB2_CREATE_CONTEXTS_H
#define SIGNET_WIRE_SMB2_SMB2_CREATE_CONTEXTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nt_status.h"
#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_CREATE_CONTEXTS_MAX = 64, // in one chain; sixteen kinds are known
	SMB2_LEASE_KEY_LEN = 16,
	SMB2_LEASE_V1_LEN = 32,
	SMB2_LEASE_V2_LEN = 52,
	SMB2_QFID_RESPONSE_LEN = 32,
};

enum smb2_create_context_kind {
	SMB2_CREATE_EXTA, // extended attributes (a FILE_FULL_EA_INFORMATION list)
	SMB2_CREATE_SECD, // security descriptor
	SMB2_CREATE_DHNQ, // durable handle request / response
	SMB2_CREATE_DHNC, // durable handle reconnect
	SMB2_CREATE_DH2Q, // durable handle v2 request / response
	SMB2_CREATE_DH2C, // durable handle v2 reconnect
	SMB2_CREATE_ALSI, // allocation size
	SMB2_CREATE_MXAC, // maximal access
	SMB2_CREATE_TWRP, // timewarp (a snapshot's time)
	SMB2_CREATE_QFID, // on-disk id
	SMB2_CREATE_RQLS, // lease, v1 or v2 by length
	SMB2_CREATE_APP_INSTANCE_ID,
	SMB2_CREATE_APP_INSTANCE_VERSION,
	SMB2_CREATE_SVHDX, // shared virtual disk; raw
	SMB2_CREATE_AAPL,  // Apple; raw
	SMB2_CREATE_POSIX, // POSIX extensions; raw
	SMB2_CREATE_CONTEXT_KINDS,
};

// One element of a chain.
struct smb2_create_context {
	struct span name;
	struct span data;
};

struct smb2_create_context_cursor {
	struct reader reader;
	bool at_end;
	uint16_t seen;
};

struct smb2_create_context_cursor smb2_create_context_cursor_make(struct span chain);
// The next element; false at the end or when the chain is bad (see the verdict). Checks that each
// starts at a multiple of 8, that Next leads forward and stays inside, and that name and data lie
// in the element (its fixed part excluded).
bool smb2_create_context_next(struct smb2_create_context_cursor *c, struct smb2_create_context *out);
enum verdict smb2_create_context_cursor_verdict(const struct smb2_create_context_cursor *c) WARN_UNUSED;

// What a chain holds by kind. Of a kind that occurs twice the first counts and its duplicate bit is set.
struct smb2_create_contexts {
	uint32_t present;    // bit 1 << kind
	uint32_t duplicates; // bit 1 << kind
	uint16_t unknown;    // elements of no known kind
	struct span data[SMB2_CREATE_CONTEXT_KINDS];
};

enum verdict smb2_create_contexts_find(struct span chain, struct smb2_create_contexts *out) WARN_UNUSED;

static inline bool smb2_create_contexts_has(
	const struct smb2_create_contexts *c, enum smb2_create_context_kind kind)
{
	return (c->present >> kind & 1) != 0;
}

// The name on the wire of a kind.
struct span smb2_create_context_name(enum smb2_create_context_kind kind);
// A short name for events and logs: "MxAc", "AppInstanceId".
const char *smb2_create_context_label(enum smb2_create_context_kind kind);

// What the elements carry. Each decoder takes an element's data; lengths that do not fit are
// VERDICT_BAD_SIZE.

struct smb2_durable_v2_request {
	uint32_t timeout; // milliseconds; 0: the server's choice
	uint32_t flags;   // SMB2_DHANDLE_FLAG_PERSISTENT
	uint8_t create_guid[SMB2_GUID_LEN];
};

struct smb2_durable_v2_reconnect {
	struct smb2_file_id file_id;
	uint8_t create_guid[SMB2_GUID_LEN];
	uint32_t flags;
};

struct smb2_durable_v2_response {
	uint32_t timeout;
	uint32_t flags;
};

#define SMB2_DHANDLE_FLAG_PERSISTENT 0x00000002u

#define SMB2_LEASE_NONE 0x00000000u
#define SMB2_LEASE_READ_CACHING 0x00000001u
#define SMB2_LEASE_HANDLE_CACHING 0x00000002u
#define SMB2_LEASE_WRITE_CACHING 0x00000004u

#define SMB2_LEASE_FLAG_BREAK_IN_PROGRESS 0x00000002u
#define SMB2_LEASE_FLAG_PARENT_LEASE_KEY_SET 0x00000004u

// Lease request and response, both versions (2.2.13.2.8, .10, 2.2.14.2.10, .11).
struct smb2_lease {
	uint8_t version; // 1 or 2
	uint8_t lease_key[SMB2_LEASE_KEY_LEN];
	uint32_t lease_state;
	uint32_t lease_flags;
	uint64_t lease_duration;
	uint8_t parent_lease_key[SMB2_LEASE_KEY_LEN]; // version 2
	uint16_t epoch;                               // version 2
};

struct smb2_app_instance_version {
	uint64_t version_high;
	uint64_t version_low;
};

struct smb2_maximal_access_response {
	struct nt_status query_status;
	uint32_t maximal_access;
};

struct smb2_on_disk_id {
	uint64_t disk_file_id;
	uint64_t volume_id;
};

enum verdict smb2_durable_reconnect_decode(struct span data, struct smb2_file_id *out) WARN_UNUSED;
enum verdict smb2_durable_v2_request_decode(
	struct span data, struct smb2_durable_v2_request *out) WARN_UNUSED;
enum verdict smb2_durable_v2_reconnect_decode(
	struct span data, struct smb2_durable_v2_reconnect *out) WARN_UNUSED;
enum verdict smb2_durable_v2_response_decode(
	struct span data, struct smb2_durable_v2_response *out) WARN_UNUSED;
enum verdict smb2_allocation_size_decode(struct span data, uint64_t *out) WARN_UNUSED;
enum verdict smb2_timewarp_decode(struct span data, uint64_t *out) WARN_UNUSED;
// The timestamp is optional: 0 when it is not there.
enum verdict smb2_maximal_access_request_decode(struct span data, uint64_t *timestamp) WARN_UNUSED;
enum verdict smb2_maximal_access_response_decode(
	struct span data, struct smb2_maximal_access_response *out) WARN_UNUSED;
enum verdict smb2_on_disk_id_decode(struct span data, struct smb2_on_disk_id *out) WARN_UNUSED;
enum verdict smb2_lease_decode(struct span data, struct smb2_lease *out) WARN_UNUSED;
enum verdict smb2_app_instance_id_decode(struct span data, uint8_t out[SMB2_GUID_LEN]) WARN_UNUSED;
enum verdict smb2_app_instance_version_decode(
	struct span data, struct smb2_app_instance_version *out) WARN_UNUSED;

// Builds a chain where the writer stands; alignment counts from there. The finished chain is
// writer_since(w, origin); it ends with the last element's data, unpadded.
struct smb2_create_context_builder {
	struct writer *w;
	size_t origin;
	size_t last; // where the last element starts
	bool any;
};

struct smb2_create_context_builder smb2_create_context_builder_make(struct writer *w);
void smb2_create_context_add(
	struct smb2_create_context_builder *b, enum smb2_create_context_kind kind, struct span data);
void smb2_create_context_add_file_id(struct smb2_create_context_builder *b, struct smb2_file_id id); // DHnC
void smb2_create_context_add_durable_request(struct smb2_create_context_builder *b);  // DHnQ, 16 zeros
void smb2_create_context_add_durable_response(struct smb2_create_context_builder *b); // DHnQ, 8 zeros
void smb2_create_context_add_durable_v2_request(
	struct smb2_create_context_builder *b, const struct smb2_durable_v2_request *m);
void smb2_create_context_add_durable_v2_reconnect(
	struct smb2_create_context_builder *b, const struct smb2_durable_v2_reconnect *m);
void smb2_create_context_add_durable_v2_response(
	struct smb2_create_context_builder *b, const struct smb2_durable_v2_response *m);
void smb2_create_context_add_u64(
	struct smb2_create_context_builder *b, enum smb2_create_context_kind kind, uint64_t v); // AlSi, TWrp
void smb2_create_context_add_maximal_access(
	struct smb2_create_context_builder *b, const struct smb2_maximal_access_response *m);
void smb2_create_context_add_on_disk_id(
	struct smb2_create_context_builder *b, const struct smb2_on_disk_id *m);
void smb2_create_context_add_lease(struct smb2_create_context_builder *b, const struct smb2_lease *m);
void smb2_create_context_add_app_instance_id(
	struct smb2_create_context_builder *b, const uint8_t id[SMB2_GUID_LEN]);
void smb2_create_context_add_app_instance_version(
	struct smb2_create_context_builder *b, const struct smb2_app_instance_version *m);

#endif

// SPDX-License-Identifier: Apache-2.0
// What IOCTL carries for SMB's own control codes (MS-SMB2 2.2.31.1, 2.2.32.1). The file systems' codes
// and payloads (MS-FSCC 2.3) are in wire/fscc/fsctl.h.
#ifndef SIGNET_WIRE_SMB2_SMB2_IOCTL_PAYLOADS_H
#define SIGNET_WIRE_SMB2_SMB2_IOCTL_PAYLOADS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/fscc/fsctl.h"
#include "wire/smb2/smb2_header.h"
#include "wire/smb2/smb2_negotiate.h"

#define FSCTL_DFS_GET_REFERRALS 0x00060194u
#define FSCTL_DFS_GET_REFERRALS_EX 0x000601B0u
#define FSCTL_IS_PATHNAME_VALID 0x0009002Cu
#define FSCTL_FILESYSTEM_GET_STATISTICS 0x00090060u
#define FSCTL_GET_NTFS_VOLUME_DATA 0x00090064u
#define FSCTL_SET_OBJECT_ID_EXTENDED 0x000900BCu
#define FSCTL_READ_FILE_USN_DATA 0x000900EBu
#define FSCTL_WRITE_USN_CLOSE_RECORD 0x000900EFu
#define FSCTL_OFFLOAD_READ 0x00094264u
#define FSCTL_OFFLOAD_WRITE 0x00098268u
#define FSCTL_PIPE_PEEK 0x0011400Cu
#define FSCTL_PIPE_WAIT 0x00110018u
#define FSCTL_PIPE_TRANSCEIVE 0x0011C017u
#define FSCTL_SRV_ENUMERATE_SNAPSHOTS 0x00144064u
#define FSCTL_SRV_REQUEST_RESUME_KEY 0x00140078u
#define FSCTL_SRV_COPYCHUNK 0x001440F2u
#define FSCTL_SRV_COPYCHUNK_WRITE 0x001480F2u
#define FSCTL_SRV_READ_HASH 0x001441BBu
#define FSCTL_LMR_REQUEST_RESILIENCY 0x001401D4u
#define FSCTL_QUERY_NETWORK_INTERFACE_INFO 0x001401FCu
#define FSCTL_VALIDATE_NEGOTIATE_INFO 0x00140204u

// "validate_negotiate_info"; NULL for a code that neither header names.
const char *fsctl_name(uint32_t ctl_code);

enum {
	SMB2_RESUME_KEY_LEN = 24,
	SMB2_RESUME_KEY_RESPONSE_LEN = 32,
	SMB2_COPYCHUNK_REQUEST_HEADER_LEN = 32,
	SMB2_COPYCHUNK_LEN = 24,
	SMB2_COPYCHUNK_RESPONSE_LEN = 12,
	SMB2_VALIDATE_NEGOTIATE_RESPONSE_LEN = 24,
	SMB2_NETWORK_INTERFACE_LEN = 152,
};

// VALIDATE_NEGOTIATE_INFO (2.2.31.4, 2.2.32.6)
struct smb2_validate_negotiate_request {
	uint32_t capabilities;
	uint8_t guid[SMB2_GUID_LEN];
	uint16_t security_mode;
	uint16_t dialect_count;
	uint16_t dialects[SMB2_NEGOTIATE_DIALECTS_MAX];
};

struct smb2_validate_negotiate_response {
	uint32_t capabilities;
	uint8_t guid[SMB2_GUID_LEN];
	uint16_t security_mode;
	uint16_t dialect;
};

enum verdict smb2_validate_negotiate_request_decode(
	struct span input, struct smb2_validate_negotiate_request *out) WARN_UNUSED;
void smb2_validate_negotiate_request_encode(
	struct writer *w, const struct smb2_validate_negotiate_request *m);
enum verdict smb2_validate_negotiate_response_decode(
	struct span output, struct smb2_validate_negotiate_response *out) WARN_UNUSED;
void smb2_validate_negotiate_response_encode(
	struct writer *w, const struct smb2_validate_negotiate_response *m);

// NETWORK_INTERFACE_INFO (2.2.32.5)
#define SMB2_NETWORK_INTERFACE_RSS_CAPABLE 0x00000001u
#define SMB2_NETWORK_INTERFACE_RDMA_CAPABLE 0x00000002u

enum smb2_address_family {
	SMB2_ADDRESS_INET = 0x0002,
	SMB2_ADDRESS_INET6 = 0x0017,
};

struct smb2_network_interface {
	uint32_t if_index;
	uint32_t capability;
	uint64_t link_speed; // bits per second
	uint16_t family;     // SMB2_ADDRESS_INET or SMB2_ADDRESS_INET6
	uint8_t address[16]; // network order; four bytes used by INET
	uint32_t scope_id;   // INET6
};

// The chain is built by appending; *last is where the previous one began (SIZE_MAX before the first).
void smb2_network_interface_append(struct writer *w, size_t *last, const struct smb2_network_interface *m);
// Takes the first of *rest and moves it behind; *rest is empty after the last.
enum verdict smb2_network_interface_next(struct span *rest, struct smb2_network_interface *out) WARN_UNUSED;

// SRV_REQUEST_RESUME_KEY (2.2.32.3)
enum verdict smb2_resume_key_response_decode(
	struct span output, uint8_t key[SMB2_RESUME_KEY_LEN]) WARN_UNUSED;
void smb2_resume_key_response_encode(struct writer *w, const uint8_t key[SMB2_RESUME_KEY_LEN]);

// SRV_COPYCHUNK and SRV_COPYCHUNK_WRITE (2.2.31.1, 2.2.32.1)
struct smb2_copychunk {
	uint64_t source_offset;
	uint64_t target_offset;
	uint32_t length;
};

struct smb2_copychunk_request {
	uint8_t source_key[SMB2_RESUME_KEY_LEN];
	uint32_t chunk_count;
	struct span chunks; // chunk_count raw chunks; bounded by the input
};

struct smb2_copychunk_response {
	uint32_t chunks_written;
	uint32_t chunk_bytes_written;
	uint32_t total_bytes_written;
};

enum verdict smb2_copychunk_request_decode(struct span input, struct smb2_copychunk_request *out) WARN_UNUSED;
void smb2_copychunk_request_encode(struct writer *w, const struct smb2_copychunk_request *m);
// The chunk of a decoded request; index is below its chunk_count.
struct smb2_copychunk smb2_copychunk_at(const struct smb2_copychunk_request *m, uint32_t index);
void smb2_copychunk_encode(struct writer *w, const struct smb2_copychunk *m);
enum verdict smb2_copychunk_response_decode(
	struct span output, struct smb2_copychunk_response *out) WARN_UNUSED;
void smb2_copychunk_response_encode(struct writer *w, const struct smb2_copychunk_response *m);

// PIPE_WAIT (MS-FSCC 2.3.49)
struct fsctl_pipe_wait_request {
	uint64_t timeout; // 100 ns
	bool timeout_specified;
	struct span name; // UTF-16, without the pipe prefix
};

enum verdict fsctl_pipe_wait_request_decode(
	struct span input, struct fsctl_pipe_wait_request *out) WARN_UNUSED;
void fsctl_pipe_wait_request_encode(struct writer *w, const struct fsctl_pipe_wait_request *m);

#endif

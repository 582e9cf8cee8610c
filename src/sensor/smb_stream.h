// SPDX-License-Identifier: Apache-2.0
// One direction of a connection, cut into messages: direct TCP and the NetBIOS session service
// (RFC 1002 4.3.1). Of a large message only as much is kept as somebody wants; the rest is passed over
// without a copy. After bytes are missing it goes on with the next message whose beginning it can be sure of.
#ifndef SIGNET_SENSOR_SMB_STREAM_H
#define SIGNET_SENSOR_SMB_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum {
	SMB_STREAM_HEAD_LEN = 128, // what the user sees before it says how much it wants
};

struct smb_stream_user {
	// How many bytes of a message of len bytes to keep; head is its first min(len, SMB_STREAM_HEAD_LEN).
	size_t (*wanted)(void *context, struct span head, size_t len);
	// A message, or the first part of one (bytes.len < len).
	void (*message)(void *context, struct span bytes, size_t len);
	// What does not look like SMB, or was lost: `reason` is "lost", "not_smb", "netbios".
	void (*trouble)(void *context, const char *reason, uint64_t bytes);
	void *context;
};

struct smb_stream {
	uint8_t frame[4]; // the frame's header
	uint8_t frame_len;
	bool in_message;
	bool searching; // for the beginning of a message
	size_t len;     // of the message
	size_t keep;    // bytes of it to put together; 0: not asked yet
	size_t have;    // bytes of it that came
	uint64_t skip;  // bytes that are passed over
	uint8_t *kept;  // malloc'ed
	size_t kept_cap;
};

void smb_stream_data(struct smb_stream *s, const struct smb_stream_user *u, struct span bytes);
void smb_stream_gap(struct smb_stream *s, const struct smb_stream_user *u, uint64_t len);
void smb_stream_free(struct smb_stream *s);
// Its beginning was not seen: looks for one.
void smb_stream_search(struct smb_stream *s);

// Whether bytes look like the start of a frame with an SMB message in it (8 bytes tell).
bool smb_frame_is_likely(struct span bytes);

#endif

// SPDX-License-Identifier: Apache-2.0
// The data of a large READ that stays in the page cache until it is sealed from there into the reply:
// one pass over it instead of two. For a reply that is sealed and holds nothing else.
#ifndef SIGNET_SERVER_PAYLOAD_H
#define SIGNET_SERVER_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "storage/file_map.h"

struct open;
struct session;

struct payload {
	struct open *open; // with a reference; NULL: there is no payload
	uint64_t offset;   // in the file
	struct file_map map;
	uint8_t *place; // in the reply; nothing is there yet
};

// False: not all of it is in memory, so it has to be copied.
bool payload_borrow(
	struct payload *p, struct open *o, uint64_t offset, size_t len, uint8_t *place) WARN_UNUSED;
// Seals the frame (session/sealing.h) that the place is in. What was cut off the file meanwhile is
// zeros. 0 or a negative errno: the frame must not be sent.
int payload_seal(struct payload *p, struct session *s, uint8_t *frame, size_t len) WARN_UNUSED;
// Nothing borrowed is fine.
void payload_drop(struct payload *p);

#endif

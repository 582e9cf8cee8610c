// SPDX-License-Identifier: Apache-2.0
// What is to be sent: one block a frame, with the requests in it.
#ifndef SIGNET_CLIENT_CLIENT_OUTPUT_H
#define SIGNET_CLIENT_CLIENT_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/writer.h"
#include "client/client_send.h"
#include "client/client_table.h"
#include "wire/smb2/frame.h"
#include "wire/smb2/smb2_transform.h"

enum {
	// Where messages start in a block: the frame's and the transform header fit before them.
	CLIENT_OUTPUT_HEADROOM = FRAME_HEADER_LEN + SMB2_TRANSFORM_HEADER_LEN,
	CLIENT_OUTPUT_LEN_MIN = 4096,
	CLIENT_SPARE_OUTPUTS_MAX = 64,
};

struct client_output_part {
	size_t offset; // of its header in the block
	struct client_request *request;
};

struct client_output {
	struct client_output *next;
	uint8_t *bytes;
	size_t cap;
	struct writer w;
	struct client_output_part parts[CLIENT_COMPOUND_MAX];
	unsigned part_count;
	uint32_t charge; // credits of all parts
	size_t start;    // what is to be sent: bytes[start, w.pos)
};

struct client_output_queue {
	struct client_output *first;
	struct client_output *last;
};

struct client_loop;

// At least len bytes in all; NULL when memory is out.
struct client_output *client_output_take(struct client_loop *loop, size_t len) WARN_UNUSED;
// Grows it so that more bytes fit behind what is written.
int client_output_reserve(struct client_output *o, size_t more) WARN_UNUSED;
// Its requests must be gone.
void client_output_give_back(struct client_loop *loop, struct client_output *o);
void client_outputs_free(struct client_loop *loop);

void client_output_push(struct client_output_queue *q, struct client_output *o);
struct client_output *client_output_pop(struct client_output_queue *q);

#endif

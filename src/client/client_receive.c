// SPDX-License-Identifier: Apache-2.0
// From the socket to the completion of a request.
#include "client/client_state.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "session/sealing.h"
#include "session/signing.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_compound.h"

enum { INPUT_LEN_MIN = 65536 };

// Room for len more bytes. What was dispatched before is forgotten here and not sooner: a blocking
// call's outputs borrow from it.
static int input_reserve(struct client_input *in, size_t len)
{
	if (in->start != 0) {
		memmove(in->bytes, in->bytes + in->start, in->end - in->start);
		in->end -= in->start;
		in->start = 0;
	}
	if (in->cap - in->end >= len)
		return 0;
	size_t cap = in->end + len;
	uint8_t *bytes = realloc(in->bytes, cap);
	if (bytes == NULL)
		return -ENOMEM;
	in->bytes = bytes;
	in->cap = cap;
	return 0;
}

// Bytes that the frame at start still lacks; 0 when it is whole. *len is the frame's without its header.
static int frame_missing(const struct client *c, size_t *missing, uint32_t *len)
{
	const struct client_input *in = &c->input;
	size_t have = in->end - in->start;
	if (have < FRAME_HEADER_LEN) {
		*missing = INPUT_LEN_MIN;
		return 0;
	}
	if (frame_header_decode(span_make(in->bytes + in->start, have), len) != VERDICT_OK ||
		*len > c->options.receive_len_max)
		return -EPROTO;
	size_t whole = FRAME_HEADER_LEN + (size_t)*len;
	*missing = have < whole ? whole - have : 0;
	return 0;
}

// MS-SMB2 3.2.5.1.3: once there are keys, an answer is sealed, or signed, or one that cannot be.
static bool answer_protected(
	const struct client *c, const struct smb2_header *h, struct span message, bool sealed)
{
	if (sealed || c->options.lenient || !c->established || c->sign_key == NULL)
		return true;
	if (c->sealing && c->open_key != NULL)
		return false;
	if (!c->signing || nt_status_equal(h->status, STATUS(PENDING)) ||
		h->message_id == SMB2_MESSAGE_ID_UNSOLICITED)
		return true;
	return message_verify(c->sign_key, SENT_BY_SERVER, message) == 0;
}

static void request_complete(struct client *c, struct client_request *r, const struct client_reply *reply)
{
	client_done done = r->done;
	void *context = r->context;
	client_table_remove(&c->table, r);
	r->next = c->loop->spare_rows;
	c->loop->spare_rows = r;
	done(context, reply);
}

static int message_dispatch(struct client *c, const struct smb2_header *h, struct span message, bool sealed)
{
	struct client_reply reply = { .header = *h, .message = message };
	if (!smb2_header_is_response(h) || !answer_protected(c, h, message, sealed))
		return -EPROTO;
	c->credits += h->credit_request_response;
	if (h->message_id == SMB2_MESSAGE_ID_UNSOLICITED) {
		if (c->options.unsolicited != NULL)
			c->options.unsolicited(c->options.unsolicited_context, &reply);
		return 0;
	}
	struct client_request *r = client_table_find(&c->table, h->message_id);
	if (r == NULL || r->command != h->command)
		return -EPROTO;
	if (nt_status_equal(h->status, STATUS(PENDING))) {
		r->async_id = h->async_id;
		return 0;
	}
	request_complete(c, r, &reply);
	return 0;
}

// MS-SMB2 3.2.5.1.1: within a seal only messages of its session; what nobody asked for names none.
static bool belongs_in_seal(const struct client *c, const struct smb2_header *h)
{
	return h->session_id == c->session_id || h->message_id == SMB2_MESSAGE_ID_UNSOLICITED;
}

static int messages_dispatch(struct client *c, struct span messages, bool sealed)
{
	struct smb2_compound chain = smb2_compound_make(messages);
	struct smb2_header h;
	struct span message;
	while (c->fault == 0 && smb2_compound_next(&chain, &message, &h)) {
		if (sealed && !belongs_in_seal(c, &h))
			return -EPROTO;
		int rc = message_dispatch(c, &h, message, sealed);
		if (rc < 0)
			return rc;
	}
	return smb2_compound_verdict(&chain) == VERDICT_OK ? 0 : -EPROTO;
}

static int frame_dispatch(struct client *c, uint8_t *frame, size_t len)
{
	if (smb2_protocol_id(span_make(frame, len)) != SMB2_TRANSFORM_PROTOCOL_ID)
		return messages_dispatch(c, span_make(frame, len), false);
	struct smb2_transform_header h;
	struct span messages;
	if (c->open_key == NULL || smb2_transform_header_decode(span_make(frame, len), &h) != VERDICT_OK ||
		h.session_id != c->session_id)
		return -EPROTO;
	int rc = message_open(c->open_key, frame, len, &messages);
	return rc == 0 ? messages_dispatch(c, messages, true) : rc;
}

// All whole frames; *missing is then what the next one lacks.
static int frames_dispatch(struct client *c, size_t *missing)
{
	uint32_t len = 0;
	int rc = frame_missing(c, missing, &len);
	while (rc == 0 && c->fault == 0 && *missing == 0) {
		uint8_t *frame = c->input.bytes + c->input.start + FRAME_HEADER_LEN;
		c->input.start += FRAME_HEADER_LEN + len;
		rc = frame_dispatch(c, frame, len);
		if (rc == 0)
			rc = frame_missing(c, missing, &len);
	}
	client_pending_start(c);
	return rc;
}

enum {
	LOW_WATER_MISSING_MIN = 128 << 10, // for less it is not worth a system call
	LOW_WATER_MAX = 1 << 20,
};

// Not to be woken before (nearly) all of a large frame is there: on a fast network that would be once for
// each segment.
static void input_await(struct client *c, size_t missing)
{
	int mark = missing < LOW_WATER_MISSING_MIN ? 1
		   : missing < LOW_WATER_MAX       ? (int)missing
						   : LOW_WATER_MAX;
	if (mark == c->input.low_water || (mark == 1 && c->input.low_water == 0))
		return;
	if (setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof(mark)) == 0)
		c->input.low_water = mark;
}

// Ends with the first read that completes a frame: its completions may have left borrowed bytes with a
// blocking caller.
int client_receive(struct client *c)
{
	size_t missing = 0;
	uint32_t len = 0;
	int rc = frame_missing(c, &missing, &len);
	bool whole = false;
	while (rc == 0 && !whole) {
		// A large frame is read to its end and not beyond: then nothing has to be moved.
		rc = input_reserve(&c->input, missing);
		if (rc < 0)
			break;
		ssize_t got = recv(c->fd, c->input.bytes + c->input.end, missing, 0);
		if (got == 0)
			return -ECONNRESET;
		if (got < 0 && errno == EAGAIN)
			input_await(c, missing == INPUT_LEN_MIN ? 1 : missing);
		if (got < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		c->input.end += (size_t)got;
		rc = frames_dispatch(c, &missing);
		whole = c->input.start != 0;
	}
	if (rc == 0)
		input_await(c, missing == INPUT_LEN_MIN ? 1 : missing);
	return rc;
}

// SPDX-License-Identifier: Apache-2.0
// From a command's body to a block that waits for credits, then for the socket.
#include "client/client_state.h"

#include <errno.h>
#include <stdlib.h>

#include "wire/smb2/smb2_command.h"

enum {
	CREDIT_BYTES = 65536, // of payload a credit pays for
	MESSAGE_ALIGNMENT = 8,
};

uint16_t client_charge(const struct client *c, size_t bytes)
{
	// MS-SMB2 3.2.4.1.5: without multi-credit requests the field is reserved.
	if (c->facts.dialect <= SMB2_DIALECT_202 || (c->facts.capabilities & SMB2_GLOBAL_CAP_LARGE_MTU) == 0)
		return c->facts.dialect <= SMB2_DIALECT_202 ? 0 : 1;
	return bytes == 0 ? 1 : (uint16_t)((bytes - 1) / CREDIT_BYTES + 1);
}

static struct client_request *request_take(struct client_loop *loop)
{
	struct client_request *r = loop->spare_rows;
	if (r == NULL)
		return malloc(sizeof(*r));
	loop->spare_rows = r->next;
	return r;
}

static void request_give_back(struct client_loop *loop, struct client_request *r)
{
	r->next = loop->spare_rows;
	loop->spare_rows = r;
}

// Up to credits_max in hand, and always what the request itself costs.
static uint16_t credits_to_ask(const struct client *c, uint16_t charge)
{
	uint32_t wanted = c->options.credits_max > c->credits ? c->options.credits_max - c->credits : 0;
	uint32_t own = charge == 0 ? 1 : charge;
	return (uint16_t)(wanted > own ? wanted : own);
}

static void header_write(
	struct client *c, struct writer *w, uint32_t tree_id, const struct client_request *r, bool related)
{
	struct smb2_header h = { .credit_charge = r->charge,
		.command = r->command,
		.credit_request_response = credits_to_ask(c, r->charge),
		.flags = related ? SMB2_FLAGS_RELATED_OPERATIONS : 0,
		.tree_id = tree_id,
		.session_id = c->session_id };
	smb2_header_encode(w, &h);
}

// The previous part of a compound ends at a multiple of 8 and says where the next one starts.
static void part_link(struct client_output *o)
{
	if (o->part_count == 0)
		return;
	size_t last = o->parts[o->part_count - 1].offset;
	writer_align(&o->w, MESSAGE_ALIGNMENT, last);
	smb2_header_patch_next_command(&o->w, last, (uint32_t)(o->w.pos - last));
}

static int output_open(struct client *c, size_t len)
{
	if (c->fault != 0)
		return c->fault;
	if (c->open == NULL)
		c->open = client_output_take(c->loop, CLIENT_OUTPUT_HEADROOM + len);
	if (c->open == NULL)
		return -ENOMEM;
	return c->open->part_count < CLIENT_COMPOUND_MAX ? client_output_reserve(c->open, len) : -EMSGSIZE;
}

struct writer *client_request_begin(struct client *c, uint32_t tree_id, uint16_t command, size_t room,
	uint16_t charge, client_done done, void *context, int *fault)
{
	*fault = output_open(c, MESSAGE_ALIGNMENT + SMB2_HEADER_LEN + room);
	struct client_request *r = *fault == 0 ? request_take(c->loop) : NULL;
	if (r == NULL) {
		if (*fault == 0)
			*fault = -ENOMEM;
		c->compound_fault = *fault;
		return NULL;
	}
	*r = (struct client_request){
		.command = command, .charge = charge, .done = done, .context = context
	};
	struct client_output *o = c->open;
	part_link(o);
	bool related = o->part_count != 0;
	o->parts[o->part_count++] = (struct client_output_part){ o->w.pos, r };
	o->charge += charge == 0 ? 1 : charge;
	header_write(c, &o->w, tree_id, r, related);
	return &o->w;
}

void client_output_forget(struct client *c, struct client_output *o)
{
	for (unsigned i = 0; i < o->part_count; i++)
		request_give_back(c->loop, o->parts[i].request);
	client_output_give_back(c->loop, o);
}

static int output_submit(struct client *c)
{
	struct client_output *o = c->open;
	c->open = NULL;
	if (!writer_ok(&o->w)) {
		client_output_forget(c, o);
		return -EMSGSIZE;
	}
	client_output_push(&c->pending, o);
	client_pending_start(c);
	return 0;
}

int client_request_end(struct client *c)
{
	return c->compound ? 0 : output_submit(c);
}

void client_compound_begin(struct client *c)
{
	c->compound = true;
	c->compound_fault = 0;
}

int client_compound_end(struct client *c)
{
	c->compound = false;
	if (c->open == NULL)
		return c->compound_fault;
	if (c->compound_fault == 0)
		return output_submit(c);
	client_output_forget(c, c->open);
	c->open = NULL;
	return c->compound_fault;
}

static int output_number(struct client *c, struct client_output *o)
{
	for (unsigned i = 0; i < o->part_count; i++) {
		struct client_request *r = o->parts[i].request;
		r->message_id = c->next_message_id;
		c->next_message_id += r->charge == 0 ? 1 : r->charge;
		writer_patch_u64(&o->w, o->parts[i].offset + SMB2_HEADER_MESSAGE_ID_OFFSET, r->message_id);
		int rc = client_table_add(&c->table, r);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void client_pending_start(struct client *c)
{
	while (c->fault == 0 && c->pending.first != NULL && c->pending.first->charge <= c->credits) {
		struct client_output *o = client_output_pop(&c->pending);
		c->credits -= o->charge;
		int rc = output_number(c, o);
		if (rc == 0)
			rc = client_output_protect(c, o);
		client_output_push(&c->sending, o);
		if (rc < 0)
			client_fail(c, rc);
		else
			client_mark_dirty(c);
	}
}

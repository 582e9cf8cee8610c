// SPDX-License-Identifier: Apache-2.0
#include "server/open_content.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "detect/content.h"
#include "server/open.h"
#include "server/server.h"
#include "server/session.h"
#include "storage/file_data.h"
#include "storage/node.h"

struct open_content {
	struct content_sample before; // what was read, or found there by the first write
	struct content_sample written;
};

// --- how much, and whether --------------------------------------------------------------------------

static bool is_sampled(const struct open *o)
{
	return o->session->server->samples_content && o->stream_name == NULL && o->pipe == NULL;
}

// With o->lock held; NULL: too many opens have one, or memory is out.
static struct open_content *content_of(struct open *o)
{
	struct server *s = o->session->server;
	if (o->content != NULL)
		return o->content;
	if (atomic_fetch_add(&s->content_count, 1) < OPEN_CONTENTS_MAX)
		o->content = calloc(1, sizeof(*o->content));
	if (o->content == NULL)
		(void)atomic_fetch_sub(&s->content_count, 1);
	return o->content;
}

// Where the slice begins, of those that are spread evenly over len bytes.
static uint64_t slice_at(uint64_t len, unsigned i)
{
	return i == 0 ? 0 : (len - OPEN_CONTENT_SLICE) / (OPEN_CONTENT_SLICES - 1) * i;
}

static void add_slices(struct content_sample *c, uint64_t offset, struct span data)
{
	if (data.len <= OPEN_CONTENT_SLICE * OPEN_CONTENT_SLICES) {
		content_add(c, offset, data);
		return;
	}
	for (unsigned i = 0; i < OPEN_CONTENT_SLICES; i++) {
		uint64_t at = slice_at(data.len, i);
		content_add(c, offset + at, (struct span){ data.data + at, OPEN_CONTENT_SLICE });
	}
}

// --- what was there ---------------------------------------------------------------------------------

// Whether what was there is still to be learned: not once something of it may have been written over.
static bool wants_before(const struct open *o)
{
	const struct open_content *c = o->content;
	return c == NULL || (c->written.len == 0 && c->before.len < OPEN_CONTENT_BYTES_MAX);
}

void open_content_read(struct open *o, uint64_t offset, struct span data)
{
	if (!is_sampled(o))
		return;
	pthread_mutex_lock(&o->lock);
	struct open_content *c = wants_before(o) ? content_of(o) : NULL;
	if (c != NULL)
		add_slices(&c->before, offset, data);
	pthread_mutex_unlock(&o->lock);
}

static bool still_wants_before(struct open *o)
{
	pthread_mutex_lock(&o->lock);
	bool wants = wants_before(o);
	pthread_mutex_unlock(&o->lock);
	return wants;
}

// Slices of that range of the file, as it is now.
static void look(struct open *o, int fd, uint64_t offset, uint64_t len, bool may_block)
{
	uint8_t slices[OPEN_CONTENT_SLICES * OPEN_CONTENT_SLICE];
	size_t filled = 0;
	ssize_t n = 1;
	bool whole = len <= sizeof(slices);
	unsigned count = whole ? 1 : OPEN_CONTENT_SLICES;
	size_t each = whole ? (size_t)len : OPEN_CONTENT_SLICE;
	for (unsigned i = 0; i < count && n > 0; i++) {
		n = file_read(fd, slices + filled, each, offset + slice_at(len, i), may_block);
		filled += n > 0 ? (size_t)n : 0;
	}
	if (filled > 0)
		open_content_read(o, offset, (struct span){ slices, filled });
}

void open_content_read_in_place(struct open *o, uint64_t offset, uint64_t len)
{
	if (is_sampled(o) && still_wants_before(o))
		look(o, o->fd, offset, len, false);
}

void open_content_before_write(struct open *o, uint64_t offset, uint64_t len, bool may_block)
{
	if (!is_sampled(o))
		return;
	pthread_mutex_lock(&o->lock);
	bool first = o->content == NULL && atomic_load(&o->bytes_written) == 0;
	pthread_mutex_unlock(&o->lock);
	if (first)
		look(o, o->fd, offset, len, may_block);
}

// Its own descriptor may be for writing alone.
void open_content_before_replace(struct open *o)
{
	struct stat st;
	if (!is_sampled(o) || fstat(o->fd, &st) != 0 || st.st_size <= 0)
		return;
	int fd = node_reopen(o->fd, NODE_READ);
	if (fd < 0)
		return;
	look(o, fd, 0, (uint64_t)st.st_size, true);
	(void)close(fd);
}

// --- what is there now ------------------------------------------------------------------------------

void open_content_written(struct open *o, uint64_t offset, struct span data)
{
	if (!is_sampled(o))
		return;
	pthread_mutex_lock(&o->lock);
	struct open_content *c = content_of(o);
	if (c != NULL && c->written.len < OPEN_CONTENT_BYTES_MAX)
		add_slices(&c->written, offset, data);
	pthread_mutex_unlock(&o->lock);
}

bool open_content_tell(struct open *o, struct event_content *out)
{
	pthread_mutex_lock(&o->lock);
	const struct open_content *c = o->content;
	if (c != NULL) {
		out->read_entropy = content_entropy(&c->before);
		out->written_entropy = content_entropy(&c->written);
		out->type = c->written.len > 0 ? c->written.type : c->before.type;
	}
	pthread_mutex_unlock(&o->lock);
	return c != NULL;
}

void open_content_free(struct open *o)
{
	if (o->content == NULL)
		return;
	(void)atomic_fetch_sub(&o->session->server->content_count, 1);
	free(o->content);
	o->content = NULL;
}

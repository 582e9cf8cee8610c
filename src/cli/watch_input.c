// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { LIVE_BUFFER_LEN = 64 << 20, DESCRIPTORS_SPARE = 64 };

// Many captures are open at once.
static void allow_files(size_t count)
{
	struct rlimit limit;
	rlim_t wanted = count + DESCRIPTORS_SPARE;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void end_file(struct watch_input_file *f)
{
	capture_source_close(f->source);
	f->source = NULL;
	f->ended = true;
}

static enum capture_next advance(struct watch_input_file *f)
{
	enum capture_next next = capture_source_next(f->source, &f->head);
	if (next == CAPTURE_PACKET)
		f->packets++;
	if (next == CAPTURE_DAMAGED) {
		f->damaged = true;
		(void)snprintf(f->error, sizeof(f->error), "%s", capture_source_error(f->source));
	}
	return next;
}

static bool add(struct watch_input *in, const char *path, struct capture_source *source, const char *error)
{
	struct watch_input_file *f = &in->files[in->count];
	if (source == NULL) {
		(void)fprintf(stderr, "signet: %s\n", error);
		in->unreadable++;
		return false;
	}
	*f = (struct watch_input_file){ .source = source, .name = strdup(path) };
	uint64_t done;
	capture_source_position(source, &done, &f->size);
	in->count++;
	return f->name != NULL;
}

// SMB may be on any port; what is in a tunnel cannot be told from outside. "vlan" comes last, as all after it
// is looked for behind the tag.
static const char default_filter[] =
	"tcp or udp port 88 or ip proto 47 or ip proto 4 or ip proto 41 or udp port 4789 or udp port 8472 or "
	"ip[6:2] & 0x1fff != 0 or ip6 proto 44 or vlan";

bool watch_input_open_interface(struct watch_input *in, const char *interface, const char *filter)
{
	char error[CAPTURE_ERROR_LEN];
	*in = (struct watch_input){ .files = calloc(1, sizeof(*in->files)) };
	if (in->files == NULL)
		return false;
	filter = filter == NULL ? default_filter : filter;
	return add(in, interface, capture_live_open(interface, filter, LIVE_BUFFER_LEN, error), error);
}

// The heads of all, before the first packet is handed out.
static void read_heads(struct watch_input *in)
{
	for (size_t i = 0; i < in->count; i++) {
		if (advance(&in->files[i]) != CAPTURE_PACKET)
			end_file(&in->files[i]);
	}
	in->current = in->count;
}

bool watch_input_open_files(struct watch_input *in, const char *const *paths, size_t count)
{
	char error[CAPTURE_ERROR_LEN];
	*in = (struct watch_input){ .files = calloc(count, sizeof(*in->files)) };
	if (in->files == NULL)
		return false;
	allow_files(count);
	for (size_t i = 0; i < count; i++)
		(void)add(in, paths[i], capture_file_open(paths[i], error), error);
	if (in->count > 1)
		read_heads(in);
	return in->count > 0;
}

void watch_input_close(struct watch_input *in)
{
	for (size_t i = 0; i < in->count; i++) {
		capture_source_close(in->files[i].source);
		free(in->files[i].name);
	}
	free(in->files);
	*in = (struct watch_input){ .files = NULL };
}

// One source: nothing is read before it is wanted, as it may be a pipe or an interface.
static enum capture_next next_of_one(struct watch_input *in, struct packet *p, struct watch_input_file **file)
{
	struct watch_input_file *f = *file = &in->files[0];
	if (f->ended)
		return CAPTURE_END;
	enum capture_next next = advance(f);
	if (next == CAPTURE_NOTHING)
		return next;
	if (next != CAPTURE_PACKET) {
		end_file(f);
		return CAPTURE_END;
	}
	*p = f->head;
	return CAPTURE_PACKET;
}

// The file with the earliest head, and when the next best begins.
static void choose(struct watch_input *in)
{
	size_t best = in->count;
	in->others_time = UINT64_MAX;
	for (size_t i = 0; i < in->count; i++) {
		// NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there are as many as count says
		if (in->files[i].ended)
			continue;
		uint64_t time = in->files[i].head.time_us;
		// NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there is a file when there is a best
		// one
		if (best == in->count || time < in->files[best].head.time_us) {
			if (best != in->count)
				in->others_time = in->files[best].head.time_us;
			best = i;
		} else if (time < in->others_time) {
			in->others_time = time;
		}
	}
	in->current = best;
}

enum capture_next watch_input_next(struct watch_input *in, struct packet *p, struct watch_input_file **file)
{
	if (in->count == 1)
		return next_of_one(in, p, file);
	struct watch_input_file *f = in->current < in->count ? &in->files[in->current] : NULL;
	// What was handed out last was borrowed until now.
	if (f != NULL && advance(f) != CAPTURE_PACKET)
		end_file(f);
	if (f == NULL || f->ended || f->head.time_us > in->others_time)
		choose(in);
	if (in->current >= in->count)
		return CAPTURE_END;
	*file = &in->files[in->current];
	*p = (*file)->head;
	return CAPTURE_PACKET;
}

void watch_input_position(const struct watch_input *in, uint64_t *done, uint64_t *size)
{
	*done = *size = 0;
	for (size_t i = 0; i < in->count; i++) {
		const struct watch_input_file *f = &in->files[i];
		uint64_t at = f->size, all;
		if (f->source != NULL)
			capture_source_position(f->source, &at, &all);
		*done += at;
		*size += f->size;
	}
}

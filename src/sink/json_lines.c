// SPDX-License-Identifier: Apache-2.0
#include "sink/json_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_LEN = 128 << 10 };
_Static_assert(BUFFER_LEN >= 2 * EVENT_JSON_MAX, "there is room for a line when half of it is full");

struct json_lines {
	bool at_once;
	struct event_json_common *common;
	int err; // the first that writing gave; then nothing more is written
	struct writer lines;
	uint8_t buffer[BUFFER_LEN];
};

static void json_lines_flush(void *state)
{
	struct json_lines *j = state;
	size_t written = 0;
	while (j->err == 0 && written < j->lines.pos) {
		ssize_t n = write(STDOUT_FILENO, j->buffer + written, j->lines.pos - written);
		if (n >= 0)
			written += (size_t)n;
		else if (errno != EINTR)
			j->err = errno;
	}
	writer_rewind(&j->lines, 0);
}

static void json_lines_event(void *state, const struct event *e)
{
	struct json_lines *j = state;
	size_t before = j->lines.pos;
	if (!event_write_json_after(j->common, e, &j->lines))
		writer_rewind(&j->lines, before);
	if (j->at_once || writer_left(&j->lines) < EVENT_JSON_MAX)
		json_lines_flush(j);
}

static bool json_lines_close(void *state)
{
	struct json_lines *j = state;
	json_lines_flush(j);
	int err = j->err;
	event_json_common_free(j->common);
	free(j);
	if (err == 0)
		return true;
	(void)fprintf(stderr, "signet: standard output: %s\n", strerror(err));
	return false;
}

bool json_lines_open(bool at_once, struct outlet *out)
{
	struct json_lines *j = calloc(1, sizeof(*j));
	if (j == NULL)
		return false;
	j->common = event_json_common_new();
	if (j->common == NULL) {
		free(j);
		return false;
	}
	j->at_once = at_once;
	j->lines = writer_make(j->buffer, sizeof(j->buffer));
	*out = (struct outlet){ json_lines_event, json_lines_flush, json_lines_close, .state = j };
	return true;
}

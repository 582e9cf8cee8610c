// SPDX-License-Identifier: Apache-2.0
#include "sink/json_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_lines {
	bool at_once;
	uint8_t line[EVENT_JSON_MAX];
};

static void json_lines_flush(void *state)
{
	(void)state;
	(void)fflush(stdout);
}

static void json_lines_event(void *state, const struct event *e)
{
	struct json_lines *j = state;
	struct writer w = writer_make(j->line, sizeof(j->line));
	if (!event_write_json(e, &w))
		return;
	(void)fwrite_unlocked(j->line, 1, w.pos, stdout);
	if (j->at_once)
		(void)fflush(stdout);
}

static bool json_lines_close(void *state)
{
	free(state);
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return true;
	(void)fprintf(stderr, "signet: standard output: %s\n", strerror(errno));
	return false;
}

bool json_lines_open(bool at_once, struct outlet *out)
{
	struct json_lines *j = calloc(1, sizeof(*j));
	if (j == NULL)
		return false;
	j->at_once = at_once;
	*out = (struct outlet){ json_lines_event, json_lines_flush, json_lines_close, .state = j };
	return true;
}

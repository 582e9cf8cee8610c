// SPDX-License-Identifier: Apache-2.0
#include "notify_fixture.h"

#include <stdio.h>

#include "../../test_support.h"
#include "notify_told.h"

struct notify_watch *watch_path(
	struct notify_registry *reg, const char *path, bool recursive, uint32_t filter, uint32_t buffer_len)
{
	struct notify_watch_config config = { .share_id = SHARE,
		.path = path,
		.recursive = recursive,
		.filter = filter,
		.buffer_len_max = buffer_len,
		.dir_fd = -1 };
	struct notify_watch *watch = notify_watch_add(reg, &config);
	assert_non_null(watch);
	return watch;
}

static void completed(struct notify_request *request)
{
	((struct asked *)request)->completions++;
}

struct nt_status ask_with(
	struct notify_registry *reg, struct notify_watch *watch, struct asked *asked, uint32_t output_len)
{
	*asked = (struct asked){ .request = { .output_len_max = output_len, .complete = completed } };
	return notify_request_start(reg, watch, &asked->request);
}

struct nt_status ask(struct notify_registry *reg, struct notify_watch *watch, struct asked *asked)
{
	return ask_with(reg, watch, asked, 1000);
}

const char *told(struct asked *asked)
{
	static char text[65536];
	notify_told(asked->request.records, asked->request.records_len, text, sizeof(text));
	notify_request_done(&asked->request);
	return text;
}

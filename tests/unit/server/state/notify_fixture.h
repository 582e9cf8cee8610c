// SPDX-License-Identifier: Apache-2.0
// A registry, and requests that remember how they ended.
#ifndef SIGNET_TESTS_UNIT_SERVER_STATE_NOTIFY_FIXTURE_H
#define SIGNET_TESTS_UNIT_SERVER_STATE_NOTIFY_FIXTURE_H

#include "server/state/notify.h"

enum { SHARE = 7 };

struct asked {
	struct notify_request request; // first, so that the one is the other
	int completions;
};

struct notify_watch *watch_path(
	struct notify_registry *reg, const char *path, bool recursive, uint32_t filter, uint32_t buffer_len);
struct nt_status ask_with(
	struct notify_registry *reg, struct notify_watch *watch, struct asked *asked, uint32_t output_len);
struct nt_status ask(struct notify_registry *reg, struct notify_watch *watch, struct asked *asked);
// The records of a result as text: "+name -name *name <old >new", streams in upper case letters; frees
// the records.
const char *told(struct asked *asked);

#endif

// SPDX-License-Identifier: Apache-2.0
// Events about opens and files: what they have in common.
#ifndef SIGNET_SERVER_OPEN_EVENT_H
#define SIGNET_SERVER_OPEN_EVENT_H

#include "event/event.h"

struct open;

enum { OPEN_PATH_MAX = 4096 + 512 };

// A path as it was at some moment: renames may change the open's own at any time.
struct path_text {
	char text[OPEN_PATH_MAX];
};

// "dir/file" or "dir/file:stream", also valid while others rename it. Returns text.
const char *open_path_text(const struct open *o, struct path_text *out);
// The path without the stream.
const char *open_file_path_text(const struct open *o, struct path_text *out);
// Fills in connection, session, share, path and file id; the path lives in *path.
void open_event_fill(const struct open *o, struct event *e, struct path_text *path);
void open_event_emit(const struct open *o, const struct event *e);

#endif

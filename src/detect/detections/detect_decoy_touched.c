// SPDX-License-Identifier: Apache-2.0
// decoy_touched: a file that nobody has a reason to open was opened.
//
// Signal: an open for more than a look at its attributes, a read, a write, a rename or a deletion of a file
// that [detect] decoys names (share/path; * and ? match any characters; no difference between cases). A
// pattern without '/' is a share: then connecting to it is enough. Refused attempts count as well. Evidence:
// the path, the pattern, what was done. False positives: listings and file managers ask for attributes only,
// which does not count. Backups read everything: hosts in backup_hosts may read.
#include "detect/detections/detections.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "detect/file_view.h"
#include "detect/memory.h"

enum {
	// MS-SMB2 2.2.13.1.1: reading or changing what is in it, deleting it, its rights, everything.
	ACCESS_THAT_COUNTS = 0x1 | 0x2 | 0x4 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000,
	ACCESS_MAXIMUM_ALLOWED = 0x02000000,
	ACCESS_WRITE = 0x2 | 0x4 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000,
	AGAIN_US = 600 * 1000000, // one account's second touch of a decoy is no news for so long
};

struct state {
	struct memory memory;
	struct detect_table *told; // uint64_t: when
};

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, told), .entry_len = sizeof(uint64_t) },
		},
	};
	return memory_begin(context, &plan);
}

static const char *decoy_of(const struct config_strings *decoys, const char *path)
{
	for (size_t i = 0; i < decoys->count; i++)
		if (fnmatch(decoys->items[i], path, FNM_CASEFOLD | FNM_NOESCAPE) == 0)
			return decoys->items[i];
	return NULL;
}

static bool is_touch(const struct state *s, const struct event *e, const struct file_view *v)
{
	bool backup = detect_list_has(&s->memory.context.settings->backup_hosts, detect_client(e));
	if (v->directory)
		return false;
	switch (v->action) {
	case FILE_ACTION_OPEN:
		if (v->made)
			return false; // whoever puts the decoy there
		return (e->access & (backup ? ACCESS_WRITE : ACCESS_THAT_COUNTS)) != 0 ||
		       (!backup && (e->access & ACCESS_MAXIMUM_ALLOWED) != 0);
	case FILE_ACTION_READ:
		return !backup;
	case FILE_ACTION_CLOSE:
		return (!backup && e->bytes_read > 0);
	case FILE_ACTION_RENAME:
	case FILE_ACTION_DELETE:
		return true;
	default:
		return false;
	}
}

static bool is_news(struct state *s, const struct event *e, const char *decoy)
{
	char key[1024];
	uint64_t *when = detect_table_get(
		s->told, detect_key(key, sizeof(key), detect_client(e), detect_account(e), decoy));
	if (when == NULL || (*when != 0 && e->time_us < *when + AGAIN_US))
		return false;
	*when = e->time_us;
	return true;
}

static void tell(
	struct state *s, const struct event *e, const char *decoy, const char *path, const char *what)
{
	struct finding f;
	uint64_t packet = e->wire == NULL ? 0 : e->wire->packet;
	finding_init(&f);
	finding_about(&f, e);
	finding_title(&f, "%s from %s touched the decoy %s on %s", detect_account(e), detect_client(e), path,
		detect_server(e));
	finding_evidence(&f, "path", packet, "%s", path);
	finding_evidence(&f, "decoy", 0, "%s", decoy);
	finding_evidence(&f, "action", packet, "%s", what);
	finding_evidence(&f, "access", packet, "0x%x", e->access);
	f.outcome = detect_is_success(e) ? "succeeded" : "failed";
	f.count = 1;
	finding_emit(s->memory.context.sink, &detect_decoy_touched, &f);
	finding_done(&f);
}

static const char *word_of(enum file_action action)
{
	static const char *const words[] = { "none", "open", "read", "write", "rename", "delete", "read",
		"attributes" };
	return words[action];
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	const struct config_strings *decoys = &s->memory.context.settings->decoys;
	struct file_view v;
	const char *decoy;
	if (decoys->count == 0)
		return;
	if (e->kind == EVENT_TREE_CONNECT && e->share != NULL) {
		decoy = decoy_of(decoys, e->share);
		if (decoy != NULL && is_news(s, e, decoy))
			tell(s, e, decoy, e->share, "connect");
		return;
	}
	if (!file_view_of(e, &v) || !is_touch(s, e, &v))
		return;
	decoy = decoy_of(decoys, v.path);
	if (decoy == NULL && v.target[0] != '\0')
		decoy = decoy_of(decoys, v.target);
	if (decoy != NULL && is_news(s, e, decoy))
		tell(s, e, decoy, v.path, word_of(v.action));
}

const struct detector detect_decoy_touched = {
	.id = "decoy_touched",
	.title = "a decoy was touched",
	.technique = "T1083",
	.severity = EVENT_ALERT,
	.begin = begin,
	.event = event,
	.end = memory_end,
};

// SPDX-License-Identifier: Apache-2.0
// mass_read: one account takes away more than people read.
//
// Signal: of one account from one client, within the window, so many different files read or so many bytes of
// them. Of sealed sessions without keys only what went to the client is known: bytes, and how long it took.
// Evidence: files, bytes, seconds, an example.
// False positives: backups, indexers and virus scanners read much by trade: backup_hosts. The same file over
// and over counts once. Migrations are for people to tell, so the severity is a warning.
#include "detect/detections/detections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/file_view.h"
#include "detect/memory.h"

enum {
	SECOND_US = 1000000,
	SETTLE_US = 2 * SECOND_US,
	SETTLE_MAX_US = 30 * SECOND_US,
	SEEN_BITS = 1 << 16, // names that are told apart; with so many the counting is over anyhow
};

struct reader_of {
	uint64_t begin_us, last_us, sure_us;
	uint64_t files, bytes;
	uint8_t *seen; // bits by a hash of names
	struct finding finding;
	char example[FILE_VIEW_PATH_MAX];
	bool told;
};

struct state {
	struct memory memory;
	struct detect_table *readers;
	uint32_t sure;
	uint64_t now_us;
};

static void drop(void *entry, const char *key)
{
	struct reader_of *r = entry;
	(void)key;
	free(r->seen);
	finding_done(&r->finding);
}

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, readers), .entry_len = sizeof(struct reader_of), .drop = drop },
		},
	};
	return memory_begin(context, &plan);
}

static bool is_first(struct reader_of *r, const char *path)
{
	uint32_t h = 2166136261u; // FNV-1a
	for (const char *p = path; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	h = (h ^ (h >> 16)) % SEEN_BITS;
	if (r->seen == NULL)
		r->seen = calloc(1, SEEN_BITS / 8);
	if (r->seen == NULL)
		return true;
	bool first = (r->seen[h / 8] >> (h % 8) & 1) == 0;
	r->seen[h / 8] |= (uint8_t)(1u << (h % 8));
	return first;
}

static uint64_t window_of(const struct state *s)
{
	return (uint64_t)s->memory.context.settings->mass_read_window_s * SECOND_US;
}

static void restart(struct reader_of *r, uint64_t now_us)
{
	drop(r, NULL);
	*r = (struct reader_of){ .begin_us = now_us };
}

static void judge(struct state *s, struct reader_of *r)
{
	const struct detect_settings *set = s->memory.context.settings;
	bool much = r->files >= set->mass_read_files || r->bytes >= (uint64_t)set->mass_read_bytes_mib << 20;
	if (!much || r->told || r->sure_us != 0)
		return;
	r->sure_us = r->last_us;
	s->sure++;
}

static struct reader_of *reader_get(struct state *s, const struct event *e)
{
	char key[512];
	struct reader_of *r = detect_table_get(
		s->readers, detect_key(key, sizeof(key), detect_client(e), detect_account(e), NULL));
	if (r == NULL)
		return NULL;
	// After an alert the same stream is no news: it ends when nothing is read for as long.
	uint64_t since = r->told ? r->last_us : r->begin_us;
	if (r->begin_us == 0 || (r->sure_us == 0 && e->time_us > since + window_of(s)))
		restart(r, e->time_us);
	r->last_us = e->time_us;
	return r;
}

static void on_read(struct state *s, const struct event *e, const struct file_view *v)
{
	struct reader_of *r = reader_get(s, e);
	if (r == NULL)
		return;
	if (is_first(r, v->path))
		r->files++;
	r->bytes += e->bytes_read;
	finding_about(&r->finding, e);
	if (r->example[0] == '\0')
		(void)snprintf(r->example, sizeof(r->example), "%s", v->path);
	judge(s, r);
}

// A session that was sealed for us too: its figures are all there is.
static void on_session(struct state *s, const struct event *e)
{
	const struct event_verdict *v = e->verdict;
	if (v == NULL || v->sealed != EVENT_YES || v->decrypted || v->bytes_to_client == 0)
		return;
	uint64_t lasted_us = v->closed_us > v->opened_us ? v->closed_us - v->opened_us : 0;
	uint64_t windows = lasted_us / window_of(s) + 1;
	struct reader_of *r = reader_get(s, e);
	if (r == NULL)
		return;
	r->bytes += v->bytes_to_client / windows;
	finding_about(&r->finding, e);
	judge(s, r);
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	struct file_view v;
	s->now_us = e->time_us;
	if (detect_list_has(&s->memory.context.settings->backup_hosts, detect_client(e)))
		return;
	if (e->kind == EVENT_SESSION)
		on_session(s, e);
	else if (e->bytes_read > 0 && file_view_of(e, &v) && v.action == FILE_ACTION_CLOSE)
		on_read(s, e, &v);
}

static void tell(struct state *s, struct reader_of *r)
{
	struct finding *f = &r->finding;
	finding_title(f, "%s from %s read %llu files, %llu MiB, in %llu s",
		f->account_count > 0 ? f->accounts[0] : "somebody", f->host_count > 0 ? f->hosts[0] : "?",
		(unsigned long long)r->files, (unsigned long long)(r->bytes >> 20),
		(unsigned long long)((r->last_us - r->begin_us) / SECOND_US));
	finding_evidence(f, "files", 0, "%llu", (unsigned long long)r->files);
	finding_evidence(f, "bytes", 0, "%llu", (unsigned long long)r->bytes);
	finding_evidence(f, "seconds", 0, "%.1f", (double)(r->last_us - r->begin_us) / SECOND_US);
	if (r->example[0] != '\0')
		finding_evidence(f, "example", 0, "%s", r->example);
	f->count = r->files;
	finding_emit(s->memory.context.sink, &detect_mass_read, f);
	r->told = true;
	r->sure_us = 0;
	s->sure--;
}

static void tell_if_settled(void *context, const char *key, void *entry)
{
	struct state *s = context;
	struct reader_of *r = entry;
	(void)key;
	if (r->sure_us != 0 &&
		(s->now_us >= r->last_us + SETTLE_US || s->now_us >= r->sure_us + SETTLE_MAX_US))
		tell(s, r);
}

static void tick(void *state, uint64_t now_us)
{
	struct state *s = state;
	s->now_us = now_us;
	if (s->sure > 0)
		detect_table_each(s->readers, tell_if_settled, s);
}

static void finish(void *state)
{
	tick(state, UINT64_MAX);
}

const struct detector detect_mass_read = {
	.id = "mass_read",
	.title = "one account read very much",
	.technique = "T1039",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = memory_end,
};

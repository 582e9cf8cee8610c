// SPDX-License-Identifier: Apache-2.0
#include "detect/story.h"

#include <stdlib.h>

enum { SECOND_US = 1000000, URGENT_US = 2 * SECOND_US };

struct story {
	struct stories *of;
	struct finding finding;
	uint64_t begun_us, touched_us;
	uint64_t told_us; // 0: not yet
	enum event_severity told_severity;
	bool waiting; // something is to be told
};

struct stories {
	struct detect_context context;
	const struct detector *detector;
	uint64_t quiet_us, hold_us;
	struct detect_table *table;
	bool silent; // being freed
};

static enum event_severity severity_of(const struct story *y)
{
	enum event_severity own = y->finding.severity;
	return own != EVENT_DEFAULT_SEVERITY ? own : y->of->detector->severity;
}

static void tell(struct story *y, uint64_t now_us)
{
	finding_emit(y->of->context.sink, y->of->detector, &y->finding);
	y->waiting = false;
	y->told_us = now_us;
	y->told_severity = severity_of(y);
}

static void drop(void *entry, const char *key)
{
	struct story *y = entry;
	(void)key;
	if (y->of == NULL)
		return;
	if (y->waiting && !y->of->silent)
		tell(y, y->touched_us);
	finding_done(&y->finding);
}

struct stories *stories_new(
	const struct detect_context *context, const struct detector *d, uint32_t quiet_s, uint32_t hold_s)
{
	struct stories *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->context = *context;
	s->detector = d;
	s->quiet_us = (uint64_t)quiet_s * SECOND_US;
	s->hold_us = (uint64_t)hold_s * SECOND_US;
	s->table = detect_table_new(sizeof(struct story), STORIES_MAX, drop);
	if (s->table == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void stories_free(struct stories *s)
{
	if (s == NULL)
		return;
	s->silent = true;
	detect_table_free(s->table);
	free(s);
}

static void begin(struct stories *s, struct story *y, uint64_t now_us)
{
	finding_done(&y->finding);
	y->of = s;
	y->begun_us = now_us;
	y->told_us = 0;
	y->waiting = true;
}

struct finding *stories_touch(struct stories *s, const char *key, uint64_t now_us)
{
	struct story *y = detect_table_get(s->table, key);
	if (y == NULL)
		return NULL;
	if (y->of == NULL || (y->told_us != 0 && now_us > y->told_us + STORY_REPEAT_US))
		begin(s, y, now_us);
	y->touched_us = now_us;
	y->finding.count++;
	return &y->finding;
}

void finding_worsen(struct finding *f, enum event_severity severity)
{
	if (severity > f->severity)
		f->severity = severity;
}

// A story that was told is told again when it is worse than it was.
static void story_tick(void *context, const char *key, void *entry)
{
	const uint64_t *now_us = context;
	struct story *y = entry;
	(void)key;
	if (y->told_us != 0 && severity_of(y) > y->told_severity && !y->waiting) {
		y->waiting = true;
		y->begun_us = y->touched_us;
	}
	bool quiet = *now_us >= y->touched_us + (y->finding.urgent ? URGENT_US : y->of->quiet_us);
	bool long_held = *now_us >= y->begun_us + y->of->hold_us;
	if (y->waiting && (quiet || long_held))
		tell(y, *now_us);
}

static void story_finish(void *context, const char *key, void *entry)
{
	struct story *y = entry;
	(void)context;
	(void)key;
	if (y->waiting || (y->told_us != 0 && severity_of(y) > y->told_severity))
		tell(y, y->touched_us);
}

void stories_tick(struct stories *s, uint64_t now_us)
{
	detect_table_each(s->table, story_tick, &now_us);
}

void stories_finish(struct stories *s)
{
	detect_table_each(s->table, story_finish, NULL);
}

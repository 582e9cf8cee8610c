// SPDX-License-Identifier: Apache-2.0
#include "detect/story.h"

#include <stdlib.h>

enum { SECOND_US = 1000000, URGENT_US = 2 * SECOND_US };

// Of a story that stands, what is known when the rest is gone.
struct mark {
	uint64_t told_us; // 0: never
	unsigned int times;
	enum event_severity severity;
	uint64_t untold, untold_first_us;
};

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
	struct detect_table *marks; // NULL: they do not stand
	bool silent;                // being freed
};

static enum event_severity severity_of(const struct story *y)
{
	enum event_severity own = y->finding.severity;
	return own != EVENT_DEFAULT_SEVERITY ? own : y->of->detector->severity;
}

static void tell(struct story *y, const char *key, uint64_t now_us)
{
	struct mark *m = y->of->marks == NULL ? NULL : detect_table_get(y->of->marks, key);
	finding_emit(y->of->context.sink, y->of->detector, &y->finding);
	y->waiting = false;
	y->told_us = now_us;
	y->told_severity = severity_of(y);
	if (m == NULL)
		return;
	m->told_us = now_us;
	m->times++;
	m->severity = y->told_severity;
	m->untold = 0;
}

static void drop(void *entry, const char *key)
{
	struct story *y = entry;
	if (y->of == NULL)
		return;
	if (y->waiting && !y->of->silent)
		tell(y, key, y->touched_us);
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

bool stories_stand(struct stories *s)
{
	s->marks = detect_table_new(sizeof(struct mark), STORY_MARKS_MAX, NULL);
	return s->marks != NULL;
}

void stories_free(struct stories *s)
{
	if (s == NULL)
		return;
	s->silent = true;
	detect_table_free(s->table);
	detect_table_free(s->marks);
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

static uint64_t silence_of(const struct mark *m)
{
	unsigned int doublings = m->times < STORY_DOUBLINGS_MAX ? m->times : STORY_DOUBLINGS_MAX;
	uint64_t silence = doublings == 0 ? 0 : STORY_REPEAT_US << (doublings - 1);
	return m->times > STORY_DOUBLINGS_MAX ? STORY_REPEAT_MAX_US : silence;
}

// Of stories that stand: whether this is one that was told of not long ago; it goes on in silence, even if
// its place was given to another. One that is to be told again is begun with what was not told meanwhile.
static void touch_standing(struct stories *s, struct story *y, const char *key, uint64_t now_us)
{
	struct mark *m = detect_table_get(s->marks, key);
	bool is_new = y->of == NULL;
	if (m == NULL)
		return;
	bool silent = m->told_us != 0 && now_us <= m->told_us + silence_of(m);
	if (is_new || (!silent && y->told_us != 0))
		begin(s, y, now_us);
	if (is_new && silent) {
		y->told_us = m->told_us;
		y->told_severity = m->severity;
		y->waiting = false;
	}
	if (silent && !y->waiting) {
		if (m->untold++ == 0)
			m->untold_first_us = now_us;
	} else if (m->untold != 0) {
		y->finding.count += m->untold;
		y->finding.first_us = m->untold_first_us;
		m->untold = 0;
	}
}

struct finding *stories_touch(struct stories *s, const char *key, uint64_t now_us)
{
	struct story *y = detect_table_get(s->table, key);
	if (y == NULL)
		return NULL;
	if (s->marks != NULL)
		touch_standing(s, y, key, now_us);
	if (y->of == NULL || (s->marks == NULL && y->told_us != 0 && now_us > y->told_us + STORY_REPEAT_US))
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
	if (y->told_us != 0 && severity_of(y) > y->told_severity && !y->waiting) {
		y->waiting = true;
		y->begun_us = y->touched_us;
	}
	bool quiet = *now_us >= y->touched_us + (y->finding.urgent ? URGENT_US : y->of->quiet_us);
	bool long_held = *now_us >= y->begun_us + y->of->hold_us;
	if (y->waiting && (quiet || long_held))
		tell(y, key, *now_us);
}

static void story_finish(void *context, const char *key, void *entry)
{
	struct story *y = entry;
	(void)context;
	if (y->waiting || (y->told_us != 0 && severity_of(y) > y->told_severity))
		tell(y, key, y->touched_us);
}

void stories_tick(struct stories *s, uint64_t now_us)
{
	detect_table_each(s->table, story_tick, &now_us);
}

void stories_finish(struct stories *s)
{
	detect_table_each(s->table, story_finish, NULL);
}

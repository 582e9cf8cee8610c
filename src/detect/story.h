// SPDX-License-Identifier: Apache-2.0
// Findings that grow before they are told: one story, one alert. A story is told when nothing was added to it
// for a while, or when it has gone on for long; then it is silent for STORY_REPEAT_US, unless it gets worse.
// Stories that stand tell how something is, not what somebody does: a client that comes back each second is
// the same story each time. Of those the silence doubles with each time that it is told, up to a day; what
// comes meanwhile is counted (and since when), and is in what is told next. That outlives the story's place
// among STORIES_MAX others.
#ifndef SIGNET_DETECT_STORY_H
#define SIGNET_DETECT_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "detect/detector.h"

enum {
	STORIES_MAX = 4096, // of one detector; the one that was quiet the longest is told and makes room
	STORY_KEY_MAX = 512,
	STORY_MARKS_MAX = 16384, // stories that stand of which it is known when they were told
	STORY_DOUBLINGS_MAX = 5, // 1, 2, 4, 8, 16 hours, a day
};
#define STORY_REPEAT_US (UINT64_C(3600) * 1000000)
#define STORY_REPEAT_MAX_US (24 * STORY_REPEAT_US)

struct stories;

// The detector's findings are told `quiet_s` after the last addition (two seconds if they are urgent),
// `hold_s` after the first at the latest.
struct stories *stories_new(const struct detect_context *context, const struct detector *d, uint32_t quiet_s,
	uint32_t hold_s) WARN_UNUSED; // NULL when memory is out
// Its stories stand. False: memory is out.
bool stories_stand(struct stories *s) WARN_UNUSED;
void stories_free(struct stories *s); // NULL is fine; without telling

// The story's finding, begun if it is new (it has no title then, and its count is 1 and what was not told
// of), otherwise its count is one more: the caller adds to it. Borrowed until the next call. NULL when memory
// is out.
struct finding *stories_touch(struct stories *s, const char *key, uint64_t now_us) WARN_UNUSED;
// Sets the severity unless it is already worse. Info is the least.
void finding_worsen(struct finding *f, enum event_severity severity);

void stories_tick(struct stories *s, uint64_t now_us);
void stories_finish(struct stories *s);

#endif
